import { crc16 } from './crc.ts';
import { type Frame, type FrameWarning, parseSegment } from './frame.ts';
import { cipherFormOf, decryptCp } from './sm4.ts';

/** Why a frame was refused. */
export type RefusalCode = 'length' | 'crc' | 'header' | 'truncated';

/** A frame found in the stream; `offset` is the byte of its `##` since the stream began. */
export type Found =
  | { readonly ok: true; readonly offset: number; readonly frame: Frame }
  | { readonly ok: false; readonly offset: number; readonly code: RefusalCode };

export interface FrameReaderOptions {
  /** SM4 key of the 2025 edition. Without it an encrypted frame is refused: its CRC can't be checked. */
  readonly key?: Uint8Array | undefined;
  /** Longest segment that is waited for, in bytes; bounds the memory. */
  readonly maxSegmentBytes?: number;
}

/** More than four digits can declare; a printed cipher (annex A.2 of 2025) of a standard segment takes a third of it. */
const DEFAULT_MAX_SEGMENT_BYTES = 16_384;
const HASH = 0x23;
const HEADER_BYTES = 6;
const CRC_BYTES = 4;
const marker = Buffer.from('##');
const closing = Buffer.from('&&');
const cpOpen = Buffer.from('CP=&&');

type End = { readonly at: number; readonly hasRightCrc: boolean } | 'wait' | 'none';

/**
 * Finds frames in a byte stream that may hold anything else. A declared length is only a hint: a frame ends where a
 * CRC closes it, and never reaches into the next `##` with four digits, so a wrong length costs no later frame.
 * What it finds does not depend on how the stream was cut into chunks. Never throws on any input.
 */
export class FrameReader {
  readonly #key: Uint8Array | undefined;
  readonly #maxSegmentBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** Stream offset of the buffer's first byte. */
  #base = 0;
  #ended = false;

  constructor(options: FrameReaderOptions = {}) {
    this.#key = options.key;
    this.#maxSegmentBytes = options.maxSegmentBytes ?? DEFAULT_MAX_SEGMENT_BYTES;
  }

  /** Bytes held back for an unfinished frame. */
  get pendingBytes(): number {
    return this.#buffer.length;
  }

  push(chunk: Uint8Array): Found[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
    return this.#drain();
  }

  /** The stream has ended: judges what is left. */
  end(): Found[] {
    this.#ended = true;
    return this.#drain();
  }

