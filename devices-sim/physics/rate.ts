import { minuteMs } from '../../model/window.ts';
import { atMinute, blockMinutes, blockOf, blockStartMs, interpolate, type Profile } from './day-block.ts';
import { uniform } from './noise.ts';

/**
 * A flow of something (power, water, parts) together with its exact integral.
 * The unit of the total is that of the rate times one hour.
 */
export interface Rate {
  at(timeMs: number): number;
  /** Amount since the registers' epoch; may be negative before it. */
  total(timeMs: number): number;
}

/** Where the simulated plant was commissioned and every register read zero: 2026-01-01T00:00Z. */
export const registerEpochMs = Date.UTC(2026, 0, 1);
const epochBlock = blockOf(registerEpochMs);

export interface RateOptions {
  /** `line` (default): straight between minutes. `step`: constant within a minute. */
  readonly shape?: 'line' | 'step';
  /** Amplitude of a ripple within each minute, as a share of the rate; its integral over a whole minute is zero. */
  readonly ripple?: { readonly share: number; readonly key: number };
}

/** A rate given by a profile; integrals are exact, and kept a day at a time. */
export class ProfileRate implements Rate {
  readonly profile: Profile;
  readonly #options: RateOptions;
  /** Total at the start of a block, for a growing stretch of blocks around the epoch. */
  readonly #totals = new Map<number, number>([[epochBlock, 0]]);
  #first = epochBlock;
  #last = epochBlock;
  #within: { block: number; totals: Float64Array } | undefined;

  constructor(profile: Profile, options: RateOptions = {}) {
    this.profile = profile;
    this.#options = options;
  }

  at(timeMs: number): number {
    const { shape, ripple } = this.#options;
    const base = shape === 'step' ? atMinute(this.profile, timeMs) : interpolate(this.profile, timeMs);
    if (!ripple) return base;
    const { amplitude, cycles, fraction } = this.#ripple(timeMs, ripple);
    return base + amplitude * Math.sin(2 * Math.PI * cycles * fraction);
  }

  total(timeMs: number): number {
    const block = blockOf(timeMs);
    const minute = Math.floor((timeMs - blockStartMs(block)) / minuteMs);
    const startMs = blockStartMs(block) + minute * minuteMs;
    const before = this.#totalAt(block) + (this.#minuteTotals(block)[minute] ?? 0);
    return before + this.#partOfMinute(startMs, timeMs);
  }

  #partOfMinute(startMs: number, timeMs: number): number {
    if (timeMs === startMs) return 0;
    const hours = (timeMs - startMs) / 3_600_000;
    const { shape, ripple } = this.#options;
    const start = atMinute(this.profile, startMs);
    const end = shape === 'step' ? start : interpolate(this.profile, timeMs);
    const straight = ((start + end) / 2) * hours;
    if (!ripple) return straight;
    const { amplitude, cycles, fraction } = this.#ripple(timeMs, ripple);
    const angle = 2 * Math.PI * cycles;
    return straight + (amplitude * (1 - Math.cos(angle * fraction))) / angle / 60;
  }

  #ripple(timeMs: number, { share, key }: { share: number; key: number }) {
    const minute = Math.floor(timeMs / minuteMs);
    const draw = uniform(key, minute);
    const amplitude = share * draw * Math.abs(atMinute(this.profile, timeMs));
    return { amplitude, cycles: 1 + Math.floor(draw * 4), fraction: timeMs / minuteMs - minute };
  }

  /** Amount from the block's start to each of its minutes, and to its end. */
  #minuteTotals(block: number): Float64Array {
    if (this.#within?.block === block) return this.#within.totals;
    const values = this.profile(block);
    const totals = new Float64Array(blockMinutes + 1);
    const next = this.#options.shape === 'step' ? 0 : (this.profile(block + 1)[0] ?? 0);
    for (let i = 0; i < blockMinutes; i += 1) {
      const from = values[i] ?? 0;
      const to = this.#options.shape === 'step' ? from : i + 1 < blockMinutes ? (values[i + 1] ?? 0) : next;
      totals[i + 1] = (totals[i] ?? 0) + (from + to) / 120;
    }
    this.#within = { block, totals };
    return totals;
  }

  #totalAt(block: number): number {
    for (; this.#last < block; this.#last += 1) {
      const sum = (this.#totals.get(this.#last) ?? 0) + (this.#minuteTotals(this.#last)[blockMinutes] ?? 0);
      this.#totals.set(this.#last + 1, sum);
    }
    for (; this.#first > block; this.#first -= 1) {
      const sum =
        (this.#totals.get(this.#first) ?? 0) - (this.#minuteTotals(this.#first - 1)[blockMinutes] ?? 0);
      this.#totals.set(this.#first - 1, sum);
    }
    return this.#totals.get(block) ?? 0;
  }
}

/** What several rates add up to. */
export function sumOf(rates: readonly Rate[]): Rate {
  return {
    at: (timeMs) => rates.reduce((sum, rate) => sum + rate.at(timeMs), 0),
    total: (timeMs) => rates.reduce((sum, rate) => sum + rate.total(timeMs), 0),
  };
}
