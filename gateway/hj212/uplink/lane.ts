import type { Clock } from '../../../model/clock.ts';
import { errorMessage } from '../../../model/error.ts';
import type { FigurePeriod, OutletFigures, UplinkLaneStatus } from '../../../model/outlet-figures.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../../model/window.ts';
import type { SiteLink, UploadOutcome } from '../protocol/site-link.ts';
import { type LongMessages, uploadMessage } from '../protocol/upload-message.ts';
import { type Intervals, lengthOf, settleMs, windowAt } from './periods.ts';
import { type RecordTo, recordOf } from './record.ts';
import { digestOf, SentLedger } from './sent-ledger.ts';
import type { LaneState, UplinkState } from './state.ts';
import type { UplinkStation } from './stations.ts';

/** Where figures come from: the store and what the environment service made of it. */
export interface FigureSource {
  /** Undefined where nothing is known of the window, or not yet. */
  figures(asset: string, period: FigurePeriod, window: TimeWindow): Promise<OutletFigures | undefined>;
}

export interface LaneOptions {
  readonly platform: string;
  readonly station: UplinkStation;
  readonly period: FigurePeriod;
  readonly link: SiteLink;
  readonly figures: FigureSource;
  readonly state: UplinkState;
  readonly clock: Clock;
  /** How far back periods are sent after an outage. */
  readonly backfillMs: number;
  readonly intervals: () => Intervals;
  /** Whether the platform stopped this lane. */
  readonly isHalted: () => boolean;
  readonly to: RecordTo;
  readonly long: LongMessages;
  readonly nextQN: () => string;
  readonly onTrouble: (message: string) => void;
  readonly onAcknowledged: () => void;
  /** Whether acknowledged periods whose figures changed are sent again. */
  readonly resendsCorrected: boolean;
  /** Between looks for a due period, and the first wait after a refusal or a failure. Default: 1 s. */
  readonly pollMs?: number;
}

/** Passed periods without figures that are looked at again; beyond it the oldest is given up. */
const MAX_EMPTY = 500;
const EMPTY_RECHECK_MS = 10 * minuteMs;
/** Acknowledged periods held against the store in one look: a week of hours takes little more than an hour. */
const CHECKED_AT_ONCE = 24;
/** Real-time data say what is now: after a longer outage the older ones are left to minute data. */
const MOST_REALTIME_MS = hourMs;
const MAX_DOUBLINGS = 9;

