import type { Removal, SpoolTables, SpoolTotals } from './lmdb-spool-tables.ts';
import { lanes } from './spool.ts';
import type { SpoolOptions } from './spool-options.ts';

type Bounds = Pick<Required<SpoolOptions>, 'maxBytes' | 'maxAgeMs' | 'whenFull'>;

/** What leaves in one commit, and what is left then. */
export interface Leaving {
  readonly confirmed: readonly Removal[];
  /** Lost: past the stated bounds of age or size. */
  readonly dropped: readonly Removal[];
  readonly totals: SpoolTotals;
}

/** What a commit is about to do. */
interface Commit {
  readonly confirmed: readonly number[];
  readonly addedBytes: number;
  readonly nowMs: number;
}

/** Confirmed batches leave, then those past the age, and with `drop-oldest` the oldest until there is room. */
export function leavingOf(
  tables: Pick<SpoolTables, 'find' | 'oldest'>,
  before: SpoolTotals,
  { confirmed, addedBytes, nowMs }: Commit,
  { maxBytes, maxAgeMs, whenFull }: Bounds,
): Leaving {
  const totals = { ...before };
  const fetched = confirmed.flatMap((sequence) => tables.find(sequence) ?? []);
  for (const removal of fetched) subtract(totals, removal);
  const gone = new Set(confirmed);
  const dropped: Removal[] = [];
  const isOver = (): boolean => whenFull === 'drop-oldest' && totals.bytes + addedBytes > maxBytes;
  // History goes before what happens now.
  for (const lane of [...lanes].reverse()) {
    for (const removal of tables.oldest(lane)) {
      if (removal.appendedMs >= nowMs - maxAgeMs && !isOver()) break;
      if (gone.has(removal.sequence)) continue;
      dropped.push(removal);
      subtract(totals, removal);
    }
  }
  return { confirmed: fetched, dropped, totals };
}

function subtract(totals: SpoolTotals, { count, bytes }: Removal): void {
  totals.batches--;
  totals.readings -= count;
  totals.bytes -= bytes;
}

export const countOf = (removals: readonly Removal[]): number =>
  removals.reduce((sum, { count }) => sum + count, 0);
