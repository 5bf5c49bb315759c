import type { Instant, Reading } from '../../model/reading.ts';
import type { OpcuaTag } from './opcua-tag.ts';
import type { EnumTexts } from './value.ts';

/** Why a tag is not read at present, and when it is tried again. */
export interface Quarantine {
  readonly status: string;
  readonly attempts: number;
  readonly retryAtMs: number;
}

/** What the source knows of one tag; lives as long as the source, across sessions. Ages count by the monotonic clock. */
export interface TagState {
  readonly opcua: OpcuaTag;
  /** The newest live reading that was taken. */
  last?: Reading;
  /** Arrival of the newest notification or polled value. */
  notifiedMs?: number;
  /** When a check read last proved that the server still holds what we hold. */
  confirmedMs?: number;
  /** Source time of the value at the last check read; some servers advance it while the value stands. */
  checkedSourceMs?: number;
  /** Where readings may be missing from, until the next live reading closes the gap. */
  gapFrom?: Instant | 'first-start';
  /** When notifications were lost in the running session; without a next reading the gap is closed by time. */
  lossMs?: number;
  /** The server said that it keeps no history of the node. */
  hasNoHistory?: true;
  quarantine?: Quarantine;
  texts?: EnumTexts;
}
