import type { Plant, Tag } from '../model/plant.ts';
import { type Reading, type ReadingOrigin, toIsoTime } from '../model/reading.ts';
import type { Refusal } from '../model/refusal.ts';
import { qualityOf } from '../model/status.ts';
import { MAX_WAVEFORM_CHARS, WAVEFORM_QUANTITIES } from '../model/waveform.ts';
import { dayMs, type TimeWindow } from '../model/window.ts';

export interface AcceptLimits {
  /** A source clock may be ahead by this much. */
  readonly maxAheadMs: number;
  /** A live reading may be this old: a gateway that was cut off sends later what it kept. */
  readonly maxLiveAgeMs: number;
  readonly maxTextChars: number;
}

export const defaultLimits: AcceptLimits = {
  maxAheadMs: dayMs,
  maxLiveAgeMs: 366 * dayMs,
  maxTextChars: 4096,
};

/** Before it no industrial historian has readings; a time before it is a clock that was never set. */
const FIRST_PLAUSIBLE_MS = Date.UTC(1980, 0, 2);

export interface Accepted {
  readonly readings: readonly Reading[];
  readonly refusals: readonly Refusal[];
}

/** Parts what can be stored from what can't. Pure: the time of day is an argument. */
export function accept(
  readings: readonly Reading[],
  plant: Pick<Plant, 'tagsById'>,
  nowMs: number,
  from: string,
  limits: AcceptLimits = defaultLimits,
): Accepted {
  let good: Reading[] | undefined;
  const refusals: Refusal[] = [];
  for (let index = 0; index < readings.length; index++) {
    const reading = readings[index] as Reading;
    const fault = faultOf(reading, plant.tagsById.get(reading.tag), nowMs, limits);
    if (fault === undefined) good?.push(reading);
    else {
      good ??= readings.slice(0, index);
      refusals.push(refusalOf(reading, fault, from));
    }
  }
  return { readings: good ?? readings, refusals };
}

type Fault = readonly [reason: string, message: string];

function faultOf(
  reading: Reading,
  tag: Tag | undefined,
  nowMs: number,
  limits: AcceptLimits,
): Fault | undefined {
  if (tag === undefined) return ['unknown-tag', `The plant has no tag "${reading.tag}"`];
  return valueFault(reading, tag, limits) ?? timeFault(reading, nowMs, limits);
}

function valueFault({ value, status }: Reading, tag: Tag, { maxTextChars }: AcceptLimits): Fault | undefined {
  const { kind } = tag.definition;
  if (value === null) {
    if (qualityOf(status) !== 'good') return undefined;
    return ['value-missing', `A good reading of ${tag.id} needs a ${kind}`];
  }
  const type = typeof value === 'string' ? 'text' : typeof value;
  if (type !== kind)
    return [
      'kind-mismatch',
      `Expected a ${kind} for ${tag.id}, got the ${type} ${String(value).slice(0, 80)}`,
    ];
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return ['not-finite', `Expected a finite number for ${tag.id}, got ${value}`];
  }
  const mostChars = WAVEFORM_QUANTITIES.has(tag.quantity) ? MAX_WAVEFORM_CHARS : maxTextChars;
  if (typeof value === 'string' && value.length > mostChars) {
    return ['too-large', `A text of ${value.length} characters; ${tag.id} may have ${mostChars}`];
  }
  return undefined;
}

function timeFault(
  { timeMs, timeNs, origin }: Reading,
  nowMs: number,
  limits: AcceptLimits,
): Fault | undefined {
  const { startMs, endMs } = plausibleTimes(origin, nowMs, limits);
  if (timeMs >= startMs && timeMs <= endMs) return undefined;
  const time = Math.abs(timeMs) <= 8.64e15 ? toIsoTime({ timeMs, timeNs }) : String(timeMs);
  const range = `${new Date(startMs).toISOString()} to ${new Date(endMs).toISOString()}`;
  return [
    'time-implausible',
    `Source time ${time} is outside ${range}; is the device's clock set, and its unit of time right?`,
  ];
}

/** Both ends included. */
export function plausibleTimes(origin: ReadingOrigin, nowMs: number, limits: AcceptLimits): TimeWindow {
  const earliestMs = isRecorded(origin) ? 0 : nowMs - limits.maxLiveAgeMs;
  return { startMs: Math.max(FIRST_PLAUSIBLE_MS, earliestMs), endMs: nowMs + limits.maxAheadMs };
}

const isRecorded = (origin: ReadingOrigin): boolean => origin !== 'live';

function refusalOf(reading: Reading, [reason, message]: Fault, from: string): Refusal {
  return { reason, message, from, where: reading.tag, payload: readingText(reading), tag: reading.tag };
}

/** A reading as a person reads and mends it in the quarantine; `parseReadingText` reads it back. */
export function readingText({ tag, timeMs, timeNs, value, status, origin }: Reading): string {
  const time = Math.abs(timeMs) <= 8.64e15 ? toIsoTime({ timeMs, timeNs }) : timeMs;
  const shown = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify({ tag, time, value: shown, status, origin });
}
