import type { RawPoint, ResultRow } from '../../store/time-series-store.ts';
import { bridgeGaps } from './gap-bridge.ts';
import { withHeldValues } from './held-values.ts';
import type { JobReadings, JobRow, JobSubject } from './job.ts';
import type { RunnerOptions } from './runner.ts';
import type { Task } from './schedule.ts';

/**
 * Reads what a task needs in one query (and more only where a register has a gap or a mark holds from before), computes,
 * and writes the rows that changed. A row that was there with other figures gets the next revision; an unchanged one is
 * left alone, so that a replay writes nothing.
 */
export async function runTask(
  { job, window, subjects }: Task,
  { store, clock, onResults }: Pick<RunnerOptions, 'store' | 'clock' | 'onResults'>,
): Promise<{ readonly written: number; readonly revised: number }> {
  const tags = subjects.flatMap((subject) => subject.tags.map((tag) => tag.id));
  const span = { startMs: window.startMs - job.reachMs, endMs: window.endMs + job.reachMs };
  const series = await store.readings({ tags: [...new Set(tags)], ...span });
  const points = new Map(series.map((s) => [s.tag, s.points]));
  const computed: (JobRow & { timeMs: number })[] = [];
  const whole = { ...window };
  for (const subject of subjects) {
    const known = await withHeldValues(job, subject, window, points, store);
    const bridged = await bridgeGaps(job, subject, window, known, store, clock.nowMs());
    whole.startMs = Math.min(whole.startMs, bridged.windows[0]?.startMs ?? whole.startMs);
    whole.endMs = Math.max(whole.endMs, bridged.windows.at(-1)?.endMs ?? whole.endMs);
    const readings = readingsOf(subject, bridged.points, clock.nowMs());
    for (const one of bridged.windows) {
      for (const row of job.compute(subject, one, readings)) computed.push({ timeMs: one.startMs, ...row });
    }
  }
  const stored = await store.results({ measurement: job.measurement, ...whole });
  const before = new Map(stored.map((row) => [identity(row), row]));
  const rows = computed
    .map((row): ResultRow => ({ ...row, measurement: job.measurement }))
    .flatMap((row) => revise(row, before.get(identity(row))));
  if (rows.length > 0) {
    await store.writeResults(rows);
    onResults?.(rows);
  }
  return { written: rows.length, revised: rows.filter((row) => Number(row.fields.revision) > 1).length };
}

function readingsOf(
  subject: JobSubject,
  points: ReadonlyMap<string, readonly RawPoint[]>,
  nowMs: number,
): JobReadings {
  return { of: (quantity) => points.get(`${subject.asset.id}.${quantity}`) ?? [], nowMs };
}

function revise(row: ResultRow, stored: ResultRow | undefined): ResultRow[] {
  if (!stored) return [withRevision(row, 1)];
  const same = Object.entries(row.fields).every(([field, value]) => stored.fields[field] === value);
  return same ? [] : [withRevision(row, Number(stored.fields.revision ?? 0) + 1)];
}

const withRevision = (row: JobRow & ResultRow, revision: number): ResultRow => ({
  ...row,
  fields: { ...row.fields, revision },
});

function identity({ series, timeMs }: Pick<ResultRow, 'series' | 'timeMs'>): string {
  return JSON.stringify([timeMs, Object.entries(series).sort()]);
}
