import {
  AttributeIds,
  type ClientSession,
  type ClientSubscription,
  constructEventFilter,
  type NodeId,
  TimestampsToReturn,
  type Variant,
} from 'node-opcua';
import { errorMessage } from '../../model/error.ts';
import { eventReading, type SourceEvent } from '../../model/event.ts';
import { dayMs } from '../../model/window.ts';
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

const server = 'i=2253';
/** RefreshStart, RefreshEnd, RefreshRequired: about the refresh, not about the plant. @see OPC 10000-9 (1.05) 5.11 */
const ofRefresh: ReadonlySet<string> = new Set(['ns=0;i=2787', 'ns=0;i=2788', 'ns=0;i=2789']);
/** A time before it is a clock that was never set. */
const firstPlausibleMs = Date.UTC(1980, 0, 2);

/**
 * Takes events and conditions of the whole server in; conditions that stand are asked for at once (ConditionRefresh).
 * A server without events is none the worse: that is noted and the values go on.
 */
export async function watchEvents(session: ClientSession, source: string, parts: SourceParts): Promise<void> {
  const { logger } = parts;
  let subscription: ClientSubscription | undefined;
  try {
    subscription = await session.createSubscription2({
      requestedPublishingInterval: parts.publishingMs,
      requestedMaxKeepAliveCount: 20,
      requestedLifetimeCount: 200,
      publishingEnabled: true,
    });
    await monitorEvents(subscription, new EventTaker(session, source, parts));
  } catch (thrown) {
    logger.info({ source }, `no events from this server: ${errorMessage(thrown)}`);
    await subscription?.terminate().catch((cause: unknown) => logger.debug(errorMessage(cause)));
    return;
  }
  try {
    const { statusCode } = await session.call({
      objectId: 'i=2782',
      methodId: 'i=3875',
      inputArguments: [{ dataType: 'UInt32', value: subscription.subscriptionId }],
    });
    if (statusCode.isNotGood()) logger.debug({ source }, `ConditionRefresh: ${statusCode.name}`);
  } catch (thrown) {
    logger.debug({ source }, `standing conditions can't be asked for: ${errorMessage(thrown)}`);
  }
}

async function monitorEvents(subscription: ClientSubscription, taker: EventTaker): Promise<void> {
  const item = await subscription.monitor(
    { nodeId: server, attributeId: AttributeIds.EventNotifier },
    { samplingInterval: 0, queueSize: 1_000, discardOldest: true, filter: constructEventFilter([...fields]) },
    TimestampsToReturn.Both,
  );
  item.on('changed', (values: unknown) => taker.take(values as Variant[]));
}

/** Turns the fields of events into readings of the queue, in the order they came. */
class EventTaker {
  readonly #session: ClientSession;
  readonly #source: string;
  readonly #parts: SourceParts;
  readonly #typeNames = new Map<string, string>();
  #last: Promise<void> = Promise.resolve();

  constructor(session: ClientSession, source: string, parts: SourceParts) {
    this.#session = session;
    this.#source = source;
    this.#parts = parts;
  }

  take(values: readonly Variant[]): void {
    const arrivedMs = this.#parts.clock.nowMs();
    this.#last = this.#last.then(() => this.#push(values, arrivedMs));
  }

  async #push(values: readonly Variant[], arrivedMs: number): Promise<void> {
    const type = fieldOf(values, 'EventType') as NodeId | undefined;
    if (type && ofRefresh.has(type.toString())) return;
    const event = toEvent(this.#source, values, type ? await this.#nameOf(type) : '', arrivedMs);
    this.#parts.queue.push([eventReading(event)]);
  }

  /** `OffNormalAlarmType`; the node id where the server does not tell. */
  async #nameOf(type: NodeId): Promise<string> {
    const key = type.toString();
    const known = this.#typeNames.get(key);
    if (known !== undefined) return known;
    const name = await this.#session
      .read({ nodeId: type, attributeId: AttributeIds.BrowseName })
      .then(({ value }) => String((value.value as { name?: string } | null)?.name ?? key))
      .catch(() => key);
    this.#typeNames.set(key, name);
    return name;
  }
}

const fieldOf = (values: readonly Variant[], field: Field): unknown =>
  values[fields.indexOf(field)]?.value ?? undefined;

function toEvent(source: string, values: readonly Variant[], type: string, arrivedMs: number): SourceEvent {
  const get = (field: Field): unknown => fieldOf(values, field);
  const id = get('EventId');
  const name = get('ConditionName');
  const about = String(get('SourceName') ?? '');
  const event = {
    ...{ source, type, about },
    id: Buffer.isBuffer(id) ? id.toString('hex') : String(id ?? ''),
    timeMs: timeOf(get('Time'), arrivedMs),
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

/** The source's own time; the arrival where it gives none that can be. */
function timeOf(time: unknown, arrivedMs: number): number {
  const timeMs = time instanceof Date ? time.getTime() : Number.NaN;
  return timeMs >= firstPlausibleMs && timeMs <= arrivedMs + dayMs ? timeMs : arrivedMs;
}

function textOf(message: unknown): string {
  if (message !== null && typeof message === 'object' && 'text' in message) return String(message.text ?? '');
  return String(message ?? '');
}