/**
 * Carries one station's data of one period to one platform, oldest first, each until it is acknowledged. The cursor is
 * saved after each acknowledgement and what lies between it and now is read from the store: nothing is queued here, and
 * neither an outage nor a restart loses a period. A refused period is tried again, ever more rarely, and holds up only
 * its own lane.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #key: string;
  #state: LaneState;
  #failures = 0;
  #refusal: string | undefined;
  readonly #sent: SentLedger;
  #recheckedMs: number;
  #isStopped = false;
  #wake: (() => void) | undefined;
  readonly counters = { periods: 0, refusals: 0, expired: 0, empty: 0, late: 0, corrected: 0 };

  constructor(options: LaneOptions) {
    const { platform, station, period, state, clock, intervals } = options;
    this.#options = options;
    this.#key = `${platform} ${station.MN} ${period}`;
    this.#sent = new SentLedger(state, this.#key);
    this.#recheckedMs = clock.nowMs();
    this.#state = state.lane(this.#key) ?? {
      nextMs: windowAt(period, clock.nowMs(), intervals()).startMs,
      emptyMs: [],
    };
  }

  async run(): Promise<void> {
    // From its first start on a lane owes what follows, also over a restart before anything was acknowledged.
    await this.#save(this.#state);
    while (!this.#isStopped && (await this.#options.link.connected())) {
      const waitMs = await this.#tried();
      if (waitMs > 0 && !this.#isStopped) await this.#pause(waitMs);
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  status(): UplinkLaneStatus {
    const { station, period } = this.#options;
    return {
      ...{ station: station.MN, asset: station.asset, period },
      ...{ backlog: this.#dueCount(), sentUpToMs: this.#state.nextMs },
      ...(this.#refusal !== undefined && { refusal: this.#refusal }),
      corrections: this.#sent.corrections,
    };
  }

  /** Milliseconds until the next look; 0 where more may be due. */
  async #tried(): Promise<number> {
    const { pollMs = 1000, onTrouble } = this.#options;
    try {
      const isDone = await this.#step();
      return isDone ? pollMs : 0;
    } catch (error) {
      this.#failures += 1;
      onTrouble(`${this.#key}: ${errorMessage(error)}`);
      return this.#backoffMs();
    }
  }

  /** Sends at most one period; true where nothing more is due now. */
  async #step(): Promise<boolean> {
    const { isHalted, clock, period, intervals } = this.#options;
    await this.#expire();
    if (isHalted()) {
      await this.#skipTo(windowAt(period, clock.nowMs(), intervals()).startMs);
      return true;
    }
    const window = this.#nextWindow();
    if (!this.#isDue(window)) return this.#recheck();
    const outcome = await this.#send(window);
    if (outcome === 'none') await this.#passEmpty(window);
    else if (outcome.kind === 'acknowledged') await this.#save({ ...this.#state, nextMs: window.endMs });
    else return this.#notTaken(outcome);
    return false;
  }

  async #notTaken(outcome: Exclude<UploadOutcome, { kind: 'acknowledged' }>): Promise<boolean> {
    if (outcome.kind === 'lost') return false;
    this.#refusal = outcome.code;
    this.#failures += 1;
    this.counters.refusals += 1;
    this.#options.onTrouble(`${this.#key}: refused with QnRtn=${outcome.code}`);
    await this.#pause(this.#backoffMs());
    return false;
  }

  async #send(window: TimeWindow): Promise<UploadOutcome | 'none'> {
    const { figures, station, period, link, to, long, nextQN, onAcknowledged } = this.#options;
    const known = await figures.figures(station.asset, period, window);
    const message = known && recordOf(station, period, window, known, to);
    if (message === undefined) return 'none';
    const outcome = await uploadMessage(link, message, nextQN, long);
    if (outcome.kind !== 'acknowledged') return outcome;
    if (period !== 'realtime') await this.#sent.note(window.startMs, digestOf(message.cp));
    this.#failures = 0;
    this.#refusal = undefined;
    this.counters.periods += 1;
    onAcknowledged();
    return outcome;
  }

  /** Goes on past a period without figures, which late readings may fill still. */
  async #passEmpty({ startMs, endMs }: TimeWindow): Promise<void> {
    this.counters.empty += 1;
    const kept = this.#options.period === 'realtime' ? [] : [...this.#state.emptyMs, startMs];
    await this.#save({ nextMs: endMs, emptyMs: kept.slice(-MAX_EMPTY) });
  }

  /** Looks at passed periods now and then; true, as nothing is due after it. */
  async #recheck(): Promise<boolean> {
    const nowMs = this.#options.clock.nowMs();
    if (this.#options.period === 'realtime' || nowMs - this.#recheckedMs < EMPTY_RECHECK_MS) return true;
    this.#recheckedMs = nowMs;
    await this.#sendLate();
    if (this.#options.resendsCorrected) await this.#sendCorrected(nowMs);
    return true;
  }

  /** What has come in for periods that had no figures. */
  async #sendLate(): Promise<void> {
    const { period, intervals } = this.#options;
    for (const startMs of this.#state.emptyMs) {
      const outcome = await this.#send(windowAt(period, startMs, intervals()));
      if (outcome === 'none') continue;
      if (outcome.kind !== 'acknowledged') return;
      this.counters.late += 1;
      await this.#save({ ...this.#state, emptyMs: this.#state.emptyMs.filter((one) => one !== startMs) });
    }
  }

  /**
   * Acknowledged periods whose figures are others now: late readings, a failed check, a correction by hand. Where the
   * platform does not take the new ones, that is told and not tried again.
   */
  async #sendCorrected(nowMs: number): Promise<void> {
    const { figures, station, period, link, to, long, nextQN, onTrouble } = this.#options;
    for (const startMs of this.#sent.nextToCheck(CHECKED_AT_ONCE, nowMs)) {
      const window = windowAt(period, startMs, this.#options.intervals());
      const known = await figures.figures(station.asset, period, window);
      const message = known && recordOf(station, period, window, known, to);
      // Under another interval the period is none any more; what the store no longer has corrects nothing.
      if (message === undefined || window.startMs !== startMs) continue;
      const digest = digestOf(message.cp);
      if (digest === this.#sent.digest(startMs)) continue;
      const again = to.edition === '2025' ? { ...message, RF: '1' } : message;
      const outcome = await uploadMessage(link, again, nextQN, long);
      if (outcome.kind === 'lost') return;
      const refusal = outcome.kind === 'refused' ? { refusal: outcome.code } : {};
      await this.#sent.note(startMs, digest, { startMs, sentMs: nowMs, ...refusal });
      if (outcome.kind === 'acknowledged') this.counters.corrected += 1;
      else
        onTrouble(`${this.#key}: new figures of an acknowledged period refused with QnRtn=${outcome.code}`);
    }
  }

  async #skipTo(nextMs: number): Promise<void> {
    if (nextMs !== this.#state.nextMs) await this.#save({ ...this.#state, nextMs });
  }

  /** Gives up what is older than the back-fill reaches. A cursor that a wrong clock set ahead is taken back to now. */
  async #expire(): Promise<void> {
    const { period, clock, backfillMs, intervals } = this.#options;
    const current = windowAt(period, clock.nowMs(), intervals());
    if (this.#state.nextMs > current.endMs) await this.#skipTo(current.startMs);
    const reachMs = period === 'realtime' ? Math.min(backfillMs, MOST_REALTIME_MS) : backfillMs;
    const oldestMs = clock.nowMs() - reachMs;
    const emptyMs = this.#state.emptyMs.filter((startMs) => startMs >= oldestMs);
    const { startMs } = windowAt(period, oldestMs, intervals());
    if (startMs <= this.#state.nextMs && emptyMs.length === this.#state.emptyMs.length) return;
    const skipped = Math.floor((startMs - this.#state.nextMs) / lengthOf(period, intervals()));
    if (period !== 'realtime') this.counters.expired += Math.max(0, skipped);
    await this.#save({ nextMs: Math.max(startMs, this.#state.nextMs), emptyMs });
  }

  /** Where an interval was changed, the first whole window from the cursor on. */
  #nextWindow(): TimeWindow {
    const { period, intervals } = this.#options;
    const window = windowAt(period, this.#state.nextMs, intervals());
    return window.startMs >= this.#state.nextMs ? window : windowAt(period, window.endMs, intervals());
  }

  #isDue({ endMs }: TimeWindow): boolean {
    return this.#options.clock.nowMs() >= endMs + settleMs[this.#options.period];
  }

  #dueCount(): number {
    const { period, clock, intervals, isHalted } = this.#options;
    if (isHalted()) return 0;
    const dueMs = clock.nowMs() - settleMs[period] - this.#state.nextMs;
    return Math.max(0, Math.floor(dueMs / lengthOf(period, intervals())));
  }

  #backoffMs(): number {
    const { pollMs = 1000 } = this.#options;
    return pollMs * 2 ** Math.min(this.#failures, MAX_DOUBLINGS);
  }

  async #save(state: LaneState): Promise<void> {
    this.#state = state;
    await this.#options.state.saveLane(this.#key, state);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
