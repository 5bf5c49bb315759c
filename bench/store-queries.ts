/**
 * Queries on 30 days of one-minute data of 200 tags, on both stores: a 24 h trend of 10 tags, and a daily aggregate of
 * all over 30 days: as a person would ask the database itself ("asked directly": InfluxQL over HTTP, SQL on the file),
 * from the readings through the port ("before housekeeping"), and as the store answers once its housekeeping ran.
 * `node bench/store-queries.js [days] [duckdb|influxdb]`; InfluxDB as the tests find it (see test/peers/influxd.ts).
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Tag } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import { dayMs, hourMs, minuteMs } from '../model/window.ts';
import { openDuckDbStore } from '../store/duckdb-store.ts';
import type { InfluxAddress } from '../store/influx/connection.ts';
import { initInflux } from '../store/influx/setup.ts';
import { openInfluxStore } from '../store/influx-store.ts';
import type { Aggregate, AggregatesQuery, TimeSeriesStore } from '../store/time-series-store.ts';
import { startInfluxd } from '../test/peers/influxd.ts';
import { tagOf } from '../test/store/plant-tags.ts';

const days = Number(process.argv[2] ?? 30);
const only = process.argv[3];
const runs = 60;
const endMs = Date.UTC(2026, 5, 30, 16);
const startMs = endMs - days * dayMs;
const clock = { nowMs: () => endMs + 2 * hourMs };
const timeZone = 'Asia/Shanghai';
const tags: readonly Tag[] = Array.from({ length: 200 }, (_, n) =>
  tagOf(`m-${n % 50}`, `quantity${Math.floor(n / 50)}`, n % 2 ? 'electricity-meter' : 'rotating-machine'),
);
const ids = tags.map(({ id }) => id);

/** Minutes `from` to `from + 50`, of all tags. */
function batch(from: number): Reading[] {
  return Array.from({ length: 50 }, (_, minute) => from + minute).flatMap((minute) =>
    ids.map((tag, n) => ({
      tag,
      timeMs: startMs + minute * minuteMs,
      timeNs: 0,
      value: Math.round(1000 * (n + Math.sin(minute / 97 + n) * 10)) / 1000,
      status: 0,
      origin: 'live' as const,
    })),
  );
}

async function fill(store: TimeSeriesStore): Promise<number> {
  const started = performance.now();
  for (let minute = 0; minute < days * 1440; minute += 150) {
    await Promise.all([0, 50, 100].map((offset) => store.write(batch(minute + offset))));
  }
  return (performance.now() - started) / 1000;
}

interface Timing {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Processor time of this process a query: what a busy machine does not distort. */
  readonly cpuMs: number;
}

