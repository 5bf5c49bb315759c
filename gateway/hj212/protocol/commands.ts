import type { FrameToWrite } from './encode.ts';
import { type Edition, flagText } from './flag.ts';
import { formatTime } from './time.ts';

/** Whom a command goes to, and as what. */
export interface CommandHead {
  readonly QN: string;
  /** Of the station, such as 31 or 32. */
  readonly ST: string;
  readonly MN: string;
  readonly PW: string;
  readonly edition: Edition;
}

/** Periods whose data can be asked for: CN of the request and of the answer. */
export const historyCommands = { minute: '2051', hour: '2061', day: '2031' } as const;
export type HistoryPeriod = keyof typeof historyCommands;

/** Commands of a platform to a station, each wanting an answer. @see HJ 212-2017 tables 5 and 6 */
export const commands = {
  /** 1000: seconds to wait for an answer, and how often to send again. */
  setTimeout: (head: CommandHead, overTimeS: number, reCount: number) =>
    command(head, '1000', `OverTime=${overTimeS};ReCount=${reCount}`),
  getTime: (head: CommandHead) => command(head, '1011', ''),
  setTime: (head: CommandHead, timeMs: number) => command(head, '1012', `SystemTime=${formatTime(timeMs)}`),
  getRealtimeInterval: (head: CommandHead) => command(head, '1061', ''),
  setRealtimeInterval: (head: CommandHead, seconds: number) =>
    command(head, '1062', `RtdInterval=${seconds}`),
  getMinuteInterval: (head: CommandHead) => command(head, '1063', ''),
  setMinuteInterval: (head: CommandHead, minutes: number) => command(head, '1064', `MinInterval=${minutes}`),
  setPassword: (head: CommandHead, password: string) => command(head, '1072', `NewPW=${password}`),
  startRealtime: (head: CommandHead) => command(head, '2011', ''),
  stopRealtime: (head: CommandHead) => command(head, '2012', ''),
  /** Stored data of a period, both ends included as the standard has it. */
  history: (head: CommandHead, period: HistoryPeriod, beginMs: number, endMs: number) =>
    command(head, historyCommands[period], `BeginTime=${formatTime(beginMs)};EndTime=${formatTime(endMs)}`),
} as const;

function command({ edition, ...head }: CommandHead, CN: string, cp: string): FrameToWrite {
  return { ...head, CN, Flag: flagText({ version: edition, split: false, needsAck: true }), cp };
}
