import type { RefusalSink } from '../../gateway/intake.ts';
import type { EmbeddedMqttSource } from '../../gateway/mqtt/embedded-mqtt-source.ts';
import type { ExternalMqttSource } from '../../gateway/mqtt/external-mqtt-source.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { parseReadingText } from '../../ingest/reading-text.ts';
import { decodeBatch } from '../../model/batch.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { Reading } from '../../model/reading.ts';
import type { QuarantineItem } from '../../store/quarantine.ts';

/** A source of MQTT messages, on whichever broker. */
export type MessageSource = Pick<EmbeddedMqttSource | ExternalMqttSource, 'id' | 'accepts' | 'replay'>;

export interface ReplayParts {
  readonly messageSources: readonly MessageSource[];
  readonly ingest: Pick<Ingest, 'readings'>;
  readonly quarantine: RefusalSink;
}

/**
 * Sends a quarantined item, mended or not, the way it would have gone: a device's message through its source, anything
 * else as a reading (or a batch) into ingest. Resolves once it is kept; what is refused again is a new item.
 */
export function createReplay(parts: ReplayParts): (item: QuarantineItem) => Promise<void> {
  return async (item) => {
    const source = parts.messageSources.find((one) => isOf(item, one));
    // A message without a time of its own is of when it came, not of when a person got to it.
    if (source) return source.replay(item.where, Buffer.from(item.payload), item.firstMs);
    const refusals = await parts.ingest.readings(readingsOf(item));
    // What the store itself refuses is in the quarantine already.
    await parts.quarantine.put(refusals.filter(({ from }) => from !== 'store'));
  };
}

/** The broker refuses oversized messages before any source sees them, in the name of the client. */
function isOf({ from, where }: QuarantineItem, source: MessageSource): boolean {
  return (from === source.id || from.startsWith('client:')) && source.accepts(where);
}

/** @throws PlantscopeError `reading-malformed`, `batch-malformed`, `replay-impossible` */
function readingsOf({ reason, payload, from }: QuarantineItem): readonly Reading[] {
  if (reason === 'batch-malformed' && !payload.includes('"tag"')) return decodeBatch(payload).readings;
  if (payload.trimStart().startsWith('{')) return [parseReadingText(payload)];
  throw new PlantscopeError('replay-impossible', `What ${from} sent is no text that can be read again`, {
    where: 'payload',
    hint: 'Replay it with a payload of your own: {"tag": "...", "time": "2026-03-01T08:00:00Z", "value": 1}',
  });
}
