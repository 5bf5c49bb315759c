import type { FrameToWrite } from '../../gateway/hj212/protocol/encode.ts';
import { codeIn } from '../../gateway/hj212/protocol/factors.ts';
import { type Edition, flagText } from '../../gateway/hj212/protocol/flag.ts';
import { writeItems } from '../../gateway/hj212/protocol/items.ts';
import { formatHalfEven } from '../../gateway/hj212/protocol/rounding.ts';
import { dayStartMs, formatTime } from '../../gateway/hj212/protocol/time.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import type { LoggedFactor, LoggedStation } from './stations.ts';

export type LoggedPeriod = 'minute' | 'hour' | 'day';

/** CN of each kind of data. */
const commandOf = { realtime: '2011', minute: '2051', hour: '2061', day: '2031' } as const;
/** Instants a mean is made of, evenly over its period. */
const SAMPLES = 60;

export interface RecordHead {
  readonly edition: Edition;
  readonly PW: string;
}

export function periodLengthMs(period: LoggedPeriod, minuteMin: number): number {
  return { minute: minuteMin * minuteMs, hour: hourMs, day: dayMs }[period];
}

/** Start of the period that holds the instant; a day is one of China Standard Time. */
export function periodStartMs(period: LoggedPeriod, timeMs: number, minuteMin: number): number {
  if (period === 'day') return dayStartMs(timeMs);
  const length = periodLengthMs(period, minuteMin);
  return Math.floor(timeMs / length) * length;
}

/** Real-time data of an instant. */
export function realtimeRecord(station: LoggedStation, timeMs: number, head: RecordHead): FrameToWrite {
  const flag = station.flagAt(timeMs);
  const items = station.factors.map((factor) => {
    const value = factor.at(timeMs);
    const text = value === null ? {} : { Rtd: formatHalfEven(value, factor.decimals) };
    return [codeIn(head.edition, factor.code), { ...text, Flag: flag }] as const;
  });
  return frameOf(station, commandOf.realtime, timeMs, Object.fromEntries(items), head);
}

/** Means, extremes and flag of the period that begins at `startMs`. */
export function periodRecord(
  station: LoggedStation,
  period: LoggedPeriod,
  startMs: number,
  lengthMs: number,
  head: RecordHead,
): FrameToWrite {
  const instants = Array.from({ length: SAMPLES }, (_, index) => startMs + (index * lengthMs) / SAMPLES);
  const flags = instants.map((timeMs) => station.flagAt(timeMs));
  const good = instants.filter((_, index) => flags[index] === 'N');
  const items = station.factors.map(
    (factor) =>
      [codeIn(head.edition, factor.code), valuesOf(factor, good, flags[SAMPLES - 1] ?? 'B')] as const,
  );
  return frameOf(station, commandOf[period], startMs, Object.fromEntries(items), head);
}

function valuesOf(factor: LoggedFactor, good: readonly number[], lost: string): Record<string, string> {
  const values = good.flatMap((timeMs) => factor.at(timeMs) ?? []);
  if (values.length === 0) return { Flag: good.length > 0 ? 'B' : lost };
  const write = (value: number) => formatHalfEven(value, factor.decimals);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    ...{ Min: write(Math.min(...values)), Avg: write(mean), Max: write(Math.max(...values)) },
    Flag: 'N',
  };
}

function frameOf(
  { ST, MN }: LoggedStation,
  CN: string,
  timeMs: number,
  items: Readonly<Record<string, Readonly<Record<string, string>>>>,
  { edition, PW }: RecordHead,
): FrameToWrite {
  return {
    ...{ ST, CN, PW, MN, Flag: flagText({ version: edition, split: false, needsAck: true }) },
    cp: writeItems({ DataTime: formatTime(timeMs) }, items),
  };
}
