import type { DirtySlot } from '../../store/dirty-windows.ts';

/** A window that still fills is recomputed this often at most. */
const EVERY_MS = 60_000;
/** Sweeps may take this share of the time: where a plant has more fast tags than that, each is looked at less often. */
const MOST_SHARE = 1 / 3;

/**
 * One pass over the marks of windows that still fill, newest slot first as they are taken. Tags that send all the time are marked
 * again behind it and wait for the next pass, so that they keep nobody out.
 */
export class OpenSweep {
  #startedMs = Number.NEGATIVE_INFINITY;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #last: DirtySlot | undefined;
  #isUnderWay = false;

  /** Begins a pass if one is due. */
  begin(nowMs: number): void {
    if (this.#isUnderWay || nowMs < this.#restUntilMs) return;
    this.#isUnderWay = true;
    this.#startedMs = nowMs;
    this.#last = undefined;
  }

  /** Whether the pass has still to come to a slot. */
  includes(slot: DirtySlot): boolean {
    return this.#isUnderWay && (this.#last === undefined || isBehind(slot, this.#last));
  }

  /** @param last the last slot of the pass that was taken; `undefined` where it has come to its end */
  passed(last: DirtySlot | undefined, nowMs: number): void {
    if (!this.#isUnderWay) return;
    this.#last = last ?? this.#last;
    if (last !== undefined) return;
    this.#isUnderWay = false;
    this.#restUntilMs = this.#startedMs + Math.max(EVERY_MS, (nowMs - this.#startedMs) / MOST_SHARE);
  }
}

const isBehind = (slot: DirtySlot, { startMs, tag }: DirtySlot): boolean =>
  slot.startMs < startMs || (slot.startMs === startMs && slot.tag < tag);
