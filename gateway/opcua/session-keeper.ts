import type { DataValue } from 'node-opcua';
import type { Logger } from 'pino';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { SourceSink } from '../source.ts';
import type { Backfill } from './backfill.ts';
import { withTimeout } from './connection.ts';
import { readEnumTexts } from './enum-texts.ts';
import type { LiveSession } from './live-session.ts';
import type { NotificationHandler } from './monitored-items.ts';
import { monotonicMs } from './monotonic.ts';
import type { NotificationQueue } from './notification-queue.ts';
import type { Quarantines } from './quarantines.ts';
import type { Receiver } from './receiver.ts';
import { SilenceCheck } from './silence-check.ts';
import type { TagState } from './tag-state.ts';
import type { OpcuaTiming } from './timing.ts';

/** What every session of one source works with. */
export interface SourceParts {
  readonly states: readonly TagState[];
  readonly sink: SourceSink;
  readonly receiver: Receiver;
  readonly queue: NotificationQueue;
  readonly backfill: Backfill;
  readonly quarantines: Quarantines;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timing: OpcuaTiming;
  readonly publishingMs: number;
}

/** Keeps one session at work until it must be built anew; `ended` then says why. */
export class SessionKeeper implements NotificationHandler {
  readonly ended: Promise<string>;
  readonly #parts: SourceParts;
  readonly #silence: SilenceCheck;
  #live: LiveSession | undefined;
  #end: (reason: string) => void = () => undefined;
  #hasEnded = false;
  #isPaused = false;
  #isDetached = false;
  #isRepairing = false;
  #failedHeartbeats = 0;
  #watchdogMs = monotonicMs();
  #repairs = 0;
  clockSkewMs: number | undefined;
  serviceLevel: number | undefined;

