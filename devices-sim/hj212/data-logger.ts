import { exeRtn } from '../../gateway/hj212/protocol/codes.ts';
import type { Edition } from '../../gateway/hj212/protocol/flag.ts';
import type { Frame } from '../../gateway/hj212/protocol/frame.ts';
import { answerRequest, type SiteActions } from '../../gateway/hj212/protocol/site-commands.ts';
import { SiteLink } from '../../gateway/hj212/protocol/site-link.ts';
import { RequestNumbers } from '../../gateway/hj212/protocol/time.ts';
import { uploadMessage } from '../../gateway/hj212/protocol/upload-message.ts';
import type { Clock } from '../../model/clock.ts';
import { dayMs } from '../../model/window.ts';
import { LoggerMemory, type StoredPeriod } from './logger-memory.ts';
import {
  type LoggedPeriod,
  periodLengthMs,
  periodRecord,
  periodStartMs,
  realtimeRecord,
} from './logger-records.ts';
import type { LoggedStation } from './stations.ts';

export interface DataLoggerOptions {
  readonly stations: readonly LoggedStation[];
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  readonly password: string;
  /** Default: 2017. */
  readonly edition?: Edition;
  /** SM4 key, 2025. */
  readonly key?: Uint8Array | undefined;
  /** Default: 30. */
  readonly realtimeS?: number;
  /** Default: 10. */
  readonly minuteMin?: number;
  readonly overTimeMs?: number;
  readonly reconnectMs?: number;
  /** Between looks at the clock. Default: 500 ms. */
  readonly tickMs?: number;
  /** Periods it can hold while the platform is away. Default: 10,000. */
  readonly memory?: number;
  readonly onProblem?: (message: string) => void;
}

/** History a logger can still compute when asked. */
const HISTORY_MS = 40 * dayMs;
const periods: readonly LoggedPeriod[] = ['minute', 'hour', 'day'];

/**
 * A data logger of HJ 212: real-time data while it is connected, minute, hour and day data stored until they are
 * acknowledged, and the commands a platform may give. It has a clock of its own, which a platform can set.
 */
export class DataLogger {
  readonly #options: DataLoggerOptions;
  readonly #link: SiteLink;
  readonly #memory: LoggerMemory;
  readonly #nextQN: () => string;
  readonly #halted = new Set<string>();
  readonly #nextMs = new Map<string, number>();
  readonly counters = { realtime: 0, stored: 0, acknowledged: 0 };
  #password: string;
  #realtimeS: number;
  #minuteMin: number;
  #clockOffsetMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();
  #isSending = false;
  #isStopped = false;

