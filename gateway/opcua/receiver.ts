import type { DataValue } from 'node-opcua';
import type { Clock } from '../../model/clock.ts';
import { compareInstants, type Instant, type Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import type { Gap } from './gap.ts';
import { monotonicMs } from './monotonic.ts';
import { hasOverflow, isRefusal, toReading } from './opcua-tag.ts';
import type { TagState } from './tag-state.ts';

/** What one message of a server held. */
export interface Received {
  readonly readings: Reading[];
  readonly refusals: Refusal[];
  readonly gaps: Gap[];
  /** Tags whose node gives a type that can't become their kind. */
  readonly unsupported: TagState[];
}

/** Turns live data values into readings, drops repeats, and notices what is missing before each. */
export class Receiver {
  readonly #clock: Clock;
  readonly #backfillMs: number | undefined;
  #repeats = 0;
  #overflows = 0;

  /** @param backfillMs how far back to read history for a tag without any reading; undefined = not at all */
  constructor(clock: Clock, backfillMs: number | undefined) {
    this.#clock = clock;
    this.#backfillMs = backfillMs;
  }

  get counters(): { readonly repeats: number; readonly queueOverflows: number } {
    return { repeats: this.#repeats, queueOverflows: this.#overflows };
  }

  receive(values: Iterable<readonly [states: readonly TagState[], dataValue: DataValue]>): Received {
    const received: Received = { readings: [], refusals: [], gaps: [], unsupported: [] };
    const nowMs = this.#clock.nowMs();
    for (const [states, dataValue] of values) {
      for (const state of states) this.#take(state, dataValue, nowMs, received);
    }
    return received;
  }

  #take(state: TagState, dataValue: DataValue, nowMs: number, received: Received): void {
    state.notifiedMs = monotonicMs();
    state.confirmedMs = state.notifiedMs;
    const result = toReading(state.opcua, dataValue, 'live', nowMs, state.texts);
    if (isRefusal(result)) {
      received.refusals.push(result);
      if (result.reason === 'value-unsupported') received.unsupported.push(state);
      return;
    }
    if (hasOverflow(dataValue.statusCode.value)) {
      this.#overflows++;
      if (state.last) state.gapFrom ??= state.last;
    }
    this.#closeGap(state, result, nowMs, received.gaps);
    if (state.last && isRepeat(state.last, result)) {
      this.#repeats++;
      return;
    }
    state.last = result;
    received.readings.push(result);
  }

  #closeGap(state: TagState, reading: Reading, nowMs: number, gaps: Gap[]): void {
    const start = this.#gapStart(state.gapFrom, nowMs);
    const reason = state.gapFrom === 'first-start' ? 'first-start' : 'outage';
    delete state.gapFrom;
    delete state.lossMs;
    if (start && compareInstants(start, reading) < 0) gaps.push(gap(state, reason, start, reading));
  }

  #gapStart(from: TagState['gapFrom'], nowMs: number): Instant | undefined {
    if (from !== 'first-start') return from;
    return this.#backfillMs === undefined ? undefined : { timeMs: nowMs - this.#backfillMs, timeNs: 0 };
  }

  /**
   * Gaps of tags that lost notifications at least `ageMs` ago and have said nothing since.
   * @param serverNowMs the present, by the server's clock
   */
  closeSilentGaps(states: Iterable<TagState>, ageMs: number, serverNowMs: number): Gap[] {
    const gaps: Gap[] = [];
    for (const state of states) {
      const { lossMs, gapFrom } = state;
      if (lossMs === undefined || gapFrom === undefined || gapFrom === 'first-start') continue;
      if (monotonicMs() - lossMs < ageMs) continue;
      delete state.gapFrom;
      delete state.lossMs;
      // Up to now, not only to the loss: nothing came since, and what is read twice is dropped as a repeat.
      const end = { timeMs: Math.round(serverNowMs), timeNs: 0 };
      if (gapFrom.timeMs < end.timeMs) gaps.push(gap(state, 'outage', gapFrom, end));
    }
    return gaps;
  }
}

const gap = (state: TagState, reason: Gap['reason'], start: Instant, end: Instant): Gap => ({
  tag: state.opcua.tag.id,
  reason,
  start: { timeMs: start.timeMs, timeNs: start.timeNs },
  end: { timeMs: end.timeMs, timeNs: end.timeNs },
});

const isRepeat = (last: Reading, next: Reading): boolean =>
  compareInstants(last, next) === 0 && last.value === next.value && last.status === next.status;
