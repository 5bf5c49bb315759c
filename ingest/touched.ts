import { isColumns, type Readings } from '../model/reading-columns.ts';
import { hourMs, quarterHourMs } from '../model/window.ts';
import type { DirtySlot } from '../store/dirty-windows.ts';

/** First and last source time of a run of readings, ms, both included. */
interface Span {
  firstMs: number;
  lastMs: number;
}

interface TouchedTag {
  readonly spans: Span[];
  readonly slots: Set<number>;
  /** Start of the slot touched last. */
  slotMs: number;
}

/** Readings of a tag within an hour of each other make one span, so that a backlog beside live readings stays apart. */
const JOIN_WITHIN_MS = hourMs;
/** A tag spread wider than this is taken as one span from its first to its last. */
const MOST_SPANS = 8;

/** Which stretches of which tags a group of readings is of. */
export class Touched {
  readonly #tags = new Map<string, TouchedTag>();

  constructor(readings: Readings) {
    if (!isColumns(readings)) for (const { tag, timeMs } of readings) this.#add(tag, timeMs);
    else readings.tags.forEach((tag, index) => void this.#add(tag, readings.timesMs[index] as number));
  }

  #add(tag: string, timeMs: number): void {
    const known = this.#tags.get(tag);
    if (known === undefined) this.#tags.set(tag, begin(timeMs));
    else extend(known, timeMs);
  }

  /** The quarters of an hour, each once. */
  slots(): DirtySlot[] {
    const found: DirtySlot[] = [];
    for (const [tag, { slots }] of this.#tags) for (const startMs of slots) found.push({ tag, startMs });
    return found;
  }

  /** Whether both may hold a reading of one tag and time. */
  meets(other: Touched): boolean {
    for (const [tag, { spans }] of this.#tags) {
      const others = other.#tags.get(tag)?.spans;
      if (others !== undefined && spans.some((span) => others.some((one) => overlaps(span, one))))
        return true;
    }
    return false;
  }
}

function begin(timeMs: number): TouchedTag {
  const slotMs = slotOf(timeMs);
  return { spans: [{ firstMs: timeMs, lastMs: timeMs }], slots: new Set([slotMs]), slotMs };
}

function extend(touched: TouchedTag, timeMs: number): void {
  if (timeMs < touched.slotMs || timeMs >= touched.slotMs + quarterHourMs) {
    touched.slotMs = slotOf(timeMs);
    touched.slots.add(touched.slotMs);
  }
  join(touched.spans, timeMs);
}

function join(spans: Span[], timeMs: number): void {
  for (const span of spans) {
    if (timeMs > span.lastMs + JOIN_WITHIN_MS || timeMs < span.firstMs - JOIN_WITHIN_MS) continue;
    if (timeMs > span.lastMs) span.lastMs = timeMs;
    else if (timeMs < span.firstMs) span.firstMs = timeMs;
    return;
  }
  spans.push({ firstMs: timeMs, lastMs: timeMs });
  if (spans.length <= MOST_SPANS) return;
  const firstMs = Math.min(...spans.map((span) => span.firstMs));
  const lastMs = Math.max(...spans.map((span) => span.lastMs));
  spans.splice(0, spans.length, { firstMs, lastMs });
}

const slotOf = (timeMs: number): number => Math.floor(timeMs / quarterHourMs) * quarterHourMs;

const overlaps = (a: Span, b: Span): boolean => a.firstMs <= b.lastMs && b.firstMs <= a.lastMs;
