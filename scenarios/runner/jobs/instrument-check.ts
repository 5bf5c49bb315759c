import type { Instrument } from '../../../model/outlet.ts';
import type { Asset, Tag } from '../../../model/plant.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import { type DriftCheck, driftCheck } from '../../environment/drift-check.ts';
import { type Doubt, doubtsOf, ratioDoubts } from '../../environment/plausibility.ts';
import type { Job, JobReadings, JobRow } from '../job.ts';
import { meanOf, minuteMeansOf } from './minute-means.ts';
import { flagAt } from './stack-minutes.ts';

/** Least minutes that an opinion on plausibility needs. */
const LEAST_MINUTES = 30;

/**
 * What an hour says of the instruments of a stack or wastewater outlet: zero and span drift where they were checked, and
 * values that look wrong. It never changes a value: a person, or the drift rule of the report, does.
 */
export const instrumentCheckJob: Job = {
  measurement: 'instrument_check',
  windowMs: hourMs,
  reachMs: 0,
  holds: ['dataFlag'],
  subjects: (plant) =>
    plant.assets
      .filter(({ nature }) => nature.name === 'stack-monitor' || nature.name === 'wastewater-outlet')
      .map((asset) => ({ asset, tags: asset.tags })),
  compute: ({ asset, tags }, window, readings) => {
    const measured = tags.filter(({ definition }) => definition.kind === 'number' && !definition.cumulates);
    const minutes = new Map(
      measured.map(({ quantity }) => [quantity, byFlag(quantity, window, readings)] as const),
    );
    const means = Object.fromEntries(
      [...minutes].map(([quantity, { normal }]) => [
        quantity,
        normal.length < LEAST_MINUTES ? undefined : meanOf(normal),
      ]),
    );
    const against = ratioDoubts(means, asset.outlet?.ratios ?? []);
    return measured.flatMap((tag) =>
      rowOf(asset, tag, minutes.get(tag.quantity), against[tag.quantity] ?? []),
    );
  },
};

interface Minutes {
  readonly normal: readonly number[];
  readonly calibration: readonly number[];
}

function byFlag(quantity: string, window: TimeWindow, readings: JobReadings): Minutes {
  const means = minuteMeansOf(readings.of(quantity), window);
  const flags = readings.of('dataFlag');
  const of = (wanted: string): number[] =>
    [...means].filter(([minute]) => flagAt(flags, minute) === wanted).map(([, value]) => value);
  return { normal: of('N'), calibration: of('C') };
}

function rowOf(asset: Asset, tag: Tag, minutes: Minutes | undefined, against: readonly Doubt[]): JobRow[] {
  if (!minutes || minutes.normal.length + minutes.calibration.length === 0) return [];
  const instrument = asset.outlet?.instruments.find(({ ranges }) => tag.quantity in ranges);
  const range = instrument?.ranges[tag.quantity] ?? tag.range;
  const own =
    range && minutes.normal.length >= LEAST_MINUTES ? doubtsOf(minutes.normal, tag.quantity, range) : [];
  const doubts = [...own, ...against];
  const drift = instrument && driftOf(instrument, tag.quantity, minutes.calibration);
  return [
    {
      series: { asset: asset.id, pollutant: tag.quantity },
      fields: {
        doubts: doubts.join(';'),
        doubtCount: doubts.length,
        method: 'plausibility',
        edition: 'HJ 75-2017',
        completeness: (minutes.normal.length + minutes.calibration.length) / (hourMs / minuteMs),
        ...(instrument && { instrument: instrument.id }),
        ...(instrument && drift && driftFields(drift, instrument)),
      },
    },
  ];
}

function driftFields({ zeroDriftPct, spanDriftPct, passed }: DriftCheck, { driftLimitPct }: Instrument) {
  const worst = Math.max(Math.abs(zeroDriftPct ?? 0), Math.abs(spanDriftPct ?? 0));
  return {
    ...{ driftPassed: passed, driftLimitPct, worstDriftPct: worst },
    ...(zeroDriftPct !== undefined && { zeroDriftPct }),
    ...(spanDriftPct !== undefined && { spanDriftPct }),
  };
}

function driftOf(
  { checkGases, ranges, driftLimitPct }: Instrument,
  quantity: string,
  values: readonly number[],
): DriftCheck | undefined {
  const [gas, range] = [checkGases[quantity], ranges[quantity]];
  if (!gas || !range || values.length === 0) return undefined;
  return driftCheck(values, { ...gas, range, limitPct: driftLimitPct });
}
