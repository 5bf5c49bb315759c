import { executionResult, noticeAnswer, requestAnswer } from './answers.ts';
import { type ExeRtn, exeRtn, type QnRtn, qnRtn } from './codes.ts';
import { type HistoryPeriod, historyCommands } from './commands.ts';
import type { FrameToWrite } from './encode.ts';
import { flagText, parseFlag } from './flag.ts';
import type { Frame } from './frame.ts';
import { parseItems } from './items.ts';
import { formatTime, parseTime } from './time.ts';

/** What a station lets a platform do; what it leaves out is answered "unknown command". */
export interface SiteActions {
  /** ST of one of its stations; undefined where it has no such MN. */
  systemOf(MN: string): string | undefined;
  isPassword(PW: string, MN: string): boolean;
  nowMs(): number;
  setTime?(timeMs: number): Promise<ExeRtn> | ExeRtn;
  setPatience?(overTimeS: number, reCount: number): Promise<ExeRtn> | ExeRtn;
  setPassword?(password: string): Promise<ExeRtn> | ExeRtn;
  intervals?(): { readonly realtimeS: number; readonly minuteMin: number };
  setInterval?(kind: 'realtime' | 'minute', value: number): Promise<ExeRtn> | ExeRtn;
  realtime?(MN: string, isOn: boolean): Promise<void> | void;
  /** Sends the stored data of the period, both ends included. */
  history?(MN: string, period: HistoryPeriod, beginMs: number, endMs: number): Promise<ExeRtn>;
  /** CP that answers a request for a device's number (3019) or information (3020); undefined where there is none. */
  deviceInformation?(
    MN: string,
    CN: '3019' | '3020',
    params: Readonly<Record<string, string>>,
  ): string | undefined;
}

interface Request {
  readonly frame: Frame;
  readonly MN: string;
  readonly ST: string;
  readonly params: Readonly<Record<string, string>>;
  readonly actions: SiteActions;
  readonly send: (frame: FrameToWrite) => void;
}

/** A request that can be carried out: what it does after its 9011, and what its 9012 says. */
type Deed = () => Promise<ExeRtn> | ExeRtn;
type Handler = (request: Request) => Deed | QnRtn;

/**
 * Answers one request of a platform: 9011 with the reason or with "ok", then what was asked for, then 9012 with the
 * result. 2012 is a notice and is answered by 9013. @see HJ 212-2017 clause 6.4, annex C
 */
export async function answerRequest(
  frame: Frame,
  actions: SiteActions,
  send: (frame: FrameToWrite) => void,
): Promise<void> {
  const deed = deedOf(frame, actions, send);
  if (typeof deed === 'number') send(requestAnswer(frame, deed));
  else if (frame.CN === '2012') {
    await tried(deed);
    send(noticeAnswer(frame));
  } else {
    send(requestAnswer(frame, qnRtn.ok));
    send(executionResult(frame, await tried(deed)));
  }
}

async function tried(deed: Deed): Promise<ExeRtn> {
  try {
    return await deed();
  } catch {
    // Whatever broke here has its own report; the platform only learns that it did not work.
    return exeRtn.systemFault;
  }
}

function deedOf(frame: Frame, actions: SiteActions, send: Request['send']): Deed | QnRtn {
  const { QN, MN = '', PW = '', CN = '', Flag } = frame;
  const ST = actions.systemOf(MN);
  if (QN === undefined || QN === '') return qnRtn.requestNumber;
  if (Flag !== undefined && parseFlag(Flag) === undefined) return qnRtn.flag;
  if (ST === undefined) return qnRtn.station;
  if (!actions.isPassword(PW, MN)) return qnRtn.password;
  const handler = handlers[CN];
  if (handler === undefined) return qnRtn.command;
  return handler({ frame, MN, ST, actions, send, params: parseItems(frame.cp).params });
}

