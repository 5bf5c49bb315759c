import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import type { Reading } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { hourMs } from '../../model/window.ts';
import { copyStore, readingPages } from '../../store/copy.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { readCsv, writeCsv } from '../../store/exchange/csv-file.ts';
import { readParquet, writeParquet } from '../../store/exchange/parquet-file.ts';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { startInfluxd } from '../peers/influxd.ts';
import { dropDatabases } from './influx-cleanup.ts';
import { contractTags, energy, message, power, reading, running } from './plant-tags.ts';

const folder = mkdtempSync(join(tmpdir(), 'plantscope-copy-'));
const peer = await startInfluxd();
const open: TimeSeriesStore[] = [];
afterEach(() => Promise.all(open.splice(0).map((store) => store.close())));
afterAll(async () => {
  await peer?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const startMs = Date.UTC(2024, 0, 15, 6);
const window = { startMs: 0, endMs: startMs + 1000 * hourMs };
const readings: readonly Reading[] = Array.from(
  { length: 150 },
  (_, hour) => startMs + hour * hourMs,
).flatMap((timeMs, hour) => [
  reading(power, timeMs, hour / 7, { timeNs: hour % 3 }),
  reading(energy, timeMs, hour % 10 ? hour : null, {
    status: hour % 10 ? 0 : statusCodes.badNoCommunication,
  }),
  reading(running, timeMs, hour % 2 === 0, { origin: 'history' }),
  reading(message, timeMs, hour % 5 ? `a "text", ${hour}\nof two lines` : '', { origin: 'manual' }),
]);
const result = {
  measurement: 'energy_interval',
  series: { meter: 'main' },
  timeMs: startMs,
  fields: { kWh: 1.5, complete: true, method: 'register' },
};

async function duckDb(name: string): Promise<TimeSeriesStore> {
  const store = await openDuckDbStore({ file: join(folder, `${name}.duckdb`), timeZone: 'UTC' });
  open.push(store);
  return store;
}

async function allOf(pages: AsyncIterable<readonly Reading[]>): Promise<readonly Reading[]> {
  const found: Reading[] = [];
  for await (const page of pages) found.push(...page);
  const key = ({ tag, timeMs, timeNs }: Reading) => `${tag} ${timeMs} ${timeNs}`;
  return found.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const expected = await allOf(
  (async function* () {
    yield readings;
  })(),
);

test('CSV and Parquet give back every reading as it was', async () => {
  const store = await duckDb('exchange');
  await store.write(readings);
  const kinds = new Map(contractTags.map(({ id, definition }) => [id, definition.kind]));
  const [csv, parquet] = [join(folder, 'readings.csv'), join(folder, 'readings.parquet')];
  expect(await writeCsv(csv, readingPages(store, window))).toBe(readings.length);
  expect(await writeParquet(parquet, readingPages(store, window))).toBe(readings.length);
  expect(await allOf(readCsv(csv, (tag) => kinds.get(tag), 100))).toEqual(expected);
  expect(await allOf(readParquet(parquet))).toEqual(expected);
});

test.skipIf(peer === undefined)(
  'DuckDB to InfluxDB and back keeps every reading and figure, and says so',
  async () => {
    if (peer === undefined) return;
    await initInflux(peer, {});
    const [source, back] = [await duckDb('source'), await duckDb('back')];
    const influx = await openInfluxStore({ ...peer, tags: contractTags, timeZone: 'UTC' });
    open.push(influx);
    await source.write(readings);
    await source.writeResults([result]);
    const progress: number[] = [];
    const options = { window, onProgress: (copied: number, total: number) => progress.push(copied / total) };
    const complete = { readings: readings.length, results: 1, refused: [], differing: [] };
    expect(await copyStore(source, influx, options)).toEqual(complete);
    expect(progress.at(-1)).toBe(1);
    expect(await copyStore(influx, back, options)).toEqual(complete);
    expect(await allOf(readingPages(back, window))).toEqual(expected);
    expect(await back.results({ measurement: 'energy_interval', ...window })).toEqual([result]);
    await dropDatabases(peer);
  },
);

test('forecasts, which lie ahead of the present, are copied too, and figures that the target lost are told', async () => {
  const [source, target] = [await duckDb('forecast'), await duckDb('forecast-copy')];
  await source.write(readings);
  const forecast = { ...result, timeMs: window.endMs + 100 * hourMs };
  await source.writeResults([result, forecast]);
  const options = { window, onProgress: () => undefined };
  expect(await copyStore(source, target, options)).toMatchObject({ results: 2, differing: [] });
  expect(
    await target.results({ measurement: result.measurement, startMs: 0, endMs: forecast.timeMs + 1 }),
  ).toEqual([result, forecast]);
  const losing = await duckDb('forecast-lost');
  losing.writeResults = async () => undefined;
  expect(await copyStore(source, losing, options)).toMatchObject({
    differing: [{ tag: 'energy_interval', source: 2, target: 0 }],
  });
});

test('a tag with more readings than a page is copied whole', async () => {
  const [source, target] = [await duckDb('long'), await duckDb('long-copy')];
  const many = Array.from({ length: 120_000 }, (_, step) => reading(power, startMs + step, step));
  await source.write(many);
  const report = await copyStore(source, target, { window, onProgress: () => undefined });
  expect(report).toMatchObject({ readings: 120_000, refused: [], differing: [] });
});

test('a reading that is missing is told, also where the target has others of the tag', async () => {
  const [source, target] = [await duckDb('checked'), await duckDb('checked-copy')];
  const hours = [0, 1, 2, 3].map((hour) => reading(power, startMs + hour * hourMs, hour));
  await source.write(hours);
  await target.write([5, 6, 7].map((hour) => reading(power, startMs + hour * hourMs, hour)));
  const options = { window, onProgress: () => undefined };
  expect(await copyStore(source, target, options)).toMatchObject({ differing: [] });
  const losing = await duckDb('checked-lost');
  await losing.write([5, 6, 7].map((hour) => reading(power, startMs + hour * hourMs, hour)));
  const write = losing.write.bind(losing);
  losing.write = (readings) => write(readings.filter(({ timeMs }) => timeMs !== startMs + hourMs));
  expect(await copyStore(source, losing, options)).toMatchObject({
    differing: [{ tag: power, source: 4, target: 3 }],
  });
});

test('years without readings are not gone through day by day', async () => {
  const store = await duckDb('gap');
  await store.write([reading(power, startMs, 1), reading(power, startMs + 200_000 * hourMs, 2)]);
  const tagCounts = vi.spyOn(store, 'tagCounts');
  const pages = await allOf(readingPages(store, { startMs: 0, endMs: startMs + 900_000 * hourMs }));
  expect(pages.map(({ value }) => value)).toEqual([1, 2]);
  expect(tagCounts.mock.calls.length).toBeLessThan(10);
});

test.each([' ', '0x10', '1e999', 'Infinity', '12,5'])('a CSV value "%s" is no number', async (text) => {
  const file = join(folder, 'wrong.csv');
  writeFileSync(file, `tag,time,value,status,origin\n${power},2024-01-15T06:00:00Z,"${text}",0,live\n`);
  await expect(allOf(readCsv(file, () => 'number', 10))).rejects.toMatchObject({ code: 'csv-malformed' });
});
