import type { Instrument } from '../../../model/outlet.ts';
import type { Asset, Tag } from '../../../model/plant.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import { type DriftCheck, driftCheck } from '../../environment/drift-check.ts';
import { type Doubt, doubtsOf, ratioDoubts } from '../../environment/plausibility.ts';
import type { Job, JobReadings, JobRow } from '../job.ts';
import { meanOf, minuteMeansOf } from './minute-means.ts';
import { flagAt } from './stack-minutes.ts';

/** Rows of hours in which a check came to a verdict, and no others: few enough to be read over months. */
export const DRIFT_CHECK = 'drift_check';
/** Least minutes that an opinion on plausibility needs. */
const LEAST_MINUTES = 30;

/**
 * What an hour says of the instruments of a stack or wastewater outlet: zero and span drift where they were checked, and
 * values that look wrong. It never changes a value: a failed check does so through the rule of HJ 75, see
 * `out-of-control.ts`.
 */
export const instrumentCheckJob: Job = {
  measurement: 'instrument_check',
  alsoWrites: [DRIFT_CHECK],
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
      rowsOf(asset, tag, minutes.get(tag.quantity), against[tag.quantity] ?? []),
    );
  },
};

interface Minutes {
  readonly normal: readonly number[];
  readonly calibration: readonly number[];
  /** Whether the check is over: another flag followed, or the hour ended. */
  readonly isChecked: boolean;
}

function byFlag(quantity: string, window: TimeWindow, readings: JobReadings): Minutes {
  const means = minuteMeansOf(readings.of(quantity), window);
  const flags = readings.of('dataFlag');
  const of = (wanted: string): number[] =>
    [...means].filter(([minute]) => flagAt(flags, minute) === wanted).map(([, value]) => value);
  const lastMs = Math.max(...means.keys());
  const isChecked = readings.nowMs >= window.endMs || flagAt(flags, lastMs) !== 'C';
  return { normal: of('N'), calibration: of('C'), isChecked };
}

function rowsOf(asset: Asset, tag: Tag, minutes: Minutes | undefined, against: readonly Doubt[]): JobRow[] {
  if (!minutes || minutes.normal.length + minutes.calibration.length === 0) return [];
  const instrument = asset.outlet?.instruments.find(({ ranges }) => tag.quantity in ranges);
  const range = instrument?.ranges[tag.quantity] ?? tag.range;
  const own =
    range && minutes.normal.length >= LEAST_MINUTES ? doubtsOf(minutes.normal, tag.quantity, range) : [];
  const doubts = [...own, ...against];
  const drift = instrument && driftOf(instrument, tag.quantity, minutes.calibration);
  const series = { asset: asset.id, pollutant: tag.quantity };
  const found = instrument && drift ? driftFields(drift, instrument) : undefined;
  const basis = { edition: 'HJ 75-2017', ...(instrument && { instrument: instrument.id }) };
  const row = {
    series,
    fields: {
      doubts: doubts.join(';'),
      doubtCount: doubts.length,
      method: 'plausibility',
      completeness: (minutes.normal.length + minutes.calibration.length) / (hourMs / minuteMs),
      ...basis,
      ...found,
    },
  };
  const isVerdict =
    found && minutes.isChecked && (found.driftPassed || found.worstDriftPct > found.driftLimitPct);
  if (!isVerdict) return [row];
  const verdict = { completeness: 1, method: 'zero-span', ...basis, ...found };
  return [row, { measurement: DRIFT_CHECK, series, fields: verdict }];
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
