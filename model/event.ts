import type { Reading } from './reading.ts';
import { statusCodes } from './status.ts';

/** Something that happened at a source: an event, or a change of a condition (an alarm of the device itself). */
export interface SourceEvent {
  readonly source: string;
  /** Unique at the source; the same event read twice (a refresh, a reconnect) has the same id. */
  readonly id: string;
  readonly timeMs: number;
  /** Name of the event type, as the source gives it (`OffNormalAlarmType`). */
  readonly type: string;
  /** What it is about: name of the device or node. */
  readonly about: string;
  readonly message: string;
  /** 1 (informative) to 1000 (catastrophic). @see OPC 10000-5 (1.05) 6.4.2 */
  readonly severity: number;
  /** Only of a condition. @see OPC 10000-9 (1.05) 5.5 */
  readonly condition?: {
    readonly id: string;
    readonly name: string;
    readonly active: boolean;
    readonly acknowledged: boolean;
    /** Still of interest to an operator: active, or not yet acknowledged. */
    readonly retain: boolean;
  };
}

const prefix = 'event:';
const longestTextChars = 1_000;

/**
 * An event on its way: a text of the tag `event:<source>`, which no plant file can name. So it lies in the same spool, is
 * sent in the same batches and confirmed in the same way as readings; ingest parts the two again.
 */
export function eventReading(event: SourceEvent): Reading {
  const { source, timeMs, ...rest } = event;
  const text = JSON.stringify({ ...rest, message: event.message.slice(0, longestTextChars) });
  return {
    tag: `${prefix}${source}`,
    ...{ timeMs, timeNs: 0, value: text, status: statusCodes.good, origin: 'live' as const },
  };
}

export const isEvent = ({ tag }: Pick<Reading, 'tag'>): boolean => tag.startsWith(prefix);

/** Undefined where the text is none of `eventReading`. */
export function eventOf({ tag, timeMs, value }: Reading): SourceEvent | undefined {
  if (!tag.startsWith(prefix) || typeof value !== 'string') return undefined;
  try {
    const rest = JSON.parse(value) as Omit<SourceEvent, 'source' | 'timeMs'>;
    return typeof rest.id === 'string' ? { ...rest, source: tag.slice(prefix.length), timeMs } : undefined;
  } catch {
    return undefined; // the caller refuses it, with the text
  }
}
