import { encodeBatch } from '../model/batch.ts';
import type { Reading } from '../model/reading.ts';
import type { Lane, SpooledBatch } from './spool.ts';

/** A record is the wire form behind twelve bytes: when it was taken (float64) and how many readings it holds (uint32). */
const HEADER_BYTES = 12;

export interface SpoolRecord {
  readonly lane: Lane;
  readonly sequence: number;
  readonly bytes: Buffer;
  readonly readings: readonly Reading[];
}

export function encodeRecord(
  lane: Lane,
  identity: { epoch: number; sequence: number },
  readings: readonly Reading[],
  nowMs: number,
): SpoolRecord {
  const payload = encodeBatch({ ...identity, readings });
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(payload));
  bytes.writeDoubleLE(nowMs, 0);
  bytes.writeUInt32LE(readings.length, 8);
  bytes.write(payload, HEADER_BYTES);
  return { lane, sequence: identity.sequence, bytes, readings };
}

export function decodeRecord(lane: Lane, sequence: number, bytes: Buffer): SpooledBatch {
  return { lane, sequence, payload: bytes.subarray(HEADER_BYTES), ...recordHeader(bytes) };
}

export function recordHeader(bytes: Buffer): { appendedMs: number; count: number } {
  return { appendedMs: bytes.readDoubleLE(0), count: bytes.readUInt32LE(8) };
}

export const laneOf = ({ origin }: Reading): Lane =>
  origin === 'live' || origin === 'manual' ? 'live' : 'history';

/** Text of one batch at most, but for a single reading: recordings of vibration are long. */
const MOST_CHARS = 512 * 1024;

/** Splits readings by lane, order kept, into pieces of at most `most` readings. */
export function pieces(readings: readonly Reading[], most: number): { lane: Lane; readings: Reading[] }[] {
  const open = new Map<Lane, Reading[]>();
  const texts = new Map<Lane, number>();
  const all: { lane: Lane; readings: Reading[] }[] = [];
  for (const reading of readings) {
    const lane = laneOf(reading);
    let piece = open.get(lane);
    const chars = typeof reading.value === 'string' ? reading.value.length : 0;
    const isFull =
      piece !== undefined && (piece.length >= most || (texts.get(lane) ?? 0) + chars > MOST_CHARS);
    if (piece === undefined || isFull) {
      piece = [];
      open.set(lane, piece);
      texts.set(lane, 0);
      all.push({ lane, readings: piece });
    }
    piece.push(reading);
    texts.set(lane, (texts.get(lane) ?? 0) + chars);
  }
  return all;
}