  #drain(): Found[] {
    const found: Found[] = [];
    let at = 0;
    for (;;) {
      const start = this.#buffer.indexOf(marker, at);
      if (start < 0) {
        at = this.#buffer.at(-1) === HASH ? Math.max(at, this.#buffer.length - 1) : this.#buffer.length;
        break;
      }
      const next = this.#frameAt(start, found);
      at = next ?? start;
      if (next === undefined) break;
    }
    this.#base += at;
    // A copy, so that a short remainder does not keep a large chunk alive.
    this.#buffer = Buffer.from(this.#buffer.subarray(at));
    return found;
  }

  /** Judges the frame at `start`; returns where to go on, undefined where more bytes are needed. */
  #frameAt(start: number, found: Found[]): number | undefined {
    const buffer = this.#buffer;
    if (buffer[start + 2] === HASH) return start + 1;
    const offset = this.#base + start;
    const digits = countDigits(buffer, start + 2);
    const cut = start + 2 + digits === buffer.length;
    if (digits < 4 && cut && !this.#ended) return undefined;
    if (digits < 4) {
      found.push({ ok: false, offset, code: cut ? 'truncated' : 'header' });
      return start + 2;
    }
    const end = this.#findEnd(start + HEADER_BYTES, declaredLengthAt(buffer, start));
    if (end === 'wait') return undefined;
    if (end === 'none') {
      found.push({ ok: false, offset, code: 'truncated' });
      return start + HEADER_BYTES;
    }
    found.push(this.#judge(start, end, offset));
    const after = end.at + CRC_BYTES;
    return after + terminatorAt(buffer, after).length;
  }

  /** Where the segment that begins at `from` ends: before its CRC, before the next header, within the size limit. */
  #findEnd(from: number, declared: number): End {
    const buffer = this.#buffer;
    const nextHeader = findHeader(buffer, from);
    const limit = Math.min(nextHeader ?? buffer.length, from + this.#maxSegmentBytes + CRC_BYTES);
    const final = limit < buffer.length || nextHeader !== undefined || this.#ended;
    const hinted = from + declared;
    if (hinted + CRC_BYTES <= limit && isHex4(buffer, hinted)) {
      if (crc16(buffer, from, hinted) === parseHex4(buffer, hinted)) return { at: hinted, hasRightCrc: true };
    }
    let unterminated: number | undefined;
    let crc: number | undefined;
    let crcUpTo = from;
    for (
      let at = buffer.indexOf(closing, from);
      at >= 0 && at < limit;
      at = buffer.indexOf(closing, at + 1)
    ) {
      const end = at + 2;
      const after = end + CRC_BYTES;
      if (isCpOpening(buffer, at) || after > limit || !isHex4(buffer, end)) continue;
      // Goes on from the last candidate, so that a line full of `&&` costs no more than its length.
      crc = crc16(buffer, crcUpTo, end, crc);
      crcUpTo = end;
      const hasRightCrc = crc === parseHex4(buffer, end);
      const isClosed = end === hinted || after === nextHeader || terminatorAt(buffer, after) !== '';
      if (hasRightCrc || isClosed) return { at: end, hasRightCrc };
      unterminated = end;
    }
    if (!final) return 'wait';
    return unterminated === undefined ? 'none' : { at: unterminated, hasRightCrc: false };
  }

  #judge(start: number, { at: end, hasRightCrc }: Exclude<End, string>, offset: number): Found {
    const buffer = this.#buffer;
    const from = start + HEADER_BYTES;
    const sent = buffer.subarray(from, end);
    const opened = hasRightCrc
      ? { plain: sent, cipher: undefined }
      : this.#decrypt(sent, parseHex4(buffer, end));
    const declaredLength = declaredLengthAt(buffer, start);
    const warnings: FrameWarning[] = [];
    if (declaredLength !== sent.length) {
      const warning = opened && lengthExcuse(declaredLength, opened.plain, opened.cipher !== undefined);
      if (warning === undefined) return { ok: false, offset, code: 'length' };
      warnings.push(warning);
    }
    if (opened === undefined) return { ok: false, offset, code: 'crc' };
    const frame = parseSegment(opened.plain, {
      crc: buffer.toString('latin1', end, end + CRC_BYTES),
      declaredLength,
      end: terminatorAt(buffer, end + CRC_BYTES),
      cipher: opened.cipher,
      warnings,
    });
    return frame ? { ok: true, offset, frame } : { ok: false, offset, code: 'header' };
  }

  /** The plain segment where decrypting the CP makes the CRC right. */
  #decrypt(sent: Buffer, crc: number) {
    const open = sent.indexOf(cpOpen) + cpOpen.length;
    if (this.#key === undefined || open < cpOpen.length || sent.length - 2 < open) return undefined;
    const cp = sent.subarray(open, -2);
    const cipher = cipherFormOf(cp);
    const decrypted = cipher && decryptCp(cp, this.#key, cipher);
    if (decrypted === undefined) return undefined;
    const plain = Buffer.concat([sent.subarray(0, open), decrypted, closing]);
    return crc16(plain) === crc ? { plain, cipher } : undefined;
  }
}

/** Lengths that differ from the bytes sent and are let pass: of the plain text (annex A.2 of 2025), or in characters. */
function lengthExcuse(declared: number, plain: Buffer, encrypted: boolean): FrameWarning | undefined {
  if (encrypted) return declared === plain.length ? 'length-of-plaintext' : undefined;
  return declared === plain.toString('utf8').length ? 'length-in-characters' : undefined;
}

function countDigits(buffer: Buffer, from: number): number {
  let count = 0;
  while (count < 4 && isDigit(buffer[from + count])) count++;
  return count;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

const declaredLengthAt = (buffer: Buffer, start: number): number =>
  Number(buffer.toString('latin1', start + 2, start + HEADER_BYTES));

function findHeader(buffer: Buffer, from: number): number | undefined {
  for (let at = buffer.indexOf(marker, from); at >= 0; at = buffer.indexOf(marker, at + 1)) {
    if (countDigits(buffer, at + 2) === 4) return at;
  }
  return undefined;
}

/** The `&&` after `CP=` opens the parameters; four hexadecimal characters after it may be a factor code. */
const isCpOpening = (buffer: Buffer, at: number): boolean =>
  at >= 3 && buffer.toString('latin1', at - 3, at) === 'CP=';

function hexValue(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1;
}

function isHex4(buffer: Buffer, at: number): boolean {
  for (let index = at; index < at + CRC_BYTES; index++) if (hexValue(buffer[index]) < 0) return false;
  return true;
}

const parseHex4 = (buffer: Buffer, at: number): number =>
  Number.parseInt(buffer.toString('latin1', at, at + CRC_BYTES), 16);

/** The line end at `at`; empty where there is none. */
function terminatorAt(buffer: Buffer, at: number): string {
  if (buffer[at] === 0x0d) return buffer[at + 1] === 0x0a ? '\r\n' : '\r';
  return buffer[at] === 0x0a ? '\n' : '';
}