const handlers: Readonly<Record<string, Handler>> = {
  '1000': ({ actions, params }) => {
    const [overTime, reCount] = [wholeNumber(params.OverTime), wholeNumber(params.ReCount)];
    if (!actions.setPatience) return qnRtn.command;
    if (overTime === undefined || overTime < 1 || reCount === undefined) return qnRtn.refused;
    return () => actions.setPatience?.(overTime, reCount) ?? exeRtn.failed;
  },
  '1011': (request) => () => reply(request, `SystemTime=${formatTime(request.actions.nowMs())}`),
  '1012': ({ actions, params }) => {
    const timeMs = parseTime(params.SystemTime ?? '');
    if (!actions.setTime) return qnRtn.command;
    if (timeMs === undefined) return qnRtn.refused;
    return () => actions.setTime?.(timeMs) ?? exeRtn.failed;
  },
  '1061': (request) => getInterval(request, (intervals) => `RtdInterval=${intervals.realtimeS}`),
  '1062': ({ actions, params }) => setInterval(actions, 'realtime', params.RtdInterval),
  '1063': (request) => getInterval(request, (intervals) => `MinInterval=${intervals.minuteMin}`),
  '1064': ({ actions, params }) => setInterval(actions, 'minute', params.MinInterval),
  '1072': ({ actions, params: { NewPW } }) => {
    if (!actions.setPassword) return qnRtn.command;
    if (NewPW === undefined || NewPW === '') return qnRtn.refused;
    return () => actions.setPassword?.(NewPW) ?? exeRtn.failed;
  },
  '2011': (request) => switchRealtime(request, true),
  '2012': (request) => switchRealtime(request, false),
  '2031': (request) => sendHistory(request, 'day'),
  '2051': (request) => sendHistory(request, 'minute'),
  '2061': (request) => sendHistory(request, 'hour'),
  '3019': (request) => tellDevice(request, '3019'),
  '3020': (request) => tellDevice(request, '3020'),
};

function getInterval(
  request: Request,
  write: (intervals: { readonly realtimeS: number; readonly minuteMin: number }) => string,
): Deed | QnRtn {
  const intervals = request.actions.intervals?.();
  return intervals === undefined ? qnRtn.command : () => reply(request, write(intervals));
}

function setInterval(
  actions: SiteActions,
  kind: 'realtime' | 'minute',
  text: string | undefined,
): Deed | QnRtn {
  const value = wholeNumber(text);
  if (!actions.setInterval) return qnRtn.command;
  if (value === undefined || value < 1) return qnRtn.refused;
  return () => actions.setInterval?.(kind, value) ?? exeRtn.failed;
}

function switchRealtime({ actions, MN }: Request, isOn: boolean): Deed | QnRtn {
  if (!actions.realtime) return qnRtn.command;
  return async () => {
    await actions.realtime?.(MN, isOn);
    return exeRtn.ok;
  };
}

function sendHistory({ actions, MN, params }: Request, period: HistoryPeriod): Deed | QnRtn {
  const [beginMs, endMs] = [parseTime(params.BeginTime ?? ''), parseTime(params.EndTime ?? '')];
  if (!actions.history) return qnRtn.command;
  if (beginMs === undefined || endMs === undefined || endMs < beginMs) return qnRtn.refused;
  return async () => (await actions.history?.(MN, period, beginMs, endMs)) ?? exeRtn.failed;
}

function tellDevice(request: Request, CN: '3019' | '3020'): Deed | QnRtn {
  const { actions, MN, params } = request;
  if (!actions.deviceInformation) return qnRtn.command;
  return () => {
    const cp = actions.deviceInformation?.(MN, CN, params);
    return cp === undefined ? exeRtn.noData : reply(request, cp);
  };
}

/** What was asked for, under the request's QN and CN. */
function reply({ frame, ST, MN, send }: Request, cp: string): ExeRtn {
  send({
    ...(frame.QN !== undefined && { QN: frame.QN }),
    ...{ ST, CN: frame.CN ?? '', PW: frame.PW ?? '', MN },
    Flag: flagText({ version: frame.edition, split: false, needsAck: false }),
    cp,
  });
  return exeRtn.ok;
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** CN of each period's data, both as request and as upload. */
export const uploadCommandOf = (period: HistoryPeriod): string => historyCommands[period];
