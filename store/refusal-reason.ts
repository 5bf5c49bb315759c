import type { Reading } from '../model/reading.ts';
import { qualityOf, statusName } from '../model/status.ts';
import type { RefusedReading } from './time-series-store.ts';

/** Last instant of a signed 64-bit count of nanoseconds (the year 2262), which both stores keep time in. */
const MAX_TIME_MS = 9_223_372_036_853;
/** InfluxDB takes at most 64 KiB a text field. */
const MAX_TEXT_BYTES = 65_536;

/** Whether both stores can keep it. */
export const isStorableTime = (timeMs: number): boolean =>
  Number.isInteger(timeMs) && timeMs >= 0 && timeMs <= MAX_TIME_MS;

/** Why no store will ever take a reading; undefined where it is storable. */
export function refusalReason({ timeMs, timeNs, value, status, tag }: Reading): string | undefined {
  if (tag === '') return 'the tag is empty';
  if (!isStorableTime(timeMs)) {
    return `timeMs ${timeMs} is not a whole number from 0 to ${MAX_TIME_MS}`;
  }
  if (!Number.isInteger(timeNs) || timeNs < 0 || timeNs > 999_999) {
    return `timeNs ${timeNs} is not a whole number from 0 to 999999`;
  }
  if (!Number.isInteger(status) || status < 0 || status > 0xffff_ffff) {
    return `status ${status} is not an unsigned 32-bit number`;
  }
  if (value === null && qualityOf(status) !== 'bad')
    return `no value needs a bad status, not ${statusName(status)}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return `the value ${value} is not finite`;
  if (typeof value === 'string') return textRefusal(value);
  return undefined;
}

function textRefusal(text: string): string | undefined {
  // A character takes at most three bytes in UTF-8, so short texts need no count.
  if (text.length > MAX_TEXT_BYTES / 3 && Buffer.byteLength(text) > MAX_TEXT_BYTES) {
    return `the text is longer than ${MAX_TEXT_BYTES} bytes`;
  }
  return text.includes('\0') ? 'the text holds a NUL character' : undefined;
}

export interface Parted {
  readonly accepted: readonly Reading[];
  readonly refused: readonly RefusedReading[];
}

/** Parts the readings that have a reason to be refused from the others; copies nothing while none has. */
export function partRefused(
  readings: readonly Reading[],
  reasonOf: (reading: Reading) => string | undefined,
): Parted {
  let accepted: Reading[] | undefined;
  const refused: RefusedReading[] = [];
  for (let index = 0; index < readings.length; index++) {
    const reading = readings[index] as Reading;
    const reason = reasonOf(reading);
    if (reason === undefined) accepted?.push(reading);
    else {
      accepted ??= readings.slice(0, index);
      refused.push({ reading, reason });
    }
  }
  return { accepted: accepted ?? readings, refused };
}
