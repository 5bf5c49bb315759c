import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { power, reading } from './plant-tags.ts';

const folder = mkdtempSync(join(tmpdir(), 'plantscope-retention-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('readings go first, then minutes, then hours; figures stay until their resolution is gone', async () => {
  const startMs = Date.UTC(2024, 0, 15);
  let nowMs = startMs + 2 * dayMs;
  const retention = { rawDays: 3, minuteDays: 10, hourDays: 20 };
  const clock = { nowMs: () => nowMs };
  const store = await openDuckDbStore({
    file: join(folder, 'plant.duckdb'),
    timeZone: 'UTC',
    retention,
    clock,
  });
  const values = Array.from({ length: 2 * 1440 }, (_, half) =>
    reading(power, startMs + half * 30_000, half % 100),
  );
  await store.write(values);
  const span = { tags: [power], startMs, endMs: startMs + dayMs };
  const means = async (every: number) =>
    (await store.aggregates({ ...span, aggregate: 'mean', every }))[0]?.points.map(({ value }) => value) ??
    [];
  const maintained = async (days: number) => {
    nowMs = startMs + days * dayMs;
    while ((await store.maintain()).more);
  };

  const [byMinute, byHour] = [await means(minuteMs), await means(hourMs)];
  await maintained(2);
  expect((await store.readings(span))[0]?.points).toHaveLength(2880);
  await maintained(5);
  expect((await store.readings(span))[0]?.points).toEqual([]);
  expect(await means(minuteMs)).toEqual(byMinute);
  expect(await means(hourMs)).toEqual(byHour);
  const [late] = await store.write([reading(power, startMs, 1)]);
  expect(late?.reason).toContain('older');
  await maintained(12);
  expect(await means(minuteMs)).toEqual(byHour);
  await maintained(30);
  expect(await means(hourMs)).toEqual([]);
  await store.close();
});

test('derived figures have a retention of their own', async () => {
  const startMs = Date.UTC(2024, 0, 15);
  let nowMs = startMs + 100 * dayMs;
  const clock = { nowMs: () => nowMs };
  const retention = { rawDays: 3, derivedDays: 200 };
  const file = join(folder, 'derived.duckdb');
  mkdirSync(folder, { recursive: true });
  const store = await openDuckDbStore({ file, timeZone: 'UTC', retention, clock });
  const row = (timeMs: number) => ({
    ...{ measurement: 'energy_interval', series: { meter: 'main' }, timeMs },
    fields: { kWh: 1 },
  });
  await store.writeResults([row(startMs), row(startMs + 50 * dayMs)]);
  const all = { measurement: 'energy_interval', startMs: 0, endMs: startMs + 400 * dayMs };
  await store.maintain();
  expect(await store.results(all)).toHaveLength(2);
  nowMs = startMs + 201 * dayMs;
  await store.maintain();
  expect(await store.results(all)).toEqual([row(startMs + 50 * dayMs)]);
  await store.close();
});
