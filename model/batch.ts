import { PlantscopeError } from './error.ts';
import type { Reading, ReadingOrigin, ReadingValue } from './reading.ts';

/** Names one batch for ever: the gateway, the spool file's birth (epoch), and the batch's number in it. */
export interface BatchIdentity {
  /** Milliseconds since the epoch at which the spool was created. */
  readonly epoch: number;
  /** Counts from 1, never reused within an epoch. */
  readonly sequence: number;
}

export interface Batch extends BatchIdentity {
  readonly readings: readonly Reading[];
}

/** What ingest reports on `plantscope/stored/<gateway>`: these batches are durable. */
export interface StoredReport {
  readonly epoch: number;
  readonly sequences: readonly number[];
}

export const batchTopic = (gateway: string): string => `plantscope/batch/${gateway}`;
export const storedTopic = (gateway: string): string => `plantscope/stored/${gateway}`;

/** The gateway a batch topic names, or undefined where the topic is none. */
export function gatewayOfBatchTopic(topic: string): string | undefined {
  return /^plantscope\/batch\/([^/]+)$/.exec(topic)?.[1];
}

/**
 * The wire form: columns in JSON with a dictionary of tags, chosen by measurement (bench/payload.ts; for 100 readings 1.6
 * times as quick as an object a reading, twice as quick as line protocol, a third of the bytes). Names are short because
 * they travel often: `e` epoch, `s` sequence, `tags` dictionary, `k` index into it (absent: the nth reading is of
 * the nth tag), `t` time in ms (the first absolute, then the step from the one before), `n` nanoseconds (absent: all 0),
 * `x` values, `q` status codes (absent: all 0), `o` origin (one for all, or one each).
 */
export interface WireBatch {
  readonly e: number;
  readonly s: number;
  readonly tags: readonly string[];
  readonly k?: readonly number[];
  readonly t: readonly number[];
  readonly n?: readonly number[];
  readonly x: readonly ReadingValue[];
  readonly q?: readonly number[];
  readonly o: ReadingOrigin | readonly ReadingOrigin[];
}

export function encodeBatch({ epoch, sequence, readings }: Batch): string {
  const indexByTag = new Map<string, number>();
  const [k, t, n, x, q]: [number[], number[], number[], ReadingValue[], number[]] = [[], [], [], [], []];
  const firstOrigin = readings[0]?.origin ?? 'live';
  let [previousMs, inOrder, allWholeMs, allGood, oneOrigin] = [0, true, true, true, true];
  for (const { tag, timeMs, timeNs, value, status, origin } of readings) {
    let index = indexByTag.get(tag);
    if (index === undefined) {
      index = indexByTag.size;
      indexByTag.set(tag, index);
    }
    inOrder &&= index === k.length;
    k.push(index);
    t.push(timeMs - previousMs);
    previousMs = timeMs;
    allWholeMs &&= timeNs === 0;
    n.push(timeNs);
    x.push(value);
    allGood &&= status === 0;
    q.push(status);
    oneOrigin &&= origin === firstOrigin;
  }
  return JSON.stringify({
    e: epoch,
    s: sequence,
    tags: [...indexByTag.keys()],
    ...(inOrder ? {} : { k }),
    t,
    ...(allWholeMs ? {} : { n }),
    x,
    ...(allGood ? {} : { q }),
    o: oneOrigin ? firstOrigin : readings.map((reading) => reading.origin),
  } satisfies WireBatch);
}

/** @throws PlantscopeError `batch-malformed`: not the wire form; no part of it is used */
export function decodeBatch(payload: string): Batch {
  const wire = parseBatch(payload);
  return { epoch: wire.e, sequence: wire.s, readings: readingsOfBatch(wire) };
}

/**
 * @param known gives the text of a tag that is kept for it already, where there is one
 * @throws PlantscopeError `batch-malformed`
 */
