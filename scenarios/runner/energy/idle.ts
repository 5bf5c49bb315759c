import { hourMs, type TimeWindow } from '../../../model/window.ts';
import { energyDuring, idleConsumption, nights } from '../../energy/idle-consumption.ts';
import type { EnergySources } from './energy-sources.ts';
import { machineStates } from './machine-states.ts';
import { type MeterSeries, meterSeries, sumOver } from './meter-intervals.ts';

const NIGHT = { from: 22, to: 6 };
export const nightText = { from: '22:00', to: '06:00' };

/** What a machine drew while it stood. */
export interface Idle {
  readonly machine: string;
  readonly name: string;
  readonly meter: string;
  readonly state: 'idle' | 'stopped';
  readonly hours: number;
  readonly energyKwh: number;
  readonly meanKw: number;
  /** As a person would say it. */
  readonly text: string;
  /** Share of the span with a known state. */
  readonly completeness: number;
}

export interface Night {
  readonly meter: string;
  readonly nightKwh: number;
  /** Mean. */
  readonly nightKw: number;
  /** Of the energy of the span. */
  readonly share: number;
  /** Share of the nights that is metered. */
  readonly completeness: number;
}

/** What machines draw while they stand, and what meters count at night. */
export async function idleOf(
  sources: EnergySources,
  span: TimeWindow,
): Promise<{ machines: Idle[]; nights: Night[] }> {
  const { store, plant, calendar } = sources;
  const [series, states] = await Promise.all([
    meterSeries(store, plant, { span, carrier: 'electricity' }),
    machineStates(sources, span),
  ]);
  const byId = new Map(series.map((one) => [one.id, one]));
  const machines = plant.assets.flatMap(({ id, name, properties }): Idle[] => {
    const meter = byId.get(String(properties.meter ?? ''));
    const known = states.get(id);
    if (!meter || !known) return [];
    return idleConsumption(meter.intervals, known.windows).map(({ state, hours, energyKwh, meanKw }) => ({
      ...{ machine: id, name, meter: meter.id, state, hours, energyKwh, meanKw },
      text: `${name} ${state} but drawing ${meanKw.toPrecision(3)} kW`,
      completeness: known.completeness,
    }));
  });
  machines.sort((a, b) => b.energyKwh - a.energyKwh);
  const windows = nights(span, calendar, NIGHT.from, NIGHT.to);
  return { machines, nights: series.flatMap((one) => nightOf(one, windows, span)) };
}

function nightOf(
  { id, intervals, isVirtual }: MeterSeries,
  windows: readonly TimeWindow[],
  span: TimeWindow,
): Night[] {
  const { energyKwh, ms } = energyDuring(intervals, windows);
  const total = sumOver(intervals, span).energy ?? 0;
  const nightMs = windows.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs), 0);
  if (ms === 0 || isVirtual) return [];
  return [
    {
      ...{ meter: id, nightKwh: energyKwh, nightKw: energyKwh / (ms / hourMs) },
      share: total > 0 ? energyKwh / total : 0,
      completeness: Math.min(1, ms / nightMs),
    },
  ];
}
