import { standardTable } from '../../../model/emission-standards.ts';
import type { Asset } from '../../../model/plant.ts';
import { hourMs } from '../../../model/window.ts';
import { CHECK_REACH_MS, type OutOfControlSpell, spellReason } from '../../environment/out-of-control.ts';
import { limitAt } from '../../environment/outlet-limits.ts';
import { type StackHour, type StackHourItem, stackHours } from '../../environment/stack-hour.ts';
import { HJ75_2017 } from '../../environment/stack-rules.ts';
import { spellsAt } from '../drift-spells.ts';
import type { Job, JobRow } from '../job.ts';
import { DRIFT_CHECK } from './instrument-check.ts';
import { STACK_POLLUTANTS, stackMinutes } from './stack-minutes.ts';

/** Hourly means of each stack's pollutants at the reference oxygen, with validity and the limit. */
export const stackHourlyJob: Job = {
  measurement: 'stack_hourly',
  windowMs: hourMs,
  reachMs: 0,
  holds: ['dataFlag', 'processState'],
  builtOn: [{ measurement: DRIFT_CHECK, backMs: CHECK_REACH_MS, aheadMs: CHECK_REACH_MS }],
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.name === 'stack-monitor')
      .map((asset) => ({ asset, tags: asset.tags })),
  compute: ({ asset, tags }, window, readings) => {
    const present = STACK_POLLUTANTS.filter((name) => tags.some((tag) => tag.quantity === name));
    const samples = stackMinutes(asset, present, window, readings);
    const referenceOxygenPercent = referenceOxygenOf(asset, window.startMs);
    const outlet = {
      pollutants: present,
      ...(referenceOxygenPercent !== undefined && { referenceOxygenPercent }),
    };
    const [hour] = stackHours(samples, window.startMs, window.endMs, outlet, HJ75_2017);
    if (!hour || samples.length === 0) return [];
    const spellOf = spellsAt(readings.rows(DRIFT_CHECK), window.startMs);
    const oxygen = referenceOxygenPercent === undefined ? undefined : spellOf('oxygen');
    return present.flatMap((name) => {
      const item = hour.items[name];
      return item ? [rowOf(asset, name, hour, controlled(name, item, spellOf(name), oxygen))] : [];
    });
  },
};

/** What an hour came to once the checks of its instruments are known. */
interface ControlledItem {
  readonly item: StackHourItem;
  /** Why the hour is out of control; empty where it is not. */
  readonly reason: string;
}

/**
 * An hour whose instrument was out of control has no value and no mass; one whose oxygen was, no value at the reference
 * oxygen, while its mass stays: it is taken from the measured concentration. A stopped hour emits nothing whatever drifts.
 */
function controlled(
  name: string,
  item: StackHourItem,
  own: OutOfControlSpell | undefined,
  oxygen: OutOfControlSpell | undefined,
): ControlledItem {
  const spell = own ?? oxygen;
  if (!spell || item.status === 'stopped') return { item, reason: '' };
  const { massKg, validMinutes } = item;
  const lost = { status: 'invalid', cause: 'drift', validMinutes, oxygenGuarded: false } as const;
  return {
    item: {
      ...{ ...lost, outOfControl: own !== undefined },
      ...(own === undefined && massKg !== undefined && { massKg }),
    },
    reason: spellReason(own ? name : 'oxygen', spell),
  };
}

function rowOf(asset: Asset, pollutant: string, hour: StackHour, { item, reason }: ControlledItem): JobRow {
  const limit = limitAt(asset, pollutant, hour.startMs);
  const corrected = item.correctedMgPerM3;
  return {
    series: { asset: asset.id, pollutant },
    fields: {
      status: item.status,
      completeness: item.validMinutes / 60,
      method: item.status === 'invalid' ? (item.cause ?? 'missing') : 'measured',
      edition: 'HJ 75-2017',
      unit: 'mg/m3',
      transient: hour.transient,
      operatingMinutes: hour.operatingMinutes,
      // A store merges the fields of a revised row, so what ends is said as well as what begins.
      outOfControl: item.outOfControl,
      outOfControlReason: reason,
      ...measuredFields(hour, item),
      ...(limit && { limit: limit.value, limitBasis: limit.basis }),
      // Start-up and shutdown are measured and weighed, but not judged.
      ...(limit &&
        (corrected !== undefined || reason !== '') && {
          exceeded: corrected !== undefined && corrected > limit.value && !hour.transient,
        }),
    },
  };
}

function measuredFields({ oxygenPercent, flowM3PerH }: StackHour, item: StackHourItem) {
  return {
    ...(item.measuredMgPerM3 !== undefined && { measured: item.measuredMgPerM3 }),
    ...(item.correctedMgPerM3 !== undefined && { value: item.correctedMgPerM3 }),
    ...(item.massKg !== undefined && { massKg: item.massKg }),
    ...(oxygenPercent !== undefined && { oxygen: oxygenPercent }),
    ...(flowM3PerH !== undefined && { flow: flowM3PerH }),
    ...(item.oxygenGuarded && { oxygenGuarded: true }),
  };
}

/** As the asset states it, else as the table in force does. */
export function referenceOxygenOf(asset: Asset, atMs: number): number | undefined {
  const { referenceOxygenPct } = asset.properties;
  if (typeof referenceOxygenPct === 'number') return referenceOxygenPct;
  const bases = (asset.outlet?.limits ?? []).filter(({ fromMs }) => fromMs <= atMs).map(({ basis }) => basis);
  return bases.map((basis) => standardTable(basis)?.referenceOxygenPct).find((pct) => pct !== undefined);
}
