import type { PlantCalendar } from '../../../model/calendar.ts';
import type { Asset, Plant } from '../../../model/plant.ts';
import { dayMs, hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import { estimateIntervals, estimationVersion } from '../../energy/vee-estimate.ts';
import { type VeeInterval, VeeSeries, veeIntervalsOf } from '../../energy/vee-series.ts';
import { type VeeFinding, validateIntervals, veeDefaults } from '../../energy/vee-validate.ts';
import { filled, type MeterInterval, meterSeries, type ResultsStore } from './meter-intervals.ts';
import { mainQuantity } from './stored-interval.ts';

const BACK_MS = 28 * dayMs;
/** A gap may end days after the one asked for. */
const AHEAD_MS = 7 * dayMs;
/** A quarter that has just ended is made anew within a minute or two: until then it only looks incomplete. */
const SETTLING_MS = 5 * minuteMs;
/** What is newer may still arrive by itself. */
const PATIENCE_MS = 6 * hourMs;
const EDITION = `VEE rules ${estimationVersion}`;

export interface VeeContext {
  readonly store: ResultsStore;
  readonly plant: Plant;
  readonly calendar: PlantCalendar;
  readonly nowMs: number;
}

/** Validates and estimates one meter's day. @returns rows of `energy_vee` and `energy_vee_finding` */
export async function veeRows(asset: Asset, day: TimeWindow, context: VeeContext): Promise<ResultRow[]> {
  const { store, plant, nowMs } = context;
  const span = { startMs: day.startMs - BACK_MS, endMs: Math.min(nowMs - SETTLING_MS, day.endMs + AHEAD_MS) };
  const read = (meter: string): Promise<readonly MeterInterval[]> =>
    meterSeries(store, { assets: plant.assets }, { span, meter, asMetered: true }).then(
      ([series]) => series?.intervals ?? [],
    );
  const check = asset.properties.checkMeter;
  const [own, other] = await Promise.all([
    read(asset.id),
    typeof check === 'string' ? read(check) : Promise.resolve([]),
  ]);
  const first = own[0]?.startMs;
  if (first === undefined) return [];
  const endMs = Math.max(own.at(-1)?.endMs ?? 0, Math.min(span.endMs, nowMs - PATIENCE_MS));
  const intervals = filled(own, { startMs: first, endMs });
  const { findings, estimated } = validated(intervals, other, context);
  return [...findingRows(asset, findings, day), ...estimateRows(asset, intervals, estimated, day)];
}

function validated(
  intervals: readonly MeterInterval[],
  other: readonly MeterInterval[],
  { plant, calendar }: VeeContext,
): { findings: VeeFinding[]; estimated: VeeInterval[] } {
  const holidays = new Set(plant.tariff?.holidays ?? []);
  const edited = new Set(intervals.filter(({ method }) => method === 'edited').map(({ startMs }) => startMs));
  const series = veeIntervalsOf(intervals).map((interval, index) =>
    edited.has(interval.startMs)
      ? { ...interval, value: intervals[index]?.value, quality: 'edited' as const }
      : interval,
  );
  const { shortGapHours, ...limits } = plant.energy?.vee ?? {};
  const findings = validateIntervals(new VeeSeries(series, calendar, holidays), {
    ...veeDefaults,
    ...limits,
  });
  const checkValues = new Map(other.map(({ startMs, value }) => [startMs, value]));
  const estimated = estimateIntervals(series, findings, {
    ...{ calendar, holidays },
    ...(shortGapHours !== undefined && { shortGapHours }),
    ...(other.length > 0 && { checkMeter: ({ startMs }) => checkValues.get(startMs) }),
  });
  return { findings, estimated };
}

const isIn = ({ startMs }: TimeWindow, day: TimeWindow): boolean =>
  startMs >= day.startMs && startMs < day.endMs;

/** Rows of `energy_vee_finding`; a finding over several days has one in each. */
export function findingRows(asset: Asset, findings: readonly VeeFinding[], day: TimeWindow): ResultRow[] {
  return findings
    .filter((finding) => finding.startMs < day.endMs && finding.endMs > day.startMs)
    .map(({ rule, startMs, endMs, detail, rejects }) => ({
      measurement: 'energy_vee_finding',
      series: { asset: asset.id, rule },
      timeMs: Math.max(startMs, day.startMs),
      fields: {
        ...{ detail, rejects, fromMs: startMs, minutes: (endMs - startMs) / minuteMs },
        ...{ completeness: 1, method: rule, edition: EDITION },
      },
    }));
}

function estimateRows(
  asset: Asset,
  intervals: readonly MeterInterval[],
  estimated: readonly VeeInterval[],
  day: TimeWindow,
): ResultRow[] {
  const quantity = mainQuantity(asset) ?? '';
  const completeness = new Map(intervals.map((interval) => [interval.startMs, interval.completeness]));
  return estimated.flatMap(({ startMs, endMs, value, quality, original, rule }) =>
    quality !== 'estimated' || value === undefined || !isIn({ startMs, endMs }, day)
      ? []
      : [
          {
            measurement: 'energy_vee',
            series: { asset: asset.id, carrier: asset.nature.carrier ?? 'other', quantity },
            timeMs: startMs,
            fields: {
              ...{ value: round(value), unit: asset.nature.quantities[quantity]?.unit ?? '' },
              ...(original !== undefined && { original: round(original) }),
              ...{ rule: rule ?? '', completeness: round(completeness.get(startMs) ?? 0) },
              ...{ method: 'estimated', edition: EDITION },
            },
          },
        ],
  );
}

const round = (value: number): number => Math.round(value * 1e9) / 1e9;
