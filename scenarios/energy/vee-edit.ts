import { PlantscopeError } from '../../model/error.ts';
import type { VeeInterval } from './vee-series.ts';

/** A value that a person put in place of another. The list of edits is the audit trail: it only grows. */
export interface VeeEdit {
  readonly startMs: number;
  /** Undefined takes the value back to what it was. */
  readonly value: number | undefined;
  readonly by: string;
  readonly atMs: number;
  readonly reason: string;
}

/**
 * Applies the latest edit of each interval. The original stays with the value.
 * @throws PlantscopeError `vee-edit-invalid` where an edit names no interval, no person, no reason, or a negative energy
 */
export function applyEdits(intervals: readonly VeeInterval[], edits: readonly VeeEdit[]): VeeInterval[] {
  const starts = new Set(intervals.map((interval) => interval.startMs));
  for (const edit of edits) checkEdit(edit, starts);
  const latest = new Map([...edits].sort((a, b) => a.atMs - b.atMs).map((edit) => [edit.startMs, edit]));
  return intervals.map((interval) => {
    const edit = latest.get(interval.startMs);
    if (edit === undefined || edit.value === undefined) return interval;
    return { ...interval, value: edit.value, quality: 'edited', rule: `edit by ${edit.by}: ${edit.reason}` };
  });
}

function checkEdit(edit: VeeEdit, starts: ReadonlySet<number>): void {
  const where = new Date(edit.startMs).toISOString();
  const wrong =
    (starts.has(edit.startMs) ? undefined : 'no interval starts there') ??
    (edit.by.trim() === '' ? 'it names no person' : undefined) ??
    (edit.reason.trim() === '' ? 'it gives no reason' : undefined) ??
    (edit.value !== undefined && !(edit.value >= 0) ? `${edit.value} is no energy` : undefined);
  if (wrong !== undefined)
    throw new PlantscopeError('vee-edit-invalid', `Edit at ${where}: ${wrong}`, { where });
}