export function readingsOfBatch(wire: WireBatch, known?: (tag: string) => string): Reading[] {
  const { k, t, n, x, q, o } = wire;
  const tags = known ? wire.tags.map(known) : wire.tags;
  const readings: Reading[] = new Array(t.length);
  let timeMs = 0;
  for (let index = 0; index < t.length; index++) {
    timeMs += t[index] as number;
    const tag = tags[k ? (k[index] as number) : index];
    if (tag === undefined) throw malformed(`reading ${index} names no tag of the dictionary`);
    readings[index] = {
      tag,
      timeMs,
      timeNs: n ? (n[index] as number) : 0,
      value: x[index] as ReadingValue,
      status: q ? (q[index] as number) : 0,
      origin: typeof o === 'string' ? o : (o[index] as ReadingOrigin),
    };
  }
  return readings;
}

/** Identity of a batch whose body is beyond reading, so that its gateway can still be told it was dealt with. */
export function batchIdentityOf(payload: string): BatchIdentity | undefined {
  const match = /^\{"e":(\d{1,15}),"s":(\d{1,15}),/.exec(payload);
  return match ? { epoch: Number(match[1]), sequence: Number(match[2]) } : undefined;
}

/** The wire form, its columns checked. @throws PlantscopeError `batch-malformed` */
export function parseBatch(payload: string): WireBatch {
  let parsed: unknown;
  try {
    parsed = JSON.parse(payload);
  } catch (cause) {
    throw malformed('not JSON', cause);
  }
  if (typeof parsed !== 'object' || parsed === null) throw malformed('not an object');
  const wire = parsed as Partial<WireBatch>;
  const problem = problemOf(wire);
  if (problem !== undefined) throw malformed(problem);
  return wire as WireBatch;
}

const origins: ReadonlySet<unknown> = new Set<ReadingOrigin>(['live', 'history', 'import', 'manual']);

function problemOf({ e, s, tags, k, t, n, x, q, o }: Partial<WireBatch>): string | undefined {
  if (!Number.isSafeInteger(e) || !Number.isSafeInteger(s)) return 'epoch and sequence must be whole numbers';
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) return 'tags must be texts';
  if (!areIntegers(t)) return 't must be whole milliseconds';
  const count = t.length;
  if (!Array.isArray(x) || x.length !== count || !x.every(isValue)) return 'x must hold one value a reading';
  if (k !== undefined && !(areIntegers(k) && k.length === count)) return 'k must hold one index a reading';
  if (n !== undefined && !(areIntegers(n, 999_999) && n.length === count)) return 'n must be nanoseconds';
  if (q !== undefined && !(areIntegers(q, 0xffff_ffff) && q.length === count))
    return 'q must be status codes';
  if (Array.isArray(o) ? o.length !== count || !o.every((one) => origins.has(one)) : !origins.has(o)) {
    return 'o must be an origin';
  }
  return undefined;
}

/** Without `greatest`: any sign; with it: 0 to `greatest`. */
function areIntegers(column: readonly number[] | undefined, greatest?: number): column is readonly number[] {
  if (!Array.isArray(column)) return false;
  for (const cell of column) {
    if (!Number.isSafeInteger(cell)) return false;
    if (greatest !== undefined && (cell < 0 || cell > greatest)) return false;
  }
  return true;
}

function isValue(value: unknown): boolean {
  const type = typeof value;
  return type === 'number' || type === 'boolean' || type === 'string' || value === null;
}

function malformed(what: string, cause?: unknown): PlantscopeError {
  return new PlantscopeError('batch-malformed', `Not a batch: ${what}`, { cause });
}

export function encodeStoredReport(report: StoredReport): string {
  return JSON.stringify(report);
}

/** Undefined where the payload is no report. */
export function decodeStoredReport(payload: string): StoredReport | undefined {
  try {
    const { epoch, sequences } = JSON.parse(payload) as Partial<StoredReport>;
    return Number.isSafeInteger(epoch) && areIntegers(sequences)
      ? { epoch: epoch as number, sequences }
      : undefined;
  } catch {
    return undefined; // whoever publishes here without being ingest is not heard
  }
}