async function timed(query: () => Promise<unknown>, count = runs): Promise<Timing> {
  await query();
  const cpuBefore = process.cpuUsage();
  const times: number[] = [];
  for (let run = 0; run < count; run++) {
    const before = performance.now();
    await query();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(cpuBefore);
  const quantile = (q: number) => Math.round(times[Math.ceil(count * q) - 1] ?? Number.NaN);
  return { p50Ms: quantile(0.5), p95Ms: quantile(0.95), cpuMs: Math.round((user + system) / 1000 / count) };
}

function daily(store: TimeSeriesStore, aggregate: Aggregate) {
  return () => store.aggregates({ tags: ids, startMs, endMs, aggregate, every: 'day' });
}

/** Another stretch and other tags each time, so that no cache answers. */
function stretch(run: number): { readonly chosen: readonly Tag[]; readonly fromMs: number } {
  const fromMs = startMs + (run % Math.max(1, days - 1)) * dayMs + (run % 7) * 10 * minuteMs;
  return {
    fromMs,
    chosen: Array.from({ length: 10 }, (_, n) => tags[(run * 10 + n * 3) % tags.length] as Tag),
  };
}

function trend(every: AggregatesQuery['every'], aggregate: Aggregate, store: TimeSeriesStore) {
  let run = 0;
  return () => {
    const { chosen, fromMs } = stretch(run++);
    const asked = chosen.map(({ id }) => id);
    return store.aggregates({ tags: asked, startMs: fromMs, endMs: fromMs + dayMs, aggregate, every });
  };
}

function readings(store: TimeSeriesStore) {
  let run = 0;
  return () => {
    const from = startMs + (run++ % Math.max(1, days - 1)) * dayMs;
    return store.readings({ tags: ids.slice(0, 10), startMs: from, endMs: from + dayMs });
  };
}

/** The queries of `measure` in the database's own language. */
interface DirectQueries {
  trend(chosen: readonly Tag[], fromMs: number): Promise<unknown>;
  daily(): Promise<unknown>;
}

async function measureDirect(direct: DirectQueries, name: string): Promise<void> {
  let run = 0;
  const next = () => {
    const { chosen, fromMs } = stretch(run++);
    return direct.trend(chosen, fromMs);
  };
  const result = {
    store: `${name}, asked directly`,
    trend24hMean: await timed(next),
    dailyMeanAll: await timed(() => direct.daily(), 20),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function directInfluxQl(address: InfluxAddress): DirectQueries {
  const ask = async (statements: readonly string[]) => {
    const body = new URLSearchParams({ db: address.database, q: statements.join(';'), epoch: 'ms' });
    const headers = address.token === undefined ? {} : { authorization: `Token ${address.token}` };
    const answer = await fetch(`${address.url}/query`, { method: 'POST', body, headers });
    const text = await answer.text();
    if (!answer.ok || text.includes('"error"')) throw new Error(text);
    return JSON.parse(text);
  };
  const natures = [...new Set(tags.map(({ nature }) => nature))];
  const window = (from: number, to: number) => `time >= ${from}ms AND time < ${to}ms`;
  return {
    trend: (chosen, fromMs) =>
      ask(
        natures.map((nature) => {
          const either = chosen
            .filter((tag) => tag.nature === nature)
            .map(({ asset, quantity }) => `("asset" = '${asset}' AND "quantity" = '${quantity}')`);
          return `SELECT mean("value") FROM "${nature}" WHERE (${either.join(' OR ')}) AND ${window(fromMs, fromMs + dayMs)}
                  GROUP BY time(5m), "asset", "quantity" fill(none)`;
        }),
      ),
    daily: () =>
      ask(
        natures.map(
          (nature) => `SELECT mean("value") FROM "${nature}" WHERE ${window(startMs, endMs)}
                       GROUP BY time(1d), "asset", "quantity" fill(none) tz('${timeZone}')`,
        ),
      ),
  };
}

function directSql(connection: DuckDBConnection): DirectQueries {
  const tablesOf = (from: number, to: number) => {
    const names: string[] = [];
    for (let day = Math.floor(from / dayMs) * dayMs; day < to; day += dayMs)
      names.push(`SELECT * FROM day_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`);
    return `(${names.join(' UNION ALL ')})`;
  };
  const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  return {
    trend: (chosen, fromMs) =>
      ask(`SELECT tag, time_bucket(INTERVAL 5 MINUTE, make_timestamp_ns(time)) AS start, avg(number)
           FROM ${tablesOf(fromMs, fromMs + dayMs)} JOIN series ON series.id = series
           WHERE tag IN (${chosen.map(({ id }) => `'${id}'`).join(', ')})
             AND time >= ${fromMs}000000 AND time < ${fromMs + dayMs}000000 GROUP BY ALL`),
    daily: () =>
      ask(`SELECT series, (time + 8 * 3600000000000) // 86400000000000 AS day, avg(number)
           FROM ${tablesOf(startMs, endMs)} GROUP BY ALL`),
  };
}

/** From the readings the increase takes InfluxDB minutes: every reading travels. It is measured from the rollups only. */
async function measure(store: TimeSeriesStore, name: string, withIncrease = true): Promise<void> {
  const result = {
    store: name,
    trend24hMean: await timed(trend(5 * minuteMs, 'mean', store)),
    trend24hMinMax: await timed(trend(5 * minuteMs, 'minmax', store)),
    trend24hReadings: await timed(readings(store)),
    dailyMeanAll: await timed(daily(store, 'mean'), 20),
    ...(withIncrease && { dailyIncreaseAll: await timed(daily(store, 'increase'), 5) }),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

async function bench(store: TimeSeriesStore, name: string): Promise<void> {
  const seconds = await fill(store);
  process.stderr.write(`${name}: ${days * 1440 * ids.length} readings in ${seconds.toFixed(1)} s\n`);
  await measure(store, `${name}, before housekeeping`, name !== 'InfluxDB');
  const started = performance.now();
  while ((await store.maintain()).more) process.stderr.write('.');
  process.stderr.write(` housekeeping ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  await measure(store, name);
  await store.close();
}

if (only !== 'influxdb') {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-bench-'));
  const file = join(folder, 'plant.duckdb');
  await bench(await openDuckDbStore({ file, timeZone, clock }), 'DuckDB');
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  await measureDirect(directSql(await instance.connect()), 'DuckDB');
  instance.closeSync();
  rmSync(folder, { recursive: true, force: true });
}
const peer = only === 'duckdb' ? undefined : await startInfluxd();
if (peer) {
  await initInflux(peer, {});
  await bench(await openInfluxStore({ ...peer, tags, timeZone, clock }), 'InfluxDB');
  await measureDirect(directInfluxQl(peer), 'InfluxDB');
  await peer.stop();
}
