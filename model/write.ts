import type { ReadingValue } from './reading.ts';

/** Writing to a device, as the gateway does it and the API shows it. */
export type WrittenValue = number | boolean | string;

/** One line of the audit trail: first what was asked, then, in a line of its own, how it ended. */
export interface WriteEntry {
  readonly timeMs: number;
  readonly tag: string;
  /** In the tag's unit. */
  readonly value: WrittenValue;
  readonly by: string;
  readonly note?: string;
  readonly outcome: 'asked' | 'written' | 'refused' | 'unconfirmed' | 'failed';
  /** Of an outcome: sequence of the line that asked. */
  readonly asked?: number;
  readonly readBack?: ReadingValue;
  readonly reason?: string;
}

export interface WriteRequest {
  readonly tag: string;
  readonly value: WrittenValue;
  readonly by: string;
  readonly note?: string;
}
