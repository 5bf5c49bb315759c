import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { register } from '../../cli/history.ts';
import type { DataFolder } from '../../cli/platform/data-folder.ts';
import { embeddedBroker, plantText } from '../plant-of.ts';
import { printedBy } from '../run-command.ts';
import { freePort, newDataFolder, startTestPlatform, type TestPlatform } from './test-platform.ts';

vi.setConfig({ testTimeout: 120_000 });
const WAIT = { timeout: 60_000, interval: 100 };
const START_MS = Date.UTC(2024, 2, 1);
const QUARTER_MS = 900_000;
const DAYS = 3;
const ROWS = DAYS * 96;

let told: string;
beforeEach(() => {
  told = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += text;
    return true;
  });
});
const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const one of open.splice(0).reverse()) await one.stop();
});

const plantFile = (port: number): string =>
  plantText(
    '  - { id: m1, nature: electricity-meter, source: shop, base: m1#/, tags: { activeEnergyTotal: , activePower: } }',
    { sections: embeddedBroker(port) },
  );

/** A month of quarter hours: 2.5 kWh in each, so the register and the sum are known. */
function recording(folder: DataFolder, spoiltRow = false): string {
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const time = new Date(START_MS + i * QUARTER_MS).toISOString();
    return `${time},${spoiltRow && i === 5 ? 'broken' : '0.01'},2.5`;
  });
  const file = join(folder.root, 'old.csv');
  writeFileSync(file, ['Zeit,P_MW,E_kWh', ...rows].join('\n'));
  return file;
}

interface Report {
  readonly rows: number;
  readonly readings: number;
  readonly stored: number;
  readonly refused: number;
}

async function importHistory(folder: DataFolder, file: string): Promise<Report> {
  const where = ['--config', join(folder.root, 'plant.yaml'), '--data', folder.root];
  const map = ['--map', 'P_MW=m1.activePower:MW', 'E_kWh=m1.activeEnergyTotal'];
  const form = ['--time', 'Zeit', '--interval', '15m', '--accumulate', 'E_kWh'];
  return JSON.parse(
    await printedBy(register, ['history', 'import', file, ...map, ...form, ...where]),
  ) as Report;
}

async function aggregate(platform: TestPlatform, tag: string, how: string): Promise<number> {
  interface Answer {
    readonly series: readonly { readonly points: readonly (readonly [string, number])[] }[];
  }
  const query = `tags=${tag}&from=2024-01-01&to=2025-01-01&every=1mo&aggregate=${how}`;
  const { series } = await platform.get<Answer>(`/api/v1/readings?${query}`);
  return (series[0]?.points ?? []).reduce((sum, [, value]) => sum + value, 0);
}

/** Energy of the recording's first day, as the runner computed it from the register. */
async function energyKwhOf(platform: TestPlatform): Promise<number> {
  const span = 'from=2024-03-01T00:00:00Z&to=2024-03-02T00:00:00Z&limit=1000';
  const { rows } = await platform.get<{ rows: readonly { fields: { value: number } }[] }>(
    `/api/v1/results/energy_interval?${span}`,
  );
  return rows.reduce((sum, { fields }) => sum + fields.value, 0);
}

async function start(folder: DataFolder): Promise<TestPlatform> {
  const platform = await startTestPlatform(plantFile(await freePort()), folder);
  open.push(platform);
  return platform;
}

test('at rest and twice: each row is stored once, in the unit of the tag, and the figures follow at the start', async () => {
  const folder = newDataFolder();
  writeFileSync(join(folder.root, 'plant.yaml'), plantFile(await freePort()));
  const file = recording(folder, true);
  // The power of every row but the spoilt one, and the register with its opening value.
  const readings = ROWS - 1 + ROWS + 1;
  expect(await importHistory(folder, file)).toEqual({ rows: ROWS, readings, stored: readings, refused: 1 });
  expect(told).toContain('quarantine');
  expect(await importHistory(folder, file)).toMatchObject({ rows: ROWS, refused: 1 });
  const platform = await start(folder);
  expect(await aggregate(platform, 'm1.activePower', 'count')).toBe(ROWS - 1);
  expect(await aggregate(platform, 'm1.activePower', 'max')).toBe(10);
  expect(await aggregate(platform, 'm1.activeEnergyTotal', 'count')).toBe(ROWS + 1);
  await vi.waitFor(async () => expect(await energyKwhOf(platform)).toBeCloseTo(96 * 2.5, 6), WAIT);
});

test('beside a running platform it goes through the broker; twice is once, and the platform computes', async () => {
  const folder = newDataFolder();
  const platform = await start(folder);
  const file = recording(folder, true);
  const readings = 2 * ROWS;
  expect(await importHistory(folder, file)).toEqual({ rows: ROWS, readings, stored: readings, refused: 1 });
  expect(told).toContain('go through its broker');
  expect(told).toContain('old.csv row 5: m1.activePower: expected a number, found "broken"');
  expect(await aggregate(platform, 'm1.activePower', 'count')).toBe(ROWS - 1);
  expect(await aggregate(platform, 'm1.activeEnergyTotal', 'count')).toBe(ROWS + 1);
  await importHistory(folder, file);
  expect(await aggregate(platform, 'm1.activePower', 'count')).toBe(ROWS - 1);
  expect(await aggregate(platform, 'm1.activeEnergyTotal', 'count')).toBe(ROWS + 1);
  await vi.waitFor(async () => expect(await energyKwhOf(platform)).toBeCloseTo(96 * 2.5, 6), WAIT);
});
