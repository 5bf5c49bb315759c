import {
  AttributeIds,
  type ClientSession,
  constructEventFilter,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua';
import { errorMessage } from '../../model/error.ts';
import type { SourceEvent } from '../../model/event.ts';
import type { SourceParts } from './session-keeper.ts';

/** Fields of an event, in the order they are asked for. @see OPC 10000-5 (1.05) 6.4.2, OPC 10000-9 (1.05) 5.5 */
const fields = [
  'EventId',
  'EventType',
  'SourceName',
  'Time',
  'Message',
  'Severity',
  'ConditionName',
  'Retain',
  'ActiveState.Id',
  'AckedState.Id',
] as const;
type Field = (typeof fields)[number];

/**
 * Takes events and conditions of the whole server in; conditions that stand are asked for at once (ConditionRefresh).
 * A server without events is none the worse: that is noted and the values go on.
 */
export async function watchEvents(session: ClientSession, source: string, parts: SourceParts): Promise<void> {
  const { sink, logger, publishingMs } = parts;
  if (!sink.event) return;
  try {
    const subscription = await session.createSubscription2({
      requestedPublishingInterval: publishingMs,
      requestedMaxKeepAliveCount: 20,
      requestedLifetimeCount: 200,
      publishingEnabled: true,
    });
    const item = await subscription.monitor(
      { nodeId: 'i=2253', attributeId: AttributeIds.EventNotifier },
      {
        samplingInterval: 0,
        queueSize: 1_000,
        discardOldest: true,
        filter: constructEventFilter([...fields]),
      },
      TimestampsToReturn.Both,
    );
    item.on('changed', (values: unknown) => {
      const event = toEvent(source, values as Variant[]);
      sink.event?.(event).catch((thrown: unknown) => logger.warn(`event not kept: ${errorMessage(thrown)}`));
    });
    await session.call({
      objectId: 'i=2782',
      methodId: 'i=3875',
      inputArguments: [{ dataType: 'UInt32', value: subscription.subscriptionId }],
    });
  } catch (thrown) {
    logger.info({ source }, `no events from this server: ${errorMessage(thrown)}`);
  }
}

function toEvent(source: string, values: readonly Variant[]): SourceEvent {
  const get = (field: Field): unknown => values[fields.indexOf(field)]?.value ?? undefined;
  const id = get('EventId');
  const time = get('Time');
  const name = get('ConditionName');
  const about = String(get('SourceName') ?? '');
  const event = {
    source,
    id: Buffer.isBuffer(id) ? id.toString('hex') : String(id ?? ''),
    timeMs: time instanceof Date ? time.getTime() : 0,
    type: String(get('EventType') ?? ''),
    about,
    message: textOf(get('Message')),
    severity: Number(get('Severity') ?? 1),
  };
  if (name === undefined || name === null) return event;
  const condition = {
    id: `${about}/${String(name)}`,
    name: String(name),
    active: get('ActiveState.Id') === true,
    acknowledged: get('AckedState.Id') !== false,
    retain: get('Retain') === true,
  };
  return { ...event, condition };
}

function textOf(message: unknown): string {
  if (message !== null && typeof message === 'object' && 'text' in message) return String(message.text ?? '');
  return String(message ?? '');
}
