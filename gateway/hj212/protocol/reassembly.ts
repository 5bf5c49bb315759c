import type { Frame } from './frame.ts';
import { parseItems } from './items.ts';

/** A message whose parts have all come: one of them with the whole CP. */
export type Message = Frame;

export interface ReassemblerOptions {
  /** A message whose parts have not all come after this long is given up. Default: a minute. */
  readonly timeoutMs?: number;
  /** Messages waited for at once; beyond it the oldest is given up. Default: 100. */
  readonly maxOpen?: number;
}

interface Open {
  readonly sinceMs: number;
  readonly total: number;
  readonly parts: Map<number, Frame>;
}

/** More parts than this are no message of the standard. */
const MAX_PARTS = 9999;

/**
 * Joins the parts of split messages. They belong together by MN, CN and QN; a part without QN goes by its DataTime. The
 * order of arrival does not matter and a part sent twice counts once.
 */
export class Reassembler {
  readonly #timeoutMs: number;
  readonly #maxOpen: number;
  readonly #open = new Map<string, Open>();
  /** Messages given up because a part never came. */
  abandoned = 0;

  constructor({ timeoutMs = 60_000, maxOpen = 100 }: ReassemblerOptions = {}) {
    this.#timeoutMs = timeoutMs;
    this.#maxOpen = maxOpen;
  }

  get waiting(): number {
    return this.#open.size;
  }

  /** The whole message where this frame completes one; a frame that is no part is a message itself. */
  take(frame: Frame, nowMs: number): Message | undefined {
    const place = placeOf(frame);
    if (place === undefined) return frame;
    this.#giveUpOld(nowMs);
    const key = keyOf(frame);
    let open = this.#open.get(key);
    if (open === undefined || open.total !== place.total) {
      open = { sinceMs: nowMs, total: place.total, parts: new Map() };
      this.#open.set(key, open);
    }
    open.parts.set(place.number, frame);
    if (open.parts.size === open.total) {
      this.#open.delete(key);
      return join(open);
    }
    if (this.#open.size > this.#maxOpen) this.#giveUp(this.#open.keys().next().value);
    return undefined;
  }

  #giveUpOld(nowMs: number): void {
    // The map is in order of beginning.
    for (const [key, { sinceMs }] of this.#open) {
      if (nowMs - sinceMs <= this.#timeoutMs) return;
      this.#giveUp(key);
    }
  }

  #giveUp(key: string | undefined): void {
    if (key !== undefined && this.#open.delete(key)) this.abandoned += 1;
  }
}

/** Undefined where the frame is no part of several: bit 1 of Flag alone, without PNUM, is only a careless sender. */
function placeOf({ PNUM, PNO }: Frame): { readonly total: number; readonly number: number } | undefined {
  if (!/^\d{1,4}$/.test(PNUM ?? '') || !/^\d{1,4}$/.test(PNO ?? '')) return undefined;
  const [total, number] = [Number(PNUM), Number(PNO)];
  return total > 1 && total <= MAX_PARTS && number >= 1 && number <= total ? { total, number } : undefined;
}

const keyOf = ({ MN, CN, QN, cp }: Frame): string =>
  JSON.stringify([MN, CN, QN ?? parseItems(cp).params.DataTime]);

function join({ parts }: Open): Message | undefined {
  const ordered = [...parts].sort(([a], [b]) => a - b).map(([, frame]) => frame);
  const [first] = ordered;
  if (first === undefined) return undefined;
  const seen = new Set<string>();
  const groups = ordered
    .flatMap(({ cp }) => cp.split(';'))
    // What each part repeats (DataTime) is kept once.
    .filter((group) => group !== '' && !seen.has(group) && seen.add(group));
  return { ...first, cp: groups.join(';') };
}
