import { createHash } from 'node:crypto';
import type { UplinkCorrection } from '../../../model/outlet-figures.ts';
import { dayMs } from '../../../model/window.ts';
import type { SentPeriods, UplinkState } from './state.ts';

/** Acknowledged periods that are held against the store: late readings and failed checks reach this far as a rule. */
export const CORRECTIONS_REACH_MS = 7 * dayMs;
/** Of minute data with short intervals the newest. */
const MOST_PERIODS = 1500;
/** Corrections kept to be looked up. */
const MOST_CORRECTIONS = 50;

/** A short proof of what was sent; the request number is none of it. */
export const digestOf = (cp: string): string =>
  createHash('sha256').update(cp).digest('base64url').slice(0, 12);

/**
 * What a platform acknowledged of one lane, on disk: by it a period whose figures changed since is seen, and sent again.
 * It is saved before the lane's cursor, so a kill between the two sends a period twice rather than forget it.
 */
export class SentLedger {
  readonly #state: UplinkState;
  readonly #key: string;
  #known: SentPeriods;
  /** Where the next look goes on, from the newest to the oldest. */
  #beforeMs = Number.POSITIVE_INFINITY;

  constructor(state: UplinkState, key: string) {
    this.#state = state;
    this.#key = key;
    this.#known = state.sent(key) ?? { digests: [], corrections: [] };
  }

  get corrections(): readonly UplinkCorrection[] {
    return this.#known.corrections;
  }

  digest(startMs: number): string | undefined {
    return this.#known.digests.find(([at]) => at === startMs)?.[1];
  }

  /** What the platform holds of a period now; with `correction`, that it replaced something. */
  async note(startMs: number, digest: string, correction?: UplinkCorrection): Promise<void> {
    const { digests, corrections } = this.#known;
    const newestMs = Math.max(startMs, digests.at(-1)?.[0] ?? startMs);
    const kept = digests.filter(([at]) => at !== startMs && at > newestMs - CORRECTIONS_REACH_MS);
    const known = [...kept, [startMs, digest] as const].sort(([a], [b]) => a - b);
    this.#known = {
      digests: known.slice(-MOST_PERIODS),
      corrections:
        correction === undefined ? corrections : [...corrections, correction].slice(-MOST_CORRECTIONS),
    };
    await this.#state.saveSent(this.#key, this.#known);
  }

  /** The next periods to look at: newest first, then on to older ones, then from the newest again. */
  nextToCheck(count: number, nowMs: number): number[] {
    const oldestMs = nowMs - CORRECTIONS_REACH_MS;
    const starts = this.#known.digests.map(([startMs]) => startMs).filter((startMs) => startMs >= oldestMs);
    const found = starts.filter((startMs) => startMs < this.#beforeMs).slice(-count);
    this.#beforeMs = found.length < count ? Number.POSITIVE_INFINITY : (found[0] ?? Number.POSITIVE_INFINITY);
    return found.reverse();
  }
}
