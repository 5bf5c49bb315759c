/** Edition of the standard a frame was written by. A frame without a Flag counts as 2005. */
export type Edition = '2005' | '2017' | '2025';

const editions: readonly Edition[] = ['2005', '2017', '2025'];

/** The Flag field: bits 7..2 version, bit 1 the frame has PNUM and PNO, bit 0 an acknowledgement is wanted. */
export interface FlagBits {
  readonly version: Edition;
  readonly split: boolean;
  readonly needsAck: boolean;
}

/** Bits of a Flag field, undefined where it is no number of 0 to 255. A version after 2025 is read as 2025. */
export function parseFlag(text: string | undefined): FlagBits | undefined {
  if (text === undefined || !/^\d{1,3}$/.test(text)) return undefined;
  const flag = Number(text);
  if (flag > 255) return undefined;
  return { version: editions[flag >> 2] ?? '2025', split: (flag & 2) !== 0, needsAck: (flag & 1) !== 0 };
}

/** The Flag field's number, as text. */
export function flagText(bits: FlagBits): string {
  return String((editions.indexOf(bits.version) << 2) | (bits.split ? 2 : 0) | (bits.needsAck ? 1 : 0));
}
