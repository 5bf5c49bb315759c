import { PlantscopeError } from '../../../model/error.ts';
import { crc16, crcText } from './crc.ts';
import { type Head, writeHead } from './frame.ts';
import { type CipherForm, encryptCp } from './sm4.ts';

const MAX_DECLARABLE_LENGTH = 9999;

/** What a frame is written from. */
export interface FrameToWrite extends Head {
  readonly cp: string;
  /** Replaces the header fields where a device's own order must be kept. */
  readonly head?: string;
  /** Only its letter case is used, and only where the digits are right. */
  readonly crc?: string;
  /** After the CRC; default CR LF. */
  readonly end?: string;
  readonly charset?: 'latin1' | undefined;
  readonly cipher?: { readonly key: Uint8Array; readonly form: CipherForm } | undefined;
  /** Length to declare where it is not that of the travelling segment (annex A.2 of 2025 declares the plain one). */
  readonly declaredLength?: number;
}

/**
 * Bytes of one frame. The CRC is always that of the plain segment.
 * @throws PlantscopeError `hj212-too-long` above 9999 bytes: split the CP first
 */
export function encodeFrame(frame: FrameToWrite): Buffer {
  const charset = frame.charset ?? 'utf8';
  const open = Buffer.from(`${frame.head ?? writeHead(frame)}CP=&&`, charset);
  const cp = Buffer.from(frame.cp, charset);
  const close = Buffer.from('&&');
  const plain = Buffer.concat([open, cp, close]);
  const { cipher } = frame;
  const sent = cipher ? Buffer.concat([open, encryptCp(cp, cipher.key, cipher.form), close]) : plain;
  const length = frame.declaredLength ?? (cipher ? plain.length : sent.length);
  const crc = withCaseOf(frame.crc, crcText(crc16(plain)));
  return Buffer.concat([
    Buffer.from(header(length)),
    sent,
    Buffer.from(crc + (frame.end ?? '\r\n'), 'latin1'),
  ]);
}

function header(length: number): string {
  if (Number.isInteger(length) && length >= 0 && length <= MAX_DECLARABLE_LENGTH)
    return `##${String(length).padStart(4, '0')}`;
  throw new PlantscopeError(
    'hj212-too-long',
    `A data segment of ${length} bytes can't be declared in four digits`,
    {
      hint: 'Split the CP into several frames.',
    },
  );
}

function withCaseOf(sent: string | undefined, computed: string): string {
  return sent?.toUpperCase() === computed ? sent : computed;
}
