import type { TimeWindow } from '../../../model/window.ts';
import type { ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { identity } from '../read-ahead.ts';
import { revise, withdraw } from '../run-task.ts';

/** Which of the stored rows the written ones stand for; what is no longer among them is withdrawn. */
export type Stands = 'for none' | 'for all' | { readonly asset: string };

/** Writes figures of days: only what changed, with the next revision. */
export class DayWriter {
  readonly #store: Pick<TimeSeriesStore, 'results' | 'writeResults'>;
  /** Rows written so far. */
  rows = 0;

  constructor(store: Pick<TimeSeriesStore, 'results' | 'writeResults'>) {
    this.#store = store;
  }

  async write(
    measurements: readonly string[],
    rows: readonly ResultRow[],
    span: TimeWindow,
    stands: Stands,
  ): Promise<void> {
    const where = typeof stands === 'string' ? {} : { where: stands };
    const read = measurements.map((measurement) => this.#store.results({ measurement, ...where, ...span }));
    const stored = (await Promise.all(read)).flat();
    const before = new Map(stored.map((row) => [identity(row), row]));
    const kept = new Set(rows.map(identity));
    const gone = stands === 'for none' ? [] : stored.filter((row) => !kept.has(identity(row)));
    const changed = [
      ...rows.flatMap((row) => revise(row, before.get(identity(row)))),
      ...gone.flatMap(withdraw),
    ];
    if (changed.length === 0) return;
    await this.#store.writeResults(changed);
    this.rows += changed.length;
  }
}
