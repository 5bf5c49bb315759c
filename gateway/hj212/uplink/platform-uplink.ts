import type { Clock } from '../../../model/clock.ts';
import type { StationHealth } from '../../../model/health.ts';
import type { FigurePeriod, UplinkStatus } from '../../../model/outlet-figures.ts';
import { RateMeter } from '../../../model/rate-meter.ts';
import { dayMs, parseDurationMs } from '../../../model/window.ts';
import type { Hj212PlatformFile } from '../../../plant/hj212-schema.ts';
import { requestAnswer } from '../protocol/answers.ts';
import { qnRtn } from '../protocol/codes.ts';
import type { Edition } from '../protocol/flag.ts';
import type { Frame } from '../protocol/frame.ts';
import { answerRequest } from '../protocol/site-commands.ts';
import { SiteLink } from '../protocol/site-link.ts';
import { RequestNumbers } from '../protocol/time.ts';
import { type FigureSource, Lane, type LaneOptions } from './lane.ts';
import type { Intervals } from './periods.ts';
import { platformActions } from './platform-actions.ts';
import type { RecordTo } from './record.ts';
import type { PlatformSettings, UplinkState } from './state.ts';
import type { UplinkStation } from './stations.ts';

export interface PlatformUplinkOptions {
  readonly file: Hj212PlatformFile;
  readonly stations: readonly UplinkStation[];
  readonly password: string;
  readonly key?: Uint8Array | undefined;
  readonly figures: FigureSource;
  readonly state: UplinkState;
  readonly clock: Clock;
  readonly onTrouble: (message: string) => void;
  readonly pollMs?: number;
  readonly reconnectMs?: number;
}

const allPeriods: readonly FigurePeriod[] = ['realtime', 'minute', 'hour', 'day'];
const DEFAULT_BACKFILL_MS = 30 * dayMs;
const DEFAULT_REALTIME_MS = 30_000;
const DEFAULT_MINUTE_MS = 600_000;
/** Requests in hand and waiting; one more is refused. */
const MAX_REQUESTS = 8;

/** One platform: its link, a lane for each station and period, and the answers to its commands. */
export class PlatformUplink {
  readonly #options: PlatformUplinkOptions;
  readonly #link: SiteLink;
  readonly #lanes: readonly Lane[];
  readonly #nextQN: () => string;
  readonly #to: RecordTo;
  readonly #rate = new RateMeter();
  #settings: PlatformSettings;
  #lastAcknowledgedMs: number | undefined;
  #lastError: StationHealth['lastError'];
  #clockSkewMs: number | undefined;
  #requests = new Map<string, Promise<void>>();
  #inTurn: Promise<void> = Promise.resolve();
  #runs: Promise<void>[] = [];

