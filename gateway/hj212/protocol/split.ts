import { PlantscopeError } from '../../../model/error.ts';
import type { FrameToWrite } from './encode.ts';
import { flagText, parseFlag } from './flag.ts';
import { type Head, MAX_SEGMENT_CHARS, writeHead } from './frame.ts';

/** Most bytes of a CP. @see HJ 212-2017 table 3 */
const MAX_CP_BYTES = 950;
const CP_MARKS_BYTES = 'CP=&&&&'.length;

/**
 * The frames a message travels in: itself where it fits, else parts with PNUM and PNO, under the same QN. Cuts are made
 * between factors; where one factor alone is too long, between its values. Every part carries the parameters that belong
 * to no factor (`DataTime`), so that each can be understood by itself.
 * @throws PlantscopeError `hj212-too-long` where one value alone does not fit
 */
export function splitMessage(message: FrameToWrite, maxSegmentBytes = MAX_SEGMENT_CHARS): FrameToWrite[] {
  if (fits(message.cp, message, maxSegmentBytes)) return [message];
  const flags = parseFlag(message.Flag);
  const Flag = flagText({ version: '2017', needsAck: false, ...flags, split: true });
  // Four digits are the most the field holds, so no later count can make a part longer.
  const widest: Head = { ...message, Flag, PNUM: '9999', PNO: '9999' };
  const parts = pack(message.cp, (cp) => fits(cp, widest, maxSegmentBytes));
  return parts.map((cp, index) => ({
    ...{ ...message, cp, Flag },
    ...{ PNUM: String(parts.length), PNO: String(index + 1) },
  }));
}

/** The same content as messages of their own, each complete: for a receiver that can't join parts. */
export function divideMessage(message: FrameToWrite, maxSegmentBytes = MAX_SEGMENT_CHARS): FrameToWrite[] {
  if (fits(message.cp, message, maxSegmentBytes)) return [message];
  return pack(message.cp, (cp) => fits(cp, message, maxSegmentBytes)).map((cp) => ({ ...message, cp }));
}

function fits(cp: string, head: Head, maxSegmentBytes: number): boolean {
  const cpBytes = Buffer.byteLength(cp);
  return (
    cpBytes <= MAX_CP_BYTES &&
    Buffer.byteLength(writeHead(head)) + CP_MARKS_BYTES + cpBytes <= maxSegmentBytes
  );
}

function pack(cp: string, isShortEnough: (cp: string) => boolean): string[] {
  const groups = cp.split(';').filter((group) => group !== '');
  const common = groups.filter((group) => !group.includes('-'));
  const values = groups.filter((group) => group.includes('-'));
  const packer = new Packer(common, isShortEnough);
  for (const group of values) {
    if (packer.canTakeAlone(group)) packer.take(group);
    else for (const value of group.split(',')) packer.take(value);
  }
  return packer.end();
}

class Packer {
  readonly #common: readonly string[];
  readonly #isShortEnough: (cp: string) => boolean;
  readonly #parts: string[] = [];
  #current: string[] = [];

  constructor(common: readonly string[], isShortEnough: (cp: string) => boolean) {
    this.#common = common;
    this.#isShortEnough = isShortEnough;
  }

  canTakeAlone(group: string): boolean {
    return this.#isShortEnough(this.#textOf([group]));
  }

  /** @throws PlantscopeError `hj212-too-long` */
  take(group: string): void {
    if (!this.canTakeAlone(group)) {
      throw new PlantscopeError('hj212-too-long', `"${group.slice(0, 60)}" alone is longer than a frame`);
    }
    if (this.#current.length > 0 && !this.#isShortEnough(this.#textOf([...this.#current, group])))
      this.#close();
    this.#current.push(group);
  }

  end(): string[] {
    if (this.#current.length > 0) this.#close();
    return this.#parts;
  }

  #close(): void {
    this.#parts.push(this.#textOf(this.#current));
    this.#current = [];
  }

  #textOf(groups: readonly string[]): string {
    return [...this.#common, ...groups].join(';');
  }
}
