import { compareInstants, type Instant, type Reading } from '../model/reading.ts';
import type { Collision, Variant } from './spool.ts';

/** What the rule needs of the spool: its memory over restarts. */
export interface ReadingMemory {
  newest(tag: string): Reading | undefined;
  collisions(): Iterable<Collision>;
}

/** Collided times remembered in memory; beyond, the first met are forgotten. */
const MAX_REMEMBERED = 100_000;
/** Values remembered of one time: a device whose clock stands still must not fill the memory. */
const MAX_VARIANTS = 1000;

/**
 * Gives a reading its final time, once, before the spool. The first value at a source time keeps it; another value or
 * status at the same time goes to the next nanosecond, so that neither is lost. A repeat is left out, so that a device
 * that sends again after a crash or a reconnect changes nothing.
 *
 * What counts as a repeat: the same value and status as the last one at that time; for numbers also as any earlier one
 * at that time of the last one's status. (A switch may go on, off, on within one coarse time stamp, and a status may go
 * bad and return at one source time: those are kept.)
 */
export class SameTimeRule {
  readonly #memory: ReadingMemory;
  readonly #newest = new Map<string, PlacedTime>();
  readonly #collided = new Map<string, Collision>();
  #changed = new Map<string, Collision>();

  constructor(memory: ReadingMemory) {
    this.#memory = memory;
    for (const collision of memory.collisions())
      this.#collided.set(keyOf(collision.tag, collision), collision);
  }

  begin(): void {
    this.#changed = new Map();
  }

  /** The collisions that changed since `begin`. */
  end(): readonly Collision[] {
    return [...this.#changed.values()];
  }

  newest(tag: string): Reading | undefined {
    return this.#newest.get(tag)?.reading ?? this.#memory.newest(tag);
  }

  /** The reading at its final time, or undefined where it is a repeat. */
  place(reading: Reading): Reading | undefined {
    const key = this.#collided.size > 0 ? keyOf(reading.tag, reading) : undefined;
    const collision = key === undefined ? undefined : this.#collided.get(key);
    if (collision !== undefined) return this.#placeAmong(reading, collision.variants, collision.count);
    const last = this.#newestPlaced(reading.tag);
    if (last === undefined || compareInstants(reading, last.source) !== 0)
      return this.#note(reading, reading);
    if (isSame(reading, last.reading)) return undefined;
    return this.#placeAmong(reading, [last.reading], 1);
  }

  #placeAmong(reading: Reading, before: readonly Variant[], count: number): Reading | undefined {
    if (isRepeat(reading, before)) return undefined;
    const { tag, timeMs, timeNs } = reading;
    const variants = [...before, reading].slice(-MAX_VARIANTS).map(bare);
    const collision = { tag, timeMs, timeNs, count: count + 1, variants };
    const key = keyOf(tag, reading);
    this.#collided.set(key, collision);
    this.#changed.set(key, collision);
    this.#forget();
    return this.#note(reading, { ...reading, ...later(reading, count) });
  }

  #note(source: Instant, reading: Reading): Reading {
    const last = this.#newestPlaced(reading.tag);
    if (last === undefined || compareInstants(reading, last.reading) >= 0) {
      this.#newest.set(reading.tag, { source: { timeMs: source.timeMs, timeNs: source.timeNs }, reading });
    }
    return reading;
  }

  #newestPlaced(tag: string): PlacedTime | undefined {
    const placed = this.#newest.get(tag);
    if (placed !== undefined) return placed;
    const reading = this.#memory.newest(tag);
    return reading && { source: reading, reading };
  }

  #forget(): void {
    if (this.#collided.size <= MAX_REMEMBERED) return;
    const first = this.#collided.keys().next().value;
    if (first !== undefined) this.#collided.delete(first);
  }
}

interface PlacedTime {
  readonly source: Instant;
  readonly reading: Reading;
}

const keyOf = (tag: string, { timeMs, timeNs }: Instant): string => `${tag} ${timeMs} ${timeNs}`;

const bare = ({ value, status }: Variant): Variant => ({ value, status });

const isSame = (a: Variant, b: Variant): boolean => a.value === b.value && a.status === b.status;

function isRepeat(reading: Variant, variants: readonly Variant[]): boolean {
  const last = variants.at(-1);
  if (last === undefined || isSame(reading, last)) return last !== undefined;
  return (
    typeof reading.value === 'number' &&
    reading.status === last.status &&
    variants.some((variant) => isSame(reading, variant))
  );
}

function later({ timeMs, timeNs }: Instant, nanoseconds: number): Instant {
  const total = timeNs + nanoseconds;
  return { timeMs: timeMs + Math.floor(total / 1_000_000), timeNs: total % 1_000_000 };
}
