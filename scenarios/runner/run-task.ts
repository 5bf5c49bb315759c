import type { TimeWindow } from '../../model/window.ts';
import type { RawPoint, ResultRow } from '../../store/time-series-store.ts';
import { bridgeGaps } from './gap-bridge.ts';
import { withHeldValues } from './held-values.ts';
import type { Job, JobReadings, JobRow, JobSubject } from './job.ts';
import { identity, type RunnerStore, spanOf } from './read-ahead.ts';
import type { RunnerOptions } from './runner.ts';
import { readTags, type Task } from './schedule.ts';

type Parts = Pick<RunnerOptions, 'clock' | 'beforeResults' | 'onResults'> & { readonly store: RunnerStore };
type TimedRow = JobRow & { readonly timeMs: number };

/**
 * Reads what a task needs in one query (and more only where a register has a gap or a mark holds from before), computes,
 * and writes the rows that changed. A row that was there with other figures gets the next revision; an unchanged one is
 * left alone, so that a replay writes nothing; one that the readings no longer support is withdrawn.
 * @returns the rows written
 */
export async function runTask(task: Task, parts: Parts): Promise<readonly ResultRow[]> {
  const { job } = task;
  const { computed, covered } = await computeTask(task, parts);
  const stored = await storedRows(job, hull(task.window, covered), parts.store);
  const before = new Map(stored.map((row) => [identity(row), row]));
  const named = computed.map((row): ResultRow => ({ measurement: job.measurement, ...row }));
  const rows = named.flatMap((row) => revise(row, before.get(identity(row))));
  const kept = new Set(named.map(identity));
  const gone = job.keepsRows
    ? []
    : stored.filter((row) => isCovered(row, covered) && !kept.has(identity(row)));
  rows.push(...gone.flatMap(withdraw));
  if (rows.length > 0) {
    await parts.beforeResults?.(rows);
    await parts.store.writeResults(rows);
    await parts.onResults?.(rows);
  }
  return rows;
}

async function storedRows(
  { measurement, alsoWrites = [] }: Job,
  span: TimeWindow,
  store: Parts['store'],
): Promise<ResultRow[]> {
  const read = [measurement, ...alsoWrites].map((one) => store.results({ measurement: one, ...span }));
  return (await Promise.all(read)).flat();
}

interface Covered {
  readonly asset: string;
  readonly windows: readonly TimeWindow[];
}

async function computeTask(
  { job, window, subjects }: Task,
  { store, clock }: Parts,
): Promise<{ readonly computed: readonly TimedRow[]; readonly covered: readonly Covered[] }> {
  const tags = subjects.flatMap((subject) => readTags(job, subject).map((tag) => tag.id));
  const span = spanOf(job, window);
  const series = await store.readings({ tags: [...new Set(tags)], ...span });
  const points = new Map(series.map((s) => [s.tag, s.points]));
  const earlier = await earlierRows(job, window, store);
  const computed: TimedRow[] = [];
  const covered: Covered[] = [];
  for (const subject of subjects) {
    const known = await withHeldValues(job, subject, window, points, store);
    const { windows, points: own } = await bridgeGaps(job, subject, window, known, store, clock.nowMs());
    covered.push({ asset: subject.asset.id, windows });
    const readings = readingsOf(subject, own, earlier.get(subject.asset.id), clock.nowMs());
    for (const one of windows)
      for (const row of job.compute(subject, one, readings)) computed.push({ timeMs: one.startMs, ...row });
  }
  return { computed, covered };
}

type RowsByMeasurement = ReadonlyMap<string, readonly ResultRow[]>;

/** Derived figures that the job builds on, by asset, as far as it looks: one read a measurement for all subjects. */
async function earlierRows(
  { builtOn = [] }: Job,
  { startMs, endMs }: TimeWindow,
  store: Parts['store'],
): Promise<ReadonlyMap<string, RowsByMeasurement>> {
  const byAsset = new Map<string, Map<string, ResultRow[]>>();
  for (const { measurement, backMs, aheadMs = 0 } of builtOn) {
    const span = { startMs: startMs - backMs, endMs: endMs + aheadMs };
    for (const row of await store.results({ measurement, ...span })) {
      if (row.fields.withdrawn === true) continue;
      const asset = row.series.asset ?? '';
      const ofAsset = byAsset.get(asset) ?? new Map<string, ResultRow[]>();
      const rows = ofAsset.get(measurement) ?? [];
      rows.push(row);
      byAsset.set(asset, ofAsset.set(measurement, rows));
    }
  }
  return byAsset;
}

function readingsOf(
  subject: JobSubject,
  points: ReadonlyMap<string, readonly RawPoint[]>,
  earlier: RowsByMeasurement | undefined,
  nowMs: number,
): JobReadings {
  return {
    of: (quantity) => points.get(`${subject.asset.id}.${quantity}`) ?? [],
    ofTag: (id) => points.get(id) ?? [],
    rows: (measurement) => earlier?.get(measurement) ?? [],
    nowMs,
  };
}

function hull(window: TimeWindow, covered: readonly Covered[]): TimeWindow {
  const windows = [window, ...covered.flatMap((one) => one.windows)];
  return {
    startMs: Math.min(...windows.map(({ startMs }) => startMs)),
    endMs: Math.max(...windows.map(({ endMs }) => endMs)),
  };
}

const isCovered = ({ series, timeMs }: ResultRow, covered: readonly Covered[]): boolean =>
  covered.some(
    ({ asset, windows }) =>
      asset === series.asset && windows.some(({ startMs, endMs }) => timeMs >= startMs && timeMs < endMs),
  );

/** The row with its revision; none where the same is stored already. */
export function revise(row: ResultRow, stored: ResultRow | undefined): ResultRow[] {
  if (!stored) return [withRevision(row, 1)];
  const wasWithdrawn = stored.fields.withdrawn === true;
  const same = Object.entries(row.fields).every(([field, value]) => stored.fields[field] === value);
  if (same && !wasWithdrawn) return [];
  const back = wasWithdrawn ? { ...row, fields: { ...row.fields, withdrawn: false } } : row;
  return [withRevision(back, Number(stored.fields.revision ?? 0) + 1)];
}

/**
 * The figure no longer follows from the readings. The mark stays in its place, since a store may merge fields; whoever reads rows
 * leaves out those with `withdrawn`.
 */
export function withdraw(stored: ResultRow): ResultRow[] {
  if (stored.fields.withdrawn === true) return [];
  const fields = { withdrawn: true, completeness: 0, method: 'withdrawn' };
  return [withRevision({ ...stored, fields }, Number(stored.fields.revision ?? 0) + 1)];
}

const withRevision = (row: ResultRow, revision: number): ResultRow => ({
  ...row,
  fields: { ...row.fields, revision },
});
