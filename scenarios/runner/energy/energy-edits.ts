import type { Journal, JournalEntry } from '../../../store/local-state.ts';
import type { VeeEdit } from '../../energy/vee-edit.ts';

/** A person's value in place of one interval of one meter. */
export interface IntervalEdit extends VeeEdit {
  readonly meter: string;
}

/** Edits of intervals: the journal is the audit trail, the last entry of an interval holds. */
export class EnergyEdits {
  readonly #journal: Journal<IntervalEdit>;
  readonly #latest = new Map<string, IntervalEdit>();
  #seen = 0;

  constructor(journal: Journal<IntervalEdit>) {
    this.#journal = journal;
  }

  /** Undefined where nobody edited the interval, or its last edit took the value back. */
  of(meter: string, startMs: number): IntervalEdit | undefined {
    this.#catchUp();
    const edit = this.#latest.get(`${meter} ${startMs}`);
    return edit?.value === undefined ? undefined : edit;
  }

  /** Every edit that was ever made, newest first. */
  trail(limit: number): readonly JournalEntry<IntervalEdit>[] {
    return this.#journal.read({ limit, newestFirst: true });
  }

  async add(edit: IntervalEdit): Promise<number> {
    return await this.#journal.append(edit);
  }

  /** Another process of the same data folder may have added some. */
  #catchUp(): void {
    if (this.#journal.lastSequence() === this.#seen) return;
    for (const { sequence, entry } of this.#journal.read({ after: this.#seen })) {
      this.#latest.set(`${entry.meter} ${entry.startMs}`, entry);
      this.#seen = sequence;
    }
  }
}
