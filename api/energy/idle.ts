import { hourMs, type TimeWindow } from '../../model/window.ts';
import { energyDuring, idleConsumption, nights } from '../../scenarios/energy/idle-consumption.ts';
import { type MeterSeries, meterSeries, sumOver } from '../../scenarios/runner/energy/meter-intervals.ts';
import type { Backend } from '../ports.ts';
import type { Idle, Night } from './load-schemas.ts';
import { machineStates } from './machine-states.ts';

const NIGHT = { from: 22, to: 6 };
export const nightText = { from: '22:00', to: '06:00' };

export async function idleOf(
  backend: Backend,
  span: TimeWindow,
): Promise<{ machines: Idle[]; nights: Night[] }> {
  const { store, plant, calendar } = backend;
  const [series, states] = await Promise.all([
    meterSeries(store, plant, { span, carrier: 'electricity' }),
    machineStates(backend, span),
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
  if (ms === 0 || isVirtual) return [];
  return [
    {
      ...{ meter: id, nightKwh: energyKwh, nightKw: energyKwh / (ms / hourMs) },
      share: total > 0 ? energyKwh / total : 0,
    },
  ];
}
