import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Tag } from '../../model/plant.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import type { Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';
import { type StatusCode, statusCodes } from '../../model/status.ts';
import { parseDurationMs } from '../../model/window.ts';
import type { ModbusSourceFile } from '../../plant/source-schema.ts';
import { type Normalise, normaliserOf } from '../normalise.ts';
import { SilenceWatch } from '../silence-watch.ts';
import type { Source, SourceSink } from '../source.ts';
import { parseModbusAddress } from './address.ts';
import type { ModbusPoint } from './blocks.ts';
import { ModbusConnection } from './modbus-connection.ts';
import { type PollResult, UnitPoller } from './unit-poller.ts';

const DEFAULT_PORT = 502;
const DEFAULT_POLL_MS = 1000;
const DEFAULT_TIMEOUT_MS = 2000;
const DEFAULT_REGISTERS = 125;
const LONGEST_RECONNECT_MS = 30_000;

export interface ModbusSourceOptions {
  readonly id: string;
  readonly config: ModbusSourceFile;
  readonly tags: readonly Tag[];
  readonly clock: Clock;
}

/** Polls Modbus TCP meters. The protocol has no time: a reading's is that of the gateway's clock at the answer. */
export class ModbusSource implements Source {
  readonly id: string;
  readonly #options: ModbusSourceOptions;
  readonly #units: readonly UnitPoller[];
  readonly #normalise: ReadonlyMap<string, Normalise>;
  readonly #silence: SilenceWatch;
  readonly #rate = new RateMeter();
  readonly #counters = { polls: 0, readings: 0, refused: 0, timeouts: 0, connects: 0 };
  #connection: ModbusConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;
  #failures = 0;
  #lastError: StationHealth['lastError'];

  /** @throws PlantscopeError `bad-address` */
  constructor(options: ModbusSourceOptions) {
    const { id, config, tags } = options;
    this.id = id;
    this.#options = options;
    this.#normalise = new Map(tags.map((tag) => [tag.id, normaliserOf(tag)]));
    const staleMs = parseDurationMs(config.staleAfter ?? '');
    this.#silence = new SilenceWatch(tags, unitOf, staleMs);
    this.#units = unitsOf(tags, config);
  }

  async start(sink: SourceSink): Promise<void> {
    this.#silence.start(this.#options.clock.nowMs());
    this.#schedule(sink, 0);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    this.#connection?.close();
  }

  health(): StationHealth {
    const { clock, config } = this.#options;
    const silent = this.#units.filter((unit) => !unit.isAnswering).map(({ unit }) => unit);
    const setAside = this.#units.reduce((sum, unit) => sum + unit.setAside, 0);
    const isConnected = this.#connection?.isOpen === true;
    const conditions = this.#silence.conditions(clock.nowMs());
    const stale = conditions.stale ?? 0;
    const hasTrouble = silent.length > 0 || setAside > 0 || stale > 0;
    const troubles = [
      ...(silent.length > 0 ? [`units ${silent.join(', ')} don't answer`] : []),
      ...(setAside > 0 ? [`${setAside} registers set aside`] : []),
      ...(stale > 0 ? [`${stale} tags stale`] : []),
    ];
    const where = `${isConnected ? 'polling' : 'not connected to'} ${config.host}:${config.port ?? DEFAULT_PORT}`;
    return {
      station: `source:${this.id}`,
      state: isConnected ? (hasTrouble ? 'degraded' : 'ok') : 'down',
      summary: [where, ...troubles].join('; '),
      ratePerS: this.#rate.perSecond(clock.nowMs()),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, quarantined: setAside, ...conditions },
    };
  }

