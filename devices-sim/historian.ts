import {
  type DataValue,
  HistoryData,
  HistoryReadResult,
  ReadRawModifiedDetails,
  StatusCodes,
  type UAVariable,
} from 'node-opcua';
import type { Clock } from '../model/clock.ts';
import { minuteMs } from '../model/window.ts';
import type { Sample, Signal } from './signal.ts';

export interface HistorianOptions {
  readonly clock: Clock;
  readonly keptMs: number;
  readonly toDataValue: (signal: Signal, sample: Sample, timeMs: number) => DataValue;
  /** Default: a minute. */
  readonly stepMs?: number;
  /** Values of one node in one answer; more are fetched with the continuation point. Default 10,000. */
  readonly answerLimit?: number;
}

type HistoryReadFunction = NonNullable<Parameters<UAVariable['bindVariable']>[0]>['historyRead'];

const answerLimitDefault = 10_000;
/** 1601-01-01, which OPC UA sends for "not given". */
const noTimeMs = Date.UTC(1601, 0, 1);

/** What is still to be read: steps (minutes) from `next` in steps of `step` up to `last`, both inclusive. */
interface Remainder {
  readonly next: number;
  readonly last: number;
  readonly step: 1 | -1;
}

/**
 * HistoryRead (raw) straight from a signal's function, one value a step, none in the future. A continuation point
 * holds all there is to know, so the server keeps nothing between calls.
 * @see OPC 10000-11 clause 6.5.3
 */
export function historianOf(signal: Signal, options: HistorianOptions): NonNullable<HistoryReadFunction> {
  return (_context, details, _indexRange, _encoding, continuation, callback) => {
    const answer = (result: ConstructorParameters<typeof HistoryReadResult>[0]) =>
      callback(null, new HistoryReadResult(result));
    if (!(details instanceof ReadRawModifiedDetails) || details.isReadModified) {
      return answer({ statusCode: StatusCodes.BadHistoryOperationUnsupported });
    }
    const point = continuation.continuationPoint;
    const remainder = point?.length ? parse(point) : firstRemainder(details, options);
    if (!remainder) {
      const refusal = point?.length
        ? StatusCodes.BadContinuationPointInvalid
        : StatusCodes.BadHistoryOperationInvalid;
      return answer({ statusCode: refusal });
    }
    if (continuation.releaseContinuationPoints) return answer({ statusCode: StatusCodes.Good });
    answer(page(signal, options, remainder, details.numValuesPerNode));
  };
}

function page(signal: Signal, options: HistorianOptions, remainder: Remainder, wanted: number) {
  const { next, last, step } = remainder;
  const available = Math.max(0, (last - next) * step + 1);
  const { stepMs = minuteMs, answerLimit = answerLimitDefault } = options;
  const count = Math.min(available, wanted > 0 ? wanted : answerLimit, answerLimit);
  const dataValues: DataValue[] = [];
  for (let i = 0; i < count; i += 1) {
    const timeMs = (next + i * step) * stepMs;
    dataValues.push(options.toDataValue(signal, signal.sample(timeMs), timeMs));
  }
  const rest = count < available ? format({ next: next + count * step, last, step }) : undefined;
  return {
    statusCode: available === 0 ? StatusCodes.GoodNoData : StatusCodes.Good,
    historyData: new HistoryData({ dataValues }),
    ...(rest ? { continuationPoint: rest } : {}),
  };
}

/** Start after end, or an end with a count alone, reads backwards in time. */
function firstRemainder(details: ReadRawModifiedDetails, options: HistorianOptions): Remainder | undefined {
  const [start, end] = [givenMs(details.startTime), givenMs(details.endTime)];
  const count = details.numValuesPerNode;
  const nowMs = options.clock.nowMs();
  const { stepMs = minuteMs } = options;
  const archive = {
    first: Math.ceil((nowMs - options.keptMs) / stepMs),
    last: Math.floor(nowMs / stepMs),
  };
  if (start === undefined && (end === undefined || count === 0)) return undefined;
  if (end === undefined && count === 0) return undefined;
  const backwards = start === undefined || (end !== undefined && end < start);
  const [from, to] = backwards
    ? [end ?? Number.NEGATIVE_INFINITY, start ?? end]
    : [start, end ?? Number.POSITIVE_INFINITY];
  const first = Math.max(archive.first, Math.ceil((from ?? 0) / stepMs));
  const last = Math.min(archive.last, Math.floor((to ?? nowMs) / stepMs));
  if (start === undefined) return limited({ next: last, last: archive.first, step: -1 }, count);
  if (end === undefined) return limited({ next: first, last: archive.last, step: 1 }, count);
  return backwards ? { next: last, last: first, step: -1 } : { next: first, last, step: 1 };
}

/** With a count instead of the second time, the count ends the domain: there is nothing to continue. */
function limited({ next, last, step }: Remainder, count: number): Remainder {
  const end = next + (count - 1) * step;
  return { next, last: step > 0 ? Math.min(last, end) : Math.max(last, end), step };
}

function givenMs(time: Date | null | undefined): number | undefined {
  const timeMs = time?.getTime() ?? noTimeMs;
  return timeMs <= noTimeMs ? undefined : timeMs;
}

const format = ({ next, last, step }: Remainder): Buffer => Buffer.from(`${next} ${last} ${step}`, 'ascii');

function parse(point: Buffer): Remainder | undefined {
  const match = /^(-?\d+) (-?\d+) (1|-1)$/.exec(point.toString('ascii'));
  return match
    ? { next: Number(match[1]), last: Number(match[2]), step: match[3] === '1' ? 1 : -1 }
    : undefined;
}
