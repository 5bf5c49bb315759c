import { errorMessage, PlantscopeError } from '../../model/error.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import { parseDurationMs } from '../../model/window.ts';
import type { SourceSink } from '../source.ts';
import { Backfill } from './backfill.ts';
import { applicationIdentity } from './certificates.ts';
import {
  type ConnectionOptions,
  closeConnection,
  type OpcuaConnection,
  openConnection,
  withTimeout,
} from './connection.ts';
import { watchEvents } from './events.ts';
import { memoryGapStore } from './gap.ts';
import { LiveSession } from './live-session.ts';
import { NotificationQueue } from './notification-queue.ts';
import type { OpcuaSourceOptions } from './opcua-source.ts';
import { Quarantines } from './quarantines.ts';
import { quietStack } from './quiet-stack.ts';
import { Receiver } from './receiver.ts';
import { healthyServiceLevel, highestServiceLevel, openBest } from './redundancy.ts';
import { securityChoice } from './security.ts';
import { brokenPromises } from './service-limits.ts';
import { SessionKeeper, type SourceParts } from './session-keeper.ts';
import type { TagState } from './tag-state.ts';
import { backoffMs, type OpcuaTiming } from './timing.ts';

const defaultPublishingMs = 500;

export interface LastError {
  readonly message: string;
  readonly timeMs: number;
  readonly remedy?: string;
}

/** One start-to-stop of a source: session after session, with ever longer pauses while none comes about. */
export class SourceRun {
  readonly parts: SourceParts;
  readonly rate = new RateMeter();
  readonly urls: readonly string[];
  readonly #options: OpcuaSourceOptions;
  #connection: ConnectionOptions | undefined;
  #keeper: SessionKeeper | undefined;
  #loop: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #isStopping = false;
  #attempt = 0;
  #sessions = 0;
  #repairsBefore = 0;
  #accepted = 0;
  #refused = 0;
  lastError: LastError | undefined;

  constructor(
    options: OpcuaSourceOptions,
    timing: OpcuaTiming,
    states: readonly TagState[],
    sink: SourceSink,
  ) {
    const { config, clock, logger } = options;
    this.#options = options;
    this.urls = config.endpoints ?? (config.endpoint === undefined ? [] : [config.endpoint]);
    const counting = this.#counting(sink);
    const stateByTag = new Map(states.map((state) => [state.opcua.tag.id, state]));
    const backfill = new Backfill({
      sink: counting,
      store: options.gaps ?? memoryGapStore(),
      clock,
      logger,
      settleMs: timing.historySettleMs,
      retryMs: timing.historyRetryMs,
      stateOf: (tag) => stateByTag.get(tag),
    });
    this.parts = {
      states,
      sink: counting,
      clock,
      logger,
      timing,
      backfill,
      receiver: new Receiver(clock, parseDurationMs(config.backfill ?? '')),
      queue: new NotificationQueue(counting, logger),
      quarantines: new Quarantines(states, counting, timing, logger),
      publishingMs: parseDurationMs(config.publishingInterval ?? '') ?? defaultPublishingMs,
    };
  }

  /** The session at work, where there is one. */
  get live(): LiveSession | undefined {
    return this.#keeper?.live;
  }

  get clockSkewMs(): number | undefined {
    return this.#keeper?.clockSkewMs;
  }

  get counters(): Readonly<Record<string, number>> {
    const { receiver, backfill, quarantines } = this.parts;
    return {
      accepted: this.#accepted,
      refused: this.#refused,
      reconnects: Math.max(0, this.#sessions - 1),
      repairs: this.#repairsBefore + (this.#keeper?.repairs ?? 0),
      quarantined: quarantines.list.length,
      polled: this.live?.polled.size ?? 0,
      limitsBelowStated: this.live ? brokenPromises(this.live.limits) : 0,
      ...receiver.counters,
      ...backfill.counters,
    };
  }

  async begin(): Promise<void> {
    const { logger, pkiFolder, config, readSecret } = this.#options;
    quietStack(logger);
    this.#connection = {
      identity: await applicationIdentity(pkiFolder),
      security: securityChoice(config),
      user: config.user,
      readSecret,
      timing: this.parts.timing,
    };
    this.#loop = this.#run();
  }

