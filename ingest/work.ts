import { type BatchIdentity, batchIdentityOf, decodeBatch } from '../model/batch.ts';
import { errorMessage } from '../model/error.ts';
import { isEvent } from '../model/event.ts';
import type { Reading } from '../model/reading.ts';
import type { Refusal } from '../model/refusal.ts';
import { accept } from './accept.ts';
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
  readonly readings: readonly Reading[];
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
  const { plant, clock, limits } = options;
  try {
    // The plant's own text of a tag, so that all that look it up later find it at once.
    const batch = decodeBatch(text, (tag) => plant.tagsById.get(tag)?.id ?? tag);
    const events = options.events && batch.readings.some(isEvent) ? batch.readings.filter(isEvent) : [];
    const rest = events.length === 0 ? batch.readings : batch.readings.filter((reading) => !isEvent(reading));
    const { readings, refusals } = accept(rest, plant, clock.nowMs(), `gateway:${gateway}`, limits);
    return opened(work, batch, readings, events, refusals);
  } catch (thrown) {
    const refusal = poison(gateway, text, errorMessage(thrown));
    return opened(work, batchIdentityOf(text), [], [], [refusal], true);
  }
}

function opened(
  work: Work,
  identity: BatchIdentity | undefined,
  readings: readonly Reading[],
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
