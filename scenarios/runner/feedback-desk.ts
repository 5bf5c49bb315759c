import type { Clock } from '../../model/clock.ts';
import { hourMs, type TimeWindow } from '../../model/window.ts';
import type { Journal, JournalEntry } from '../../store/local-state.ts';
import type { Feedback } from '../equipment/diagnosis/feedback.ts';

/** A diagnosis that was rejected is no reason to leave its time out of training, from this long before it was told. */
const MARGIN_MS = hourMs;

/** What persons said of diagnoses: an append-only journal, so that who said what stays on record. */
export class FeedbackDesk {
  readonly #journal: Journal<Feedback>;
  readonly #clock: Clock;

  constructor(journal: Journal<Feedback>, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** Durable once resolved. @returns its number in the journal */
  async give(feedback: Omit<Feedback, 'givenMs'>): Promise<JournalEntry<Feedback>> {
    const entry = { ...feedback, givenMs: this.#clock.nowMs() };
    return { sequence: await this.#journal.append(entry), entry };
  }

  /** Oldest first. */
  all(asset?: string): readonly JournalEntry<Feedback>[] {
    return this.#journal.read({}).filter(({ entry }) => asset === undefined || entry.asset === asset);
  }

  rejectedWindows(asset: string): TimeWindow[] {
    return this.all(asset)
      .filter(({ entry }) => entry.verdict === 'rejected')
      .map(({ entry }) => ({ startMs: entry.sinceMs - MARGIN_MS, endMs: entry.givenMs }));
  }

  /** The newest statement that the machine is another one now. */
  newNormalOf(asset: string): Feedback | undefined {
    return this.all(asset).findLast(({ entry }) => entry.verdict === 'new-normal')?.entry;
  }
}