  async end(): Promise<void> {
    this.#isStopping = true;
    this.#keeper?.finish('stopped');
    this.#wake?.();
    await this.#loop;
    await this.parts.backfill.stop();
    await this.parts.queue.drained();
    await this.#connection?.identity.store.dispose();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#oneSession();
      } catch (thrown) {
        this.#note(thrown);
      }
      if (!this.#isStopping) await this.#pause();
    }
  }

  async #oneSession(): Promise<void> {
    const { parts } = this;
    const connection = await openBest(this.urls, (url) => this.#open(url), parts.timing);
    const keeper = new SessionKeeper(parts);
    this.#keeper = keeper;
    try {
      await this.#begin(keeper, connection);
      const watch = this.#watchOthers(keeper, connection.url);
      const reason = await keeper.ended;
      clearInterval(watch);
      if (!this.#isStopping)
        this.#note(new PlantscopeError('opcua-session-ended', reason, { retryable: true }));
    } finally {
      parts.backfill.attach(undefined);
      this.#repairsBefore += keeper.repairs;
      this.#keeper = undefined;
      keeper.finish('closed');
      await closeConnection(connection, this.#isStopping ? 2_000 : 1_000);
      keeper.detach();
    }
  }

  async #begin(keeper: SessionKeeper, connection: OpcuaConnection): Promise<void> {
    const { parts } = this;
    const { publishingMs, timing, clock, logger } = parts;
    const opening = LiveSession.open(connection, { publishingMs, timing, clock, logger, handler: keeper });
    const live = await withTimeout(opening, timing.requestTimeoutMs, 'first reads of the session');
    // Whichever comes first: the session is up, or it is already lost.
    await Promise.race([keeper.begin(live), keeper.ended]);
    if (keeper.hasEnded) return;
    await watchEvents(connection.session, this.#options.id, parts);
    this.#sessions++;
    this.#attempt = 0;
    logger.info({ source: this.#options.id }, `reads ${live.nodes.size} tags from ${connection.url}`);
  }

  /** While our server is not healthy, looks whether another of the redundant set does better. */
  #watchOthers(keeper: SessionKeeper, url: string): NodeJS.Timeout {
    const others = this.urls.filter((other) => other !== url);
    return setInterval(async () => {
      const level = keeper.serviceLevel ?? 0;
      if (others.length === 0 || level >= healthyServiceLevel) return;
      const best = await highestServiceLevel(others, (other) => this.#open(other), this.parts.timing);
      if (best > level) keeper.finish(`another server has ServiceLevel ${best}, this one ${level}`);
    }, this.parts.timing.redundancyMs);
  }

  async #open(url: string): Promise<OpcuaConnection> {
    if (!this.#connection) throw new PlantscopeError('opcua-not-started', 'the source was not started');
    return openConnection(url, this.#connection);
  }

  async #pause(): Promise<void> {
    const { firstRetryMs, longestRetryMs } = this.parts.timing;
    const random = (this.#options.random ?? Math.random)();
    const waitMs = backoffMs(this.#attempt++, firstRetryMs, longestRetryMs, random);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }

  #note(thrown: unknown): void {
    const message = errorMessage(thrown);
    const hint = thrown instanceof PlantscopeError ? thrown.hint : undefined;
    this.lastError = { message, timeMs: this.parts.clock.nowMs(), ...(hint ? { remedy: hint } : {}) };
    this.parts.logger.warn({ source: this.#options.id, ...(hint ? { next: hint } : {}) }, message);
  }

  #counting(sink: SourceSink): SourceSink {
    return {
      accept: async (readings) => {
        await sink.accept(readings);
        this.#accepted += readings.length;
        this.rate.add(readings.length, this.parts.clock.nowMs());
      },
      refuse: async (refusals) => {
        this.#refused += refusals.length;
        await sink.refuse(refusals);
      },
      newestTimeMs: (tag) => sink.newestTimeMs(tag),
    };
  }
}
