import type { Clock } from '../../../model/clock.ts';
import { errorMessage } from '../../../model/error.ts';
import type { StationHealth } from '../../../model/health.ts';
import { RateMeter } from '../../../model/rate-meter.ts';
import { dayMs, minuteMs } from '../../../model/window.ts';
import type { Channel } from './channel.ts';
import type { Outbox } from './outbox.ts';

/** An alarm of yesterday is on the screen and in the journal; nobody needs to be woken for it. */
const EXPIRES_MS = dayMs;
/** A flood of alarms is one message that lists them. */
const MOST_A_MESSAGE = 50;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5 * minuteMs;
/** Failures in a row from which a channel counts as down. */
const DOWN_AFTER = 5;

export interface NotifyLaneOptions {
  readonly plant: string;
  readonly channel: Channel;
  readonly outbox: Outbox;
  readonly clock: Clock;
}

/** Carries what waits for one channel, oldest first, and tries again ever more rarely; no channel holds up another. */
export class NotifyLane {
  readonly #options: NotifyLaneOptions;
  readonly #rate = new RateMeter();
  #failures = 0;
  #nextTryMs = 0;
  #lastToldMs: number | undefined;
  #lastError: StationHealth['lastError'];
  #isBusy = false;
  readonly counters = { delivered: 0, messages: 0, failures: 0, dropped: 0, expired: 0 };

  constructor(options: NotifyLaneOptions) {
    this.#options = options;
  }

  /** One attempt, where something waits and it is time. */
  async step(): Promise<void> {
    const { channel, clock } = this.#options;
    if (this.#isBusy || clock.nowMs() < this.#nextTryMs) return;
    this.#isBusy = true;
    try {
      await this.#expire();
      await this.#send();
    } catch (error) {
      this.#failed(`${channel.id}: ${errorMessage(error)}`);
    } finally {
      this.#isBusy = false;
    }
  }

  async #expire(): Promise<void> {
    const { outbox, channel, clock } = this.#options;
    const oldestMs = clock.nowMs() - EXPIRES_MS;
    const old = outbox
      .of(channel.id, MOST_A_MESSAGE)
      .flatMap(([key, { queuedMs }]) => (queuedMs < oldestMs ? [key] : []));
    if (old.length === 0) return;
    this.counters.expired += old.length;
    await outbox.remove(old);
  }

  async #send(): Promise<void> {
    const { plant, outbox, channel, clock } = this.#options;
    const batch = outbox.of(channel.id, MOST_A_MESSAGE);
    const [first] = batch;
    if (!first) return;
    const notifications = batch.map(([id, { notification }]) => ({ id, ...notification }));
    await channel.send({ delivery: `${first[0]}-${batch.length}`, plant, notifications });
    await outbox.remove(batch.map(([key]) => key));
    this.#failures = 0;
    this.#lastToldMs = clock.nowMs();
    this.#rate.add(batch.length, this.#lastToldMs);
    this.counters.delivered += batch.length;
    this.counters.messages += 1;
  }

  #failed(message: string): void {
    const nowMs = this.#options.clock.nowMs();
    this.#nextTryMs = nowMs + Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    this.counters.failures += 1;
    const remedy = 'It is tried again by itself; `plantscope notify test` tries the channel alone.';
    this.#lastError = { message, timeMs: nowMs, remedy };
  }

  health(): StationHealth {
    const { channel, outbox, clock } = this.#options;
    const nowMs = clock.nowMs();
    const waiting = outbox.size(channel.id);
    const oldest = outbox.of(channel.id, 1)[0]?.[1].queuedMs;
    const last = this.#lastToldMs === undefined ? '' : `, last ${new Date(this.#lastToldMs).toISOString()}`;
    const lost = this.counters.dropped + this.counters.expired;
    return {
      station: `notify:${channel.id}`,
      state: this.#failures >= DOWN_AFTER ? 'down' : this.#failures > 0 ? 'degraded' : 'ok',
      summary: `${this.counters.delivered} alarms told to ${channel.address}${last}; ${waiting} wait, ${lost} given up`,
      ratePerS: this.#rate.perSecond(nowMs),
      queue: waiting,
      ...(oldest !== undefined && { oldestS: Math.round((nowMs - oldest) / 1000) }),
      ...(this.#lastError && { lastError: this.#lastError }),
      counters: { ...this.counters },
    };
  }
}