  constructor(parts: SourceParts) {
    this.#parts = parts;
    this.#silence = new SilenceCheck(parts);
    this.ended = new Promise((resolve) => {
      this.#end = (reason) => {
        this.#hasEnded = true;
        resolve(reason);
      };
    });
  }

  get live(): LiveSession | undefined {
    return this.#live;
  }

  /** Channels the stack repaired without losing the session or its subscriptions. */
  get repairs(): number {
    return this.#repairs;
  }

  /** Watches every tag, then keeps on until `ended`. */
  async begin(live: LiveSession): Promise<void> {
    this.#live = live;
    this.#followRepairs(live);
    const { heartbeatMs } = this.#parts.timing;
    await this.#beat(live);
    await this.#watch(live, this.#parts.states);
    // Ended while it began: the next session may already be at work.
    if (this.#hasEnded) return;
    this.#parts.backfill.attach(live);
    this.#repeat(heartbeatMs, () => this.#tick(live));
    if (live.polled.size > 0) this.#repeat(this.#pollMs(live), () => this.#poll(live));
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  finish(reason: string): void {
    this.#end(reason);
  }

  /** From now on nothing is heard of the old session: a late message of it would close the gap that the next one opens. */
  detach(): void {
    this.#isDetached = true;
  }

  values(values: readonly (readonly [states: readonly TagState[], dataValue: DataValue])[]): void {
    if (this.#isDetached) return;
    const { receiver, queue, sink, quarantines, backfill, logger } = this.#parts;
    const { readings, refusals, gaps, unsupported } = receiver.receive(values);
    const before = gaps.length > 0 ? () => backfill.add(gaps) : undefined;
    if (readings.length > 0 || before) queue.push(readings, before);
    if (refusals.length > 0) {
      sink
        .refuse(refusals)
        .catch((thrown: unknown) => logger.warn(`refusal not kept: ${errorMessage(thrown)}`));
    }
    if (unsupported.length > 0) {
      quarantines.add(new Map(unsupported.map((state) => [state, 'unsupported type'])));
      this.#background(() => this.#live?.unwatch(new Set(unsupported)));
    }
    if (queue.isFull && !this.#isPaused) this.#pausePublishing();
  }

  lost(states: readonly TagState[]): void {
    if (this.#isDetached) return;
    for (const state of states) {
      if (state.last) state.gapFrom ??= state.last;
      state.lossMs ??= monotonicMs();
    }
  }

  /** @see NotificationHandler */
  subscriptionEnded(reason: string): void {
    if (!this.#isRepairing) this.#end(reason);
  }

  async #watch(live: LiveSession, states: readonly TagState[]): Promise<void> {
    const { sink, logger } = this.#parts;
    for (const state of states) {
      const newestMs = sink.newestTimeMs(state.opcua.tag.id);
      // `last` is newer than what the sink holds while readings are on their way to it.
      state.gapFrom ??=
        state.last ?? (newestMs === undefined ? 'first-start' : { timeMs: newestMs, timeNs: 999_999 });
    }
    const set = new Map(states.map((state) => [state, state.quarantine]));
    const failed = await live.watch(states, (found) => readEnumTexts(live, found, logger));
    for (const [state, quarantine] of set) {
      // A first value may already have sent it back into quarantine.
      if (!failed.has(state) && state.quarantine === quarantine) delete state.quarantine;
    }
    this.#parts.quarantines.add(failed);
  }

  async #tick(live: LiveSession): Promise<void> {
    if (this.#isRepairing) return;
    await this.#beat(live);
    const { receiver, states, backfill, quarantines, publishingMs, clock, timing } = this.#parts;
    if (live.items.count > 0 && live.items.silenceMs() > live.items.longestSilenceMs) {
      this.#end('the subscription went silent');
      return;
    }
    const serverNowMs = clock.nowMs() + (this.clockSkewMs ?? 0);
    const gaps = receiver.closeSilentGaps(states, 3 * publishingMs, serverNowMs);
    if (gaps.length > 0) await backfill.add(gaps);
    const due = quarantines.due();
    if (due.length > 0) await this.#watch(live, due);
    if (monotonicMs() - this.#watchdogMs < timing.watchdogMs) return;
    this.#watchdogMs = monotonicMs();
    await this.#checkSilentTags(live);
  }

  async #beat(live: LiveSession): Promise<void> {
    try {
      const { clockSkewMs, serviceLevel } = await live.heartbeat();
      this.clockSkewMs = clockSkewMs;
      this.serviceLevel = serviceLevel;
      this.#failedHeartbeats = 0;
    } catch (thrown) {
      this.#failedHeartbeats++;
      if (this.#failedHeartbeats < 2) return;
      this.#end(`two heartbeats without answer: ${errorMessage(thrown)}`);
    }
  }

  async #checkSilentTags(live: LiveSession): Promise<void> {
    const { isSilent, changed } = await this.#silence.check(live);
    if (changed.length > 0) this.values(changed);
    if (isSilent) this.#end('the subscription delivers nothing though values change');
  }

  /** Tags beyond the server's item limit, at their sampling interval but not faster than once a second. */
  #pollMs(live: LiveSession): number {
    const fastest = Math.min(...[...live.polled.keys()].map(({ opcua }) => opcua.tag.samplingIntervalMs));
    return Math.max(1_000, fastest);
  }

  async #poll(live: LiveSession): Promise<void> {
    if (this.#isRepairing) return;
    const values = await live.read([...live.polled.keys()]);
    // What changed between two polls is in the history, where there is one.
    for (const state of values.keys()) if (state.last && !state.hasNoHistory) state.gapFrom ??= state.last;
    this.values([...values].map(([state, dataValue]) => [[state], dataValue] as const));
  }

  #followRepairs(live: LiveSession): void {
    const { client } = live.connection;
    client.on('connection_lost', () => this.#onLost());
    client.on('connection_reestablished', () => this.#background(() => this.#onRepaired(live)));
    client.on('close', () => this.#end('the connection was closed'));
    client.on('abort', () => this.#end('the connection was aborted'));
  }

  #onLost(): void {
    this.#isRepairing = true;
    const { sessionRepairMs } = this.#parts.timing;
    this.#parts.logger.info('connection lost; trying to keep the session');
    const timer = setTimeout(() => {
      if (this.#isRepairing) this.#end(`the session could not be kept within ${sessionRepairMs} ms`);
    }, sessionRepairMs);
    this.ended.then(() => clearTimeout(timer));
  }

  async #onRepaired(live: LiveSession): Promise<void> {
    const { timing } = this.#parts;
    const hasSurvived = await withTimeout(
      live.survivedRepair(),
      timing.heartbeatTimeoutMs,
      'check after repair',
    );
    if (!hasSurvived) {
      this.#end('the server was restarted or dropped our subscriptions');
      return;
    }
    this.#isRepairing = false;
    this.#failedHeartbeats = 0;
    this.#repairs++;
  }

  #pausePublishing(): void {
    this.#isPaused = true;
    this.#background(() => this.#live?.items.setPublishing(false));
    this.#parts.queue.whenRoom(() => {
      this.#isPaused = false;
      this.#background(() => this.#live?.items.setPublishing(true));
    });
  }

  #repeat(everyMs: number, work: () => Promise<void>): void {
    const timer = setTimeout(async () => {
      await this.#guard(work);
      if (!this.#hasEnded) this.#repeat(everyMs, work);
    }, everyMs);
    this.ended.then(() => clearTimeout(timer));
  }

  #background(work: () => Promise<void> | undefined): void {
    this.#guard(async () => work());
  }

  /** While the stack repairs the channel, calls fail and that is no news. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!this.#isRepairing) this.#end(errorMessage(thrown));
    }
  }
}
