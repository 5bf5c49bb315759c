import { isAscii, isUtf8 } from 'node:buffer';
import { type Edition, type FlagBits, parseFlag } from './flag.ts';
import type { CipherForm } from './sm4.ts';

/** The fields before CP, in the order of the standard; names as printed there. @see HJ 212-2017 table 3 */
export const headFields = ['QN', 'ST', 'CN', 'PW', 'MN', 'Flag', 'PNUM', 'PNO', 'RF'] as const;

export type HeadField = (typeof headFields)[number];

/** Header fields as text, exactly as sent; an empty field is an empty text. */
export type Head = { readonly [field in HeadField]?: string };

/** One good frame. Values stay text. */
export interface Frame extends Head {
  readonly edition: Edition;
  readonly flags: FlagBits | undefined;
  /** Everything before `CP=&&`, as sent. */
  readonly head: string;
  /** Everything between `CP=&&` and the closing `&&`, as sent (decrypted). */
  readonly cp: string;
  /** The CRC digits as sent: some devices send lower case. */
  readonly crc: string;
  readonly declaredLength: number;
  /** What came after the CRC: `\r\n` by the standard, or nothing. */
  readonly end: string;
  /** Set where the CP was encrypted: the form it had. */
  readonly cipher: CipherForm | undefined;
  /** Set where the segment is neither ASCII nor UTF-8: each character then stands for one byte. */
  readonly charset: 'latin1' | undefined;
  /** What a sender did against the standard and was let pass. */
  readonly warnings: readonly FrameWarning[];
}

export type FrameWarning = 'segment-long' | 'length-of-plaintext' | 'length-in-characters' | 'pnum-missing';

/** Most characters of a data segment. @see HJ 212-2025 clause 8.1.2 */
export const MAX_SEGMENT_CHARS = 1024;

const CP_OPEN = 'CP=&&';

/** What of a frame is known beside its segment. */
export type FrameSurroundings = Pick<Frame, 'crc' | 'declaredLength' | 'end' | 'cipher'> & {
  readonly warnings: FrameWarning[];
};

/** Reads a plain data segment whose CRC was right; undefined where it has no CP. */
export function parseSegment(segment: Buffer, around: FrameSurroundings): Frame | undefined {
  const plain = isAscii(segment) || !isUtf8(segment);
  const text = plain ? segment.toString('latin1') : segment.toString('utf8');
  const open = text.indexOf(CP_OPEN);
  if (open < 0 || !text.endsWith('&&') || text.length < open + CP_OPEN.length + 2) return undefined;
  const head = text.slice(0, open);
  const warnings = around.warnings;
  if (segment.length > MAX_SEGMENT_CHARS) warnings.push('segment-long');
  // Written out, not spread: this runs for every frame, and objects of one shape are quick.
  const frame: Writable = {
    edition: '2005',
    flags: undefined,
    head,
    cp: text.slice(open + CP_OPEN.length, -2),
    crc: around.crc,
    declaredLength: around.declaredLength,
    end: around.end,
    cipher: around.cipher,
    charset: plain && !isAscii(segment) ? 'latin1' : undefined,
    warnings,
  };
  readHead(head, frame);
  frame.flags = parseFlag(frame.Flag);
  if (frame.flags !== undefined) frame.edition = frame.flags.version;
  if (frame.flags?.split && frame.PNUM === undefined) warnings.push('pnum-missing');
  return frame;
}

type Writable = { -readonly [field in keyof Frame]: Frame[field] };

/** The first value of a field counts. */
function readHead(head: string, frame: Writable): void {
  for (const pair of head.split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    if (isHeadField(name) && frame[name] === undefined) frame[name] = pair.slice(equals + 1);
  }
}

const isHeadField = (name: string): name is HeadField => (headFields as readonly string[]).includes(name);

/** The header text by the standard's order; absent fields are left out. */
export function writeHead(head: Head): string {
  return headFields
    .filter((field) => head[field] !== undefined)
    .map((field) => `${field}=${head[field]};`)
    .join('');
}