  #schedule(sink: SourceSink, delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#cycle(sink);
    }, delayMs);
  }

  /** One round over all units, then the next at its time; never two at once. */
  async #cycle(sink: SourceSink): Promise<void> {
    try {
      const connection = await this.#connected();
      this.#failures = 0;
      await this.#pollUnits(connection, sink);
    } catch (error) {
      await this.#lost(error, sink);
    }
    const pauseMs = this.#failures > 0 ? reconnectMs(this.#failures) : this.#untilNextMs();
    this.#schedule(sink, pauseMs);
  }

  #untilNextMs(): number {
    const dueMs = Math.min(...this.#units.map((unit) => unit.dueMs));
    return Math.max(0, dueMs - performance.now());
  }

  async #connected(): Promise<ModbusConnection> {
    if (this.#connection?.isOpen) return this.#connection;
    const { host, port, timeout } = this.#options.config;
    const timeoutMs = parseDurationMs(timeout ?? '') ?? DEFAULT_TIMEOUT_MS;
    this.#connection = await ModbusConnection.open(host, port ?? DEFAULT_PORT, timeoutMs);
    this.#counters.connects += 1;
    for (const unit of this.#units) unit.restart();
    return this.#connection;
  }

  async #pollUnits(connection: ModbusConnection, sink: SourceSink): Promise<void> {
    for (const unit of this.#units) {
      if (this.#isStopped) return;
      if (!unit.isDue(performance.now())) continue;
      this.#counters.polls += 1;
      let result: PollResult;
      try {
        result = await unit.poll(connection, performance.now());
      } catch (error) {
        if (!connection.isOpen) throw error;
        await this.#unanswered(unit, error, sink);
        continue;
      }
      await this.#deliver(result, sink);
    }
    // A link that is dead without either side being told: nobody answers.
    if (this.#units.every((unit) => !unit.isAnswering)) connection.close();
  }

  async #unanswered(unit: UnitPoller, error: unknown, sink: SourceSink): Promise<void> {
    this.#counters.timeouts += 1;
    this.#note(error);
    const isNew = unit.failed(performance.now());
    if (isNew) await this.#markBad(unit.points, statusCodes.badNoCommunication, sink);
  }

  async #lost(error: unknown, sink: SourceSink): Promise<void> {
    this.#note(error);
    this.#connection?.close();
    this.#connection = undefined;
    this.#failures += 1;
    const nowMs = performance.now();
    for (const unit of this.#units)
      if (unit.failed(nowMs)) await this.#markBad(unit.points, statusCodes.badNotConnected, sink);
  }

  async #markBad(points: readonly ModbusPoint[], status: StatusCode, sink: SourceSink): Promise<void> {
    const common = { timeMs: this.#options.clock.nowMs(), timeNs: 0, value: null, origin: 'live' } as const;
    await this.#accept(
      points.map(({ tag }) => ({ ...common, tag, status })),
      sink,
    );
  }

  async #deliver({ values, quarantined }: PollResult, sink: SourceSink): Promise<void> {
    const timeMs = this.#options.clock.nowMs();
    const readings: Reading[] = [];
    const refusals = quarantined.map(({ point, reason }) =>
      this.#refusal(point.tag, reason, 'node-refused', ''),
    );
    for (const { tag, raw } of values) {
      const result = this.#normalise.get(tag)?.(raw, statusCodes.good);
      if (result === undefined) continue;
      if ('reason' in result) refusals.push(this.#refusal(tag, result.message, result.reason, String(raw)));
      else readings.push({ tag, timeMs, timeNs: 0, ...result, origin: 'live' });
    }
    if (refusals.length > 0) {
      this.#counters.refused += refusals.length;
      await sink.refuse(refusals);
    }
    const points = quarantined.map(({ point }) => point);
    if (points.length > 0) await this.#markBad(points, statusCodes.badNodeIdUnknown, sink);
    await this.#accept(readings, sink);
  }

  async #accept(readings: readonly Reading[], sink: SourceSink): Promise<void> {
    this.#counters.readings += readings.length;
    this.#rate.add(readings.length, this.#options.clock.nowMs());
    this.#silence.heard(readings, this.#options.clock.nowMs());
    try {
      if (readings.length > 0) await sink.accept(readings);
    } catch (error) {
      // The spool is full: a meter holds nothing back, so these are lost, and the health page says so.
      this.#note(error);
    }
  }

  #refusal(tag: string, message: string, reason: string, payload: string): Refusal {
    const where = this.#options.tags.find(({ id }) => id === tag)?.address ?? tag;
    return { reason, message: `${tag}: ${message}`, from: this.id, where, payload, tag };
  }

  #note(error: unknown): void {
    this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs() };
  }
}

const unitOf = ({ address }: Tag): string => `unit ${parseModbusAddress(address).unit}`;

function unitsOf(tags: readonly Tag[], config: ModbusSourceFile): UnitPoller[] {
  const points = tags.map((tag) => ({ tag: tag.id, address: parseModbusAddress(tag.address) }));
  const units = new Set(points.map(({ address }) => address.unit));
  return [...units].map(
    (unit) =>
      new UnitPoller({
        unit,
        points: points.filter(({ address }) => address.unit === unit),
        maxRegisters: config.maxRegistersPerRead ?? DEFAULT_REGISTERS,
        intervalMs: intervalMsOf(unit, config),
      }),
  );
}

function intervalMsOf(unit: number, { pollInterval, units }: ModbusSourceFile): number {
  return parseDurationMs(units?.[unit]?.pollInterval ?? pollInterval ?? '') ?? DEFAULT_POLL_MS;
}

/** Doubles, and is spread at random so that many gateways do not come at once. */
const reconnectMs = (failures: number): number =>
  Math.min(LONGEST_RECONNECT_MS, 500 * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
