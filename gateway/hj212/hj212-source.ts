import type { Clock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Tag } from '../../model/plant.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import type { Refusal } from '../../model/refusal.ts';
import { minuteMs, parseDurationMs } from '../../model/window.ts';
import type { Hj212SourceFile } from '../../plant/source-schema.ts';
import type { Source, SourceSink } from '../source.ts';
import type { Frame } from './protocol/frame.ts';
import type { Found, RefusalCode } from './protocol/frame-reader.ts';
import { Receiver } from './protocol/receiver.ts';
import { isUpload, UploadMapping } from './upload.ts';

const DEFAULT_HOST = '127.0.0.1';
/** The standard names no port. */
const DEFAULT_PORT = 9212;
/** Unknown stations remembered by name; anybody can invent more. */
const MOST_STRANGERS = 20;
/** Refusals of what is no frame that are kept; they must not push better ones out of the quarantine. */
const MOST_NOISE_A_MINUTE = 60;

export interface Hj212SourceOptions {
  readonly id: string;
  readonly config: Hj212SourceFile;
  readonly tags: readonly Tag[];
  readonly clock: Clock;
  /** PW that an upload must carry; any where absent. */
  readonly password?: string | undefined;
  /** SM4 key of the 2025 edition; without it encrypted uploads are refused. */
  readonly key?: Uint8Array | undefined;
  readonly idleMs?: number;
}

/** Receives HJ 212 data loggers on one TCP port; an upload is acknowledged once the spool holds its readings. */
export class Hj212Source implements Source {
  readonly id: string;
  readonly #options: Hj212SourceOptions;
  readonly #mapping: UploadMapping;
  readonly #address: { readonly host: string; readonly port: number };
  readonly #heardMs = new Map<string, number>();
  /** Uploads of stations that no tag names, by MN. */
  readonly #strangers = new Map<string, number>();
  readonly #rate = new RateMeter();
  readonly #counters = { frames: 0, readings: 0, refused: 0, ignored: 0, unmapped: 0, noise: 0 };
  #receiver: Receiver | undefined;
  #noise = { minute: 0, kept: 0 };
  #startedMs = 0;
  #lastError: StationHealth['lastError'];

  constructor(options: Hj212SourceOptions) {
    const { id, config, tags } = options;
    this.id = id;
    this.#options = options;
    this.#address = { host: config.host ?? DEFAULT_HOST, port: config.port ?? DEFAULT_PORT };
    this.#mapping = new UploadMapping(id, tags);
  }

  /** @throws PlantscopeError `hj212-listen` */
  async start(sink: SourceSink): Promise<void> {
    const { idleMs, clock, key } = this.#options;
    this.#startedMs = clock.nowMs();
    this.#receiver = new Receiver({
      ...this.#address,
      ...(idleMs !== undefined && { idleMs }),
      key,
      take: (found, peer) => this.#take(found, peer, sink),
      onTrouble: (message) => {
        this.#lastError = { message, timeMs: clock.nowMs() };
      },
    });
    await this.#receiver.listen();
  }

  async stop(): Promise<void> {
    await this.#receiver?.close();
  }

  health(): StationHealth {
    const { host, port } = this.#address;
    const isListening = this.#receiver?.isListening === true;
    const silent = this.#silentStations();
    const heard = [...this.#heardMs.keys()];
    const isTroubled = silent.length > 0 || this.#strangers.size > 0;
    const summary = [
      `${isListening ? 'listening' : 'not listening'} on ${host}:${port}`,
      `stations heard: ${heard.length > 0 ? heard.join(', ') : 'none'}`,
      ...(silent.length > 0 ? [`silent: ${silent.join(', ')}`] : []),
      ...(this.#strangers.size > 0 ? [`unknown: ${[...this.#strangers.keys()].join(', ')}`] : []),
    ];
    return {
      station: `source:${this.id}`,
      state: isListening ? (isTroubled ? 'degraded' : 'ok') : 'down',
      summary: summary.join('; '),
      ratePerS: this.#rate.perSecond(this.#options.clock.nowMs()),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: {
        ...this.#counters,
        stations: heard.length,
        unknownStations: this.#strangers.size,
        connections: this.#receiver?.connections ?? 0,
        acknowledged: this.#receiver?.acknowledged ?? 0,
      },
    };
  }

  /** Stations of the plant that said nothing for longer than `staleAfter`, counted from the start. */
  #silentStations(): string[] {
    const staleMs = parseDurationMs(this.#options.config.staleAfter ?? '');
    if (staleMs === undefined) return [];
    const nowMs = this.#options.clock.nowMs();
    return [...this.#mapping.stations].filter(
      (station) => nowMs - (this.#heardMs.get(station) ?? this.#startedMs) > staleMs,
    );
  }

  /** True where the upload is safe on disk. What is no upload needs no data acknowledgement. */
  async #take(found: Found, peer: string, sink: SourceSink): Promise<boolean> {
    if (!found.ok) {
      await this.#takeNoise(found.code, found.offset, peer, sink);
      return false;
    }
    this.#counters.frames += 1;
    if (isUpload(found.frame)) return this.#takeUpload(found.frame, peer, sink);
    this.#counters.ignored += 1;
    return false;
  }

  /** Whoever sends garbage may send a lot: all of it is counted, some of it is kept. */
  async #takeNoise(code: RefusalCode, offset: number, peer: string, sink: SourceSink): Promise<void> {
    this.#counters.noise += 1;
    const minute = Math.floor(this.#options.clock.nowMs() / minuteMs);
    if (minute !== this.#noise.minute) this.#noise = { minute, kept: 0 };
    if (this.#noise.kept >= MOST_NOISE_A_MINUTE) return;
    this.#noise.kept += 1;
    const refusal = this.#refusal(`frame-${code}`, `No frame at byte ${offset}: ${code}`, peer, '');
    await this.#refuse([refusal], sink);
  }

  async #takeUpload(frame: Frame, peer: string, sink: SourceSink): Promise<boolean> {
    const { password, clock } = this.#options;
    const upload =
      password !== undefined && frame.PW !== password
        ? {
            reason: 'wrong-password',
            message: `PW of the station ${frame.MN ?? '(none)'} is not the one set`,
          }
        : this.#mapping.map(frame);
    if ('reason' in upload) {
      if (upload.reason === 'unknown-station') this.#countStranger(frame.MN ?? '(none)');
      const where = frame.MN ?? peer;
      await this.#refuse([this.#refusal(upload.reason, upload.message, where, frame.cp)], sink);
      return false;
    }
    if (frame.MN !== undefined) this.#heardMs.set(frame.MN, clock.nowMs());
    this.#counters.unmapped += upload.unmapped;
    await sink.accept(upload.readings);
    this.#counters.readings += upload.readings.length;
    this.#rate.add(upload.readings.length, clock.nowMs());
    // After the readings: an upload sent again because these failed must not be refused twice.
    await this.#refuse(upload.refusals, sink);
    return true;
  }

  #countStranger(MN: string): void {
    if (this.#strangers.size < MOST_STRANGERS || this.#strangers.has(MN))
      this.#strangers.set(MN, (this.#strangers.get(MN) ?? 0) + 1);
  }

  async #refuse(refusals: readonly Refusal[], sink: SourceSink): Promise<void> {
    if (refusals.length === 0) return;
    this.#counters.refused += refusals.length;
    await sink.refuse(refusals);
  }

  #refusal(reason: string, message: string, where: string, payload: string): Refusal {
    return { reason, message, from: this.id, where, payload };
  }
}
