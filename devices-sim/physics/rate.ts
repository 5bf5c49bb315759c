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

/**
 * When the simulated plant was commissioned: totals count from here. A later instant costs about a millisecond of
 * computing for each day since, once.
 */
export const registerEpochMs = Date.UTC(2026, 8, 1);
const epochBlock = blockOf(registerEpochMs);

export interface RateOptions {
  /** `line` (default): straight between minutes. `step`: constant within a minute. */
  readonly shape?: 'line' | 'step';
  /** Amplitude of a ripple within each minute, as a share of the rate; its integral over a whole minute is zero. */
  readonly ripple?: { readonly share: number; readonly key: number };
}

/**
 * The rates of one plant: they draw on the same profiles, so their daily totals are computed together, day by day.
 */
export class RateBook {
  readonly #rates: ProfileRate[] = [];

  rate(profile: Profile, options: RateOptions = {}): ProfileRate {
    const rate = new ProfileRate(profile, options, (block) => this.#carryTo(block));
    this.#rates.push(rate);
    return rate;
  }

  #carryTo(block: number): void {
    const reached = this.#rates[0]?.reached;
    if (!reached) return;
    for (let day = reached.last; day < block; day += 1) for (const rate of this.#rates) rate.carryForward();
    for (let day = reached.first; day > block; day -= 1) for (const rate of this.#rates) rate.carryBack();
  }
}

/** A rate given by a profile; integrals are exact, and kept a day at a time. */
export class ProfileRate implements Rate {
  readonly profile: Profile;
  readonly #options: RateOptions;
  readonly #carryTo: (block: number) => void;
  /** Total at the start of a block, for a growing stretch of blocks around the epoch. */
  readonly #totals = new Map<number, number>([[epochBlock, 0]]);
  #first = epochBlock;
  #last = epochBlock;
  #within: { block: number; totals: Float64Array } | undefined;

  constructor(profile: Profile, options: RateOptions, carryTo: (block: number) => void) {
    this.profile = profile;
    this.#options = options;
    this.#carryTo = carryTo;
  }

  /** Blocks at whose start the total is known. */
  get reached(): { readonly first: number; readonly last: number } {
    return { first: this.#first, last: this.#last };
  }

  carryForward(): void {
    const known = this.#totals.get(this.#last) ?? 0;
    this.#totals.set(this.#last + 1, known + this.#amountOf(this.#last));
    this.#last += 1;
  }

  carryBack(): void {
    const known = this.#totals.get(this.#first) ?? 0;
    this.#totals.set(this.#first - 1, known - this.#amountOf(this.#first - 1));
    this.#first -= 1;
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
    // The smaller end of the minute, so that the rate never turns negative where a machine stops.
    const ends = [minute, minute + 1].map((n) => atMinute(this.profile, n * minuteMs));
    const amplitude = share * draw * Math.max(0, Math.min(...ends));
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

  #amountOf(block: number): number {
    const values = this.profile(block);
    const edges =
      this.#options.shape === 'step' ? 0 : ((this.profile(block + 1)[0] ?? 0) - (values[0] ?? 0)) / 2;
    let sum = edges;
    for (let i = 0; i < blockMinutes; i += 1) sum += values[i] ?? 0;
    return sum / 60;
  }

  #totalAt(block: number): number {
    if (block < this.#first || block > this.#last) this.#carryTo(block);
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