  constructor(options: DataLoggerOptions) {
    const { host, port, edition = '2017', key, overTimeMs, reconnectMs, onProblem } = options;
    this.#options = options;
    this.#password = options.password;
    this.#realtimeS = options.realtimeS ?? 30;
    this.#minuteMin = options.minuteMin ?? 10;
    this.#memory = new LoggerMemory(options.memory ?? 10_000);
    const numbers = new RequestNumbers(() => this.nowMs());
    this.#nextQN = () => numbers.next();
    this.#link = new SiteLink({
      ...{ host, port, edition, key },
      ...(overTimeMs !== undefined && { overTimeMs }),
      ...(reconnectMs !== undefined && { reconnectMs }),
      onRequest: (request) => void this.#answer(request),
      ...(onProblem && { onTrouble: onProblem }),
    });
  }

  /** Periods that wait for their acknowledgement. */
  get waiting(): number {
    return this.#memory.size;
  }

  get isConnected(): boolean {
    return this.#link.isConnected;
  }

  /** By its own clock. */
  nowMs(): number {
    return this.#options.clock.nowMs() + this.#clockOffsetMs;
  }

  start(): void {
    this.#link.start();
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), this.#options.tickMs ?? 500);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#link.stop();
    await this.#sending;
  }

  #tick(): void {
    for (const station of this.#options.stations) {
      this.#measure(station);
      for (const period of periods) this.#store(station, period);
    }
    if (this.#isSending || this.#memory.size === 0) return;
    this.#isSending = true;
    this.#sending = this.#sendStored().finally(() => {
      this.#isSending = false;
    });
  }

  /** Real-time data say what is now: without a link they are not kept. */
  #measure(station: LoggedStation): void {
    const length = this.#realtimeS * 1000;
    const timeMs = Math.floor(this.nowMs() / length) * length;
    if (!this.#isNew(`${station.MN} realtime`, timeMs) || !this.#link.isConnected) return;
    if (this.#halted.has(station.MN)) return;
    this.counters.realtime += 1;
    void uploadMessage(this.#link, realtimeRecord(station, timeMs, this.#head()), this.#nextQN);
  }

  #store(station: LoggedStation, period: LoggedPeriod): void {
    const lengthMs = periodLengthMs(period, this.#minuteMin);
    const key = `${station.MN} ${period}`;
    const currentMs = periodStartMs(period, this.nowMs(), this.#minuteMin);
    // All that ended since the last look; a clock set far ahead leaves a gap, as it does in a real logger.
    const oldestMs = currentMs - HISTORY_MS;
    let startMs = Math.max(this.#nextMs.get(key) ?? currentMs, oldestMs);
    for (; startMs < currentMs; startMs += lengthMs) {
      this.#memory.put({ MN: station.MN, period, startMs, lengthMs });
      this.counters.stored += 1;
    }
    this.#nextMs.set(key, Math.min(startMs, currentMs));
  }

  #isNew(key: string, timeMs: number): boolean {
    const last = this.#nextMs.get(key);
    this.#nextMs.set(key, timeMs);
    return last !== undefined && last !== timeMs;
  }

  async #sendStored(): Promise<void> {
    while (!this.#isStopped && this.#link.isConnected) {
      const oldest = this.#memory.oldest;
      if (oldest === undefined || !(await this.#send(oldest))) return;
      this.#memory.remove(oldest);
      this.counters.acknowledged += 1;
    }
  }

  async #send({ MN, period, startMs, lengthMs }: StoredPeriod): Promise<boolean> {
    const station = this.#stationOf(MN);
    if (station === undefined) return true;
    const record = periodRecord(station, period, startMs, lengthMs, this.#head());
    return (await uploadMessage(this.#link, record, this.#nextQN)).kind === 'acknowledged';
  }

  #head() {
    return { edition: this.#options.edition ?? '2017', PW: this.#password } as const;
  }

  #stationOf(MN: string): LoggedStation | undefined {
    return this.#options.stations.find((station) => station.MN === MN);
  }

  #answer(request: Frame): Promise<void> {
    return answerRequest(request, this.#actions(), (frame) => this.#link.send(frame));
  }

  #actions(): SiteActions {
    return {
      systemOf: (MN) => this.#stationOf(MN)?.ST,
      isPassword: (PW) => PW === this.#password,
      nowMs: () => this.nowMs(),
      setTime: (timeMs) => {
        this.#clockOffsetMs = timeMs - this.#options.clock.nowMs();
        return exeRtn.ok;
      },
      setPatience: (overTimeS, reCount) => {
        this.#link.setPatience(overTimeS * 1000, reCount);
        return exeRtn.ok;
      },
      setPassword: (password) => {
        this.#password = password;
        return exeRtn.ok;
      },
      intervals: () => ({ realtimeS: this.#realtimeS, minuteMin: this.#minuteMin }),
      setInterval: (kind, value) => {
        if (kind === 'realtime') this.#realtimeS = value;
        else this.#minuteMin = value;
        return exeRtn.ok;
      },
      realtime: (MN, isOn) => {
        if (isOn) this.#halted.delete(MN);
        else this.#halted.add(MN);
      },
      history: (MN, period, beginMs, endMs) => this.#sendHistory(MN, period, beginMs, endMs),
      deviceInformation: (MN, CN, params) => deviceInformation(MN, CN, params),
    };
  }

  async #sendHistory(MN: string, period: LoggedPeriod, beginMs: number, endMs: number) {
    const lengthMs = periodLengthMs(period, this.#minuteMin);
    const lastMs = Math.min(endMs, this.nowMs() - lengthMs);
    const firstMs = Math.max(beginMs, this.nowMs() - HISTORY_MS);
    let startMs = periodStartMs(period, firstMs, this.#minuteMin);
    if (startMs < firstMs) startMs += lengthMs;
    if (startMs > lastMs) return exeRtn.noData;
    for (; startMs <= lastMs; startMs += lengthMs) {
      if (!(await this.#send({ MN, period, startMs, lengthMs }))) return exeRtn.failed;
    }
    return exeRtn.ok;
  }
}

/** Serial number, and the parameters that a device asked about has. */
function deviceInformation(
  MN: string,
  CN: string,
  { PolId, InfoId }: Readonly<Record<string, string>>,
): string {
  const device = PolId === undefined ? '' : `PolId=${PolId};`;
  if (CN === '3019') return `${device}${PolId ?? 'Logger'}-SN=SIM${MN.slice(-8)}`;
  return `${device}InfoId=${InfoId ?? 'i11001'};${InfoId ?? 'i11001'}-Info=1`;
}
