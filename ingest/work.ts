import {
  type BatchIdentity,
  batchIdentityOf,
  parseBatch,
  readingsOfBatch,
  type WireBatch,
} from '../model/batch.ts';
import { errorMessage } from '../model/error.ts';
import { isEvent } from '../model/event.ts';
import type { Reading } from '../model/reading.ts';
import type { Readings } from '../model/reading-columns.ts';
import type { Refusal } from '../model/refusal.ts';
import { accept, defaultLimits, plausibleTimes } from './accept.ts';
import { acceptColumns } from './accept-columns.ts';
import type { IngestOptions } from './ingest.ts';

/** One piece of work that waits for the store. What came over the wire stays as it came until its turn. */
export interface Work {
  readonly gateway: string | undefined;
  readonly content: Buffer | readonly Reading[];
  /** What it holds while it waits. */
  readonly bytes: number;
  /** What was refused of the work's own, where it has no gateway. */
  readonly done: (refused: readonly Refusal[]) => void;
  readonly failed: (error: Error) => void;
}

/** The same, decoded and checked. */
export interface OpenedWork {
  readonly work: Work;
  readonly identity: BatchIdentity | undefined;
  readonly readings: Readings;
  /** Events of sources, as readings. */
  readonly events: readonly Reading[];
  readonly refusals: readonly Refusal[];
  /** The payload was no batch; the refusal says so. */
  readonly isPoison: boolean;
}

/** What can't be stored comes out as refusals, a payload that is no batch as one of them. */
export function openWork(work: Work, options: IngestOptions): OpenedWork {
  const { content, gateway } = work;
  if (!(content instanceof Uint8Array)) return opened(work, undefined, content);
  const text = content.toString();
  try {
    return openBatch(work, parseBatch(text), options);
  } catch (thrown) {
    const refusal = poison(gateway, text, errorMessage(thrown));
    return opened(work, batchIdentityOf(text), [], [], [refusal], true);
  }
}

function openBatch(work: Work, wire: WireBatch, options: IngestOptions): OpenedWork {
  const { plant, clock, limits = defaultLimits } = options;
  const nowMs = clock.nowMs();
  const identity = { epoch: wire.e, sequence: wire.s };
  const columns = acceptColumns(wire, plant, plausibleTimes('live', nowMs, limits));
  if (columns !== undefined) return opened(work, identity, columns);
  const all = readingsOfBatch(wire, (tag) => plant.tagsById.get(tag)?.id ?? tag);
  const events = options.events && all.some(isEvent) ? all.filter(isEvent) : [];
  const rest = events.length === 0 ? all : all.filter((reading) => !isEvent(reading));
  const { readings, refusals } = accept(rest, plant, nowMs, `gateway:${work.gateway}`, limits);
  return opened(work, identity, readings, events, refusals);
}

function opened(
  work: Work,
  identity: BatchIdentity | undefined,
  readings: Readings,
  events: readonly Reading[] = [],
  refusals: readonly Refusal[] = [],
  isPoison = false,
): OpenedWork {
  return { work, identity, readings, events, refusals, isPoison };
}

function poison(gateway: string | undefined, payload: string, message: string): Refusal {
  const where = `plantscope/batch/${gateway}`;
  return { reason: 'batch-malformed', message, from: `gateway:${gateway}`, where, payload };
}