  constructor(options: PlatformUplinkOptions) {
    const { file, clock, state, key, reconnectMs } = options;
    this.#options = options;
    this.#settings = state.settings(file.id);
    const numbers = new RequestNumbers(() => clock.nowMs());
    this.#nextQN = () => numbers.next();
    const edition: Edition = file.edition ?? '2017';
    this.#to = { edition, PW: options.password, needsAck: file.acknowledged !== false };
    const overTimeMs = this.#settings.overTimeS
      ? this.#settings.overTimeS * 1000
      : parseDurationMs(file.overTime ?? '');
    const reCount = this.#settings.reCount ?? file.reCount;
    this.#link = new SiteLink({
      ...{ host: file.host, port: file.port, edition, key },
      ...(overTimeMs !== undefined && { overTimeMs }),
      ...(reCount !== undefined && { reCount }),
      ...(reconnectMs !== undefined && { reconnectMs }),
      onRequest: (request) => this.#requested(request),
      onTrouble: (message) => this.#troubled(message),
    });
    const periods = file.send ?? allPeriods;
    this.#lanes = options.stations.flatMap((station) =>
      periods.map((period) => new Lane(this.#laneOptions(station, period))),
    );
  }

  start(): void {
    this.#link.start();
    this.#runs = this.#lanes.map((lane) => lane.run());
  }

  async stop(): Promise<void> {
    for (const lane of this.#lanes) lane.stop();
    this.#link.stop();
    await Promise.all([...this.#runs, this.#inTurn]);
  }

  status(): UplinkStatus {
    const { file } = this.#options;
    const lanes = this.#lanes.map((lane) => lane.status());
    const behind = lanes.filter(({ backlog }) => backlog > 0);
    return {
      ...{ platform: file.id, address: `${file.host}:${file.port}`, edition: this.#to.edition },
      connected: this.#link.isConnected,
      ...(this.#lastAcknowledgedMs !== undefined && { lastAcknowledgedMs: this.#lastAcknowledgedMs }),
      backlog: behind.reduce((sum, { backlog }) => sum + backlog, 0),
      ...(behind.length > 0 && { oldestMs: Math.min(...behind.map(({ sentUpToMs }) => sentUpToMs)) }),
      counters: this.#counters(),
      ...(this.#lastError && { lastError: this.#lastError }),
      lanes,
    };
  }

  health(): StationHealth {
    const { platform, connected, backlog, oldestMs, lastError, lanes, counters, address } = this.status();
    const nowMs = this.#options.clock.nowMs();
    const refused = lanes.filter(({ refusal }) => refusal !== undefined);
    const isBehind = backlog > lanes.length;
    const summary = [
      `${connected ? 'connected to' : 'no link to'} ${address}`,
      `${counters.periods} periods acknowledged, ${backlog} due`,
      ...refused.map((lane) => `${lane.station} ${lane.period} refused with QnRtn=${lane.refusal}`),
    ];
    return {
      station: `uplink:${platform}`,
      state: connected ? (isBehind || refused.length > 0 ? 'degraded' : 'ok') : 'down',
      summary: summary.join('; '),
      ratePerS: this.#rate.perSecond(nowMs),
      queue: backlog,
      ...(oldestMs !== undefined && { oldestS: Math.round((nowMs - oldestMs) / 1000) }),
      ...(this.#clockSkewMs !== undefined && { clockSkewMs: this.#clockSkewMs }),
      ...(lastError && { lastError }),
      counters,
    };
  }

  #counters(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = { ...this.#link.counters };
    for (const { counters } of this.#lanes) {
      for (const [name, count] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + count;
    }
    return sums;
  }

  #laneOptions(station: UplinkStation, period: FigurePeriod): LaneOptions {
    const { file, figures, state, clock, pollMs } = this.#options;
    return {
      ...{ platform: file.id, station, period, link: this.#link, figures, state, clock },
      ...{ to: this.#to, nextQN: this.#nextQN, long: file.longMessages ?? 'parts' },
      backfillMs: parseDurationMs(file.backfill ?? '') ?? DEFAULT_BACKFILL_MS,
      intervals: () => this.#intervals(),
      isHalted: () => period === 'realtime' && this.#settings.stopped?.includes(station.MN) === true,
      onTrouble: (message) => this.#troubled(message),
      onAcknowledged: () => this.#acknowledged(),
      resendsCorrected: file.resendCorrected ?? true,
      ...(pollMs !== undefined && { pollMs }),
    };
  }

  #intervals(): Intervals {
    const { realtimeInterval, minuteInterval } = this.#options.file;
    const realtimeMs = parseDurationMs(realtimeInterval ?? '') ?? DEFAULT_REALTIME_MS;
    const minuteMs = parseDurationMs(minuteInterval ?? '') ?? DEFAULT_MINUTE_MS;
    return {
      realtimeS: this.#settings.realtimeS ?? Math.max(1, Math.round(realtimeMs / 1000)),
      minuteMin: this.#settings.minuteMin ?? Math.max(1, Math.round(minuteMs / 60_000)),
    };
  }

  #acknowledged(): void {
    const nowMs = this.#options.clock.nowMs();
    this.#lastAcknowledgedMs = nowMs;
    this.#rate.add(1, nowMs);
  }

  #troubled(message: string): void {
    this.#lastError = { message, timeMs: this.#options.clock.nowMs() };
    this.#options.onTrouble(`uplink ${this.#options.file.id}: ${message}`);
  }

  /** Requests are carried out one after the other; one that comes again while it is in hand is only answered. */
  #requested(request: Frame): void {
    const key = `${request.CN} ${request.QN}`;
    if (this.#requests.has(key)) this.#link.send(requestAnswer(request, qnRtn.ok));
    else if (this.#requests.size >= MAX_REQUESTS) this.#link.send(requestAnswer(request, qnRtn.refused));
    else this.#carryOut(key, request);
  }

  #carryOut(key: string, request: Frame): void {
    const done = this.#inTurn
      .then(() => answerRequest(request, this.#actions(), (frame) => this.#link.send(frame)))
      .finally(() => this.#requests.delete(key));
    this.#requests.set(key, done);
    this.#inTurn = done;
  }

  #actions() {
    const { file, stations, figures, clock, state } = this.#options;
    return platformActions({
      ...{ stations, figures, clock, link: this.#link, to: this.#to, nextQN: this.#nextQN },
      long: file.longMessages ?? 'parts',
      intervals: () => this.#intervals(),
      settings: () => this.#settings,
      save: async (settings) => {
        this.#settings = settings;
        await state.saveSettings(file.id, settings);
      },
      onClock: (skewMs) => {
        this.#clockSkewMs = skewMs;
      },
    });
  }
}
