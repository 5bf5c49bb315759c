import { createReadStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type CsvError, parse } from 'csv-parse';
import type { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Tag } from '../../model/plant.ts';
import { RateMeter } from '../../model/rate-meter.ts';
import type { ReplaySourceFile } from '../../plant/source-schema.ts';
import type { Source, SourceSink } from '../source.ts';
import { type CsvRow, type MappedRow, RowMapping } from './row-mapping.ts';

const ROWS_A_BATCH = 500;
const csvFormat = {
  ...{ bom: true, columns: true, trim: true, skip_empty_lines: true },
  // A row with too few or too many cells, or a stray quote, is refused alone.
  skip_records_with_error: true,
} as const;

export interface ReplayOptions {
  readonly id: string;
  readonly config: ReplaySourceFile;
  /** Absolute path of the recording. */
  readonly file: string;
  readonly tags: readonly Tag[];
  readonly calendar: PlantCalendar;
  readonly clock: Clock;
}

/** Plays a recorded CSV file through the same path as a device: at its own times or shifted to now, at any speed. */
export class ReplaySource implements Source {
  readonly id: string;
  readonly #options: ReplayOptions;
  readonly #rate = new RateMeter();
  readonly #stopped = new AbortController();
  readonly #counters = { rows: 0, readings: 0, refused: 0 };
  #running: Promise<void> | undefined;
  #finished = false;
  #lastError: StationHealth['lastError'];
  #shiftMs: number | undefined;
  #firstMs: number | undefined;

  constructor(options: ReplayOptions) {
    this.id = options.id;
    this.#options = options;
  }

  async start(sink: SourceSink): Promise<void> {
    this.#running = this.#play(sink).catch((error: unknown) => {
      if (this.#stopped.signal.aborted) return;
      const remedy = 'Check that the file is there, readable, and has the columns the plant file names.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs(), remedy };
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  /** Resolves when the recording was played to its end, or broke off (see health). */
  async finished(): Promise<void> {
    await this.#running;
  }

  async #play(sink: SourceSink): Promise<void> {
    const { config, tags, calendar, file, id } = this.#options;
    const mapping = new RowMapping(id, config, tags, calendar);
    const parser = parse({ ...csvFormat, delimiter: config.delimiter ?? ',' });
    const recording = createReadStream(file, { signal: this.#stopped.signal });
    recording.on('error', (error) => parser.destroy(error));
    let batch: MappedRow[] = [];
    parser.on('skip', (error) => {
      if (error) batch.push(this.#skipped(error));
    });
    let row = 0;
    const startedMs = this.#options.clock.nowMs();
    for await (const record of recording.pipe(parser) as AsyncIterable<CsvRow>) {
      const mapped = mapping.map(record, row);
      row += 1;
      await this.#pace(mapped.timeMs, startedMs);
      batch.push(mapped);
      if (batch.length >= ROWS_A_BATCH || config.speed !== undefined) batch = await this.#hand(batch, sink);
    }
    await this.#hand(batch, sink);
    this.#finished = true;
  }

  #skipped({ message, lines, record }: CsvError): MappedRow {
    const { config, id } = this.#options;
    const at = { from: id, where: `${config.file} line ${lines}`, payload: JSON.stringify(record ?? null) };
    return { readings: [], refusals: [{ reason: 'row-malformed', message, ...at }], timeMs: undefined };
  }

  /** Waits until the row is due, where a speed is set. */
  async #pace(timeMs: number | undefined, startedMs: number): Promise<void> {
    const { config, clock } = this.#options;
    if (timeMs === undefined) return;
    this.#firstMs ??= timeMs;
    if (config.shiftToNow) this.#shiftMs ??= startedMs - timeMs;
    if (typeof config.speed !== 'number') return;
    const dueMs = startedMs + (timeMs - this.#firstMs) / config.speed;
    if (dueMs > clock.nowMs())
      await delay(dueMs - clock.nowMs(), undefined, { signal: this.#stopped.signal });
  }

  async #hand(batch: readonly MappedRow[], sink: SourceSink): Promise<MappedRow[]> {
    const shiftMs = this.#shiftMs ?? 0;
    const readings = batch.flatMap((row) => row.readings).map((r) => ({ ...r, timeMs: r.timeMs + shiftMs }));
    const refusals = batch.flatMap((row) => row.refusals);
    if (readings.length > 0) await sink.accept(readings);
    if (refusals.length > 0) await sink.refuse(refusals);
    this.#counters.rows += batch.length;
    this.#counters.readings += readings.length;
    this.#counters.refused += refusals.length;
    this.#rate.add(readings.length, this.#options.clock.nowMs());
    return [];
  }

  health(): StationHealth {
    const { config, clock } = this.#options;
    const progress = this.#finished ? 'played to its end' : 'playing';
    return {
      station: `source:${this.id}`,
      state: this.#lastError ? 'down' : 'ok',
      summary: `${config.file}: ${this.#lastError ? 'broke off' : progress}, ${this.#counters.rows} rows`,
      ratePerS: this.#rate.perSecond(clock.nowMs()),
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }
}
