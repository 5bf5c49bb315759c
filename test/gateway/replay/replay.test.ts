import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ReplaySource } from '../../../gateway/replay/replay-source.ts';
import { PlantCalendar } from '../../../model/calendar.ts';
import { systemClock } from '../../../model/clock.ts';
import type { Reading } from '../../../model/reading.ts';
import type { Refusal } from '../../../model/refusal.ts';
import type { ReplaySourceFile } from '../../../plant/source-schema.ts';
import { datasetPath } from '../../datasets.ts';
import { plantOf } from '../../plant-of.ts';

const yaml = (file: string, extra = '') => `
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources:
  old:
    kind: replay
    file: ${file}
    time: { column: date, format: dd/MM/yyyy HH:mm, stamp: end-same-day, interval: 15m }
    ${extra}
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: steel
            nature: generic
            source: old
            tags: { usage: { address: Usage_kWh, unit: kWh } }
          - id: meter
            nature: electricity-meter
            source: old
            tags: { activeEnergyTotal: { address: Register_kWh, unit: kWh } }
`;

async function play(file: string, extra = '') {
  const loaded = plantOf(yaml(file, extra));
  const readings: Reading[] = [];
  const refusals: Refusal[] = [];
  const source = new ReplaySource({
    id: 'old',
    config: loaded.file.sources.old as ReplaySourceFile,
    file,
    tags: loaded.plant.tags,
    calendar: new PlantCalendar('Asia/Shanghai'),
    clock: systemClock,
  });
  await source.start({
    accept: async (batch) => void readings.push(...batch),
    refuse: async (batch) => void refusals.push(...batch),
    newestTimeMs: () => undefined,
  });
  await source.finished();
  return { readings, refusals, health: source.health() };
}

function csv(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plantscope-replay-')), 'old.csv');
  writeFileSync(file, text);
  return file;
}

test('rows become readings at their interval; blanks are no data; a bad row is refused and stops nothing', async () => {
  const file = csv(
    'date,Usage_kWh,Register_kWh\n01/01/2018 00:15,3,3\n01/01/2018 00:30,,4\nnever,1,1\n01/01/2018 00:45,x,5\n01/01/2018 00:00,7,6\n',
  );
  const { readings, refusals, health } = await play(file, 'accumulate: [Register_kWh]');
  const of = (tag: string) =>
    readings
      .filter((r) => r.tag === tag)
      .map((r) => [new Date(r.timeMs + 8 * 3_600_000).toISOString().slice(0, 16), r.value]);
  expect(of('steel.usage')).toEqual([
    ['2018-01-01T00:00', 3],
    ['2018-01-01T23:45', 7],
  ]);
  expect(of('meter.activeEnergyTotal')).toEqual([
    ['2018-01-01T00:00', 0],
    ['2018-01-01T00:15', 3],
    ['2018-01-01T00:30', 7],
    ['2018-01-01T00:45', 12],
    ['2018-01-02T00:00', 18],
  ]);
  expect(refusals.map((r) => [r.reason, r.where.split(' row ')[1]])).toEqual([
    ['time-malformed', '2'],
    ['wrong-type', '3'],
  ]);
  expect(health).toMatchObject({ state: 'ok', counters: { rows: 5, refused: 2 } });
});

test('rows with too few or too many cells and stray quotes are refused alone', async () => {
  const file = csv(
    'date,Usage_kWh,Register_kWh\n01/01/2018 00:15,3,3\n01/01/2018 00:30\n01/01/2018 00:45,4,4,4,4\n01/01/2018 01:00,a"b,1\n01/01/2018 01:15,5,5\n',
  );
  const { readings, refusals, health } = await play(file);
  expect(readings.filter(({ tag }) => tag === 'steel.usage').map(({ value }) => value)).toEqual([3, 5]);
  expect(refusals.map(({ reason, where }) => [reason, where.split(' line ')[1]])).toEqual([
    ['row-malformed', '3'],
    ['row-malformed', '4'],
    ['row-malformed', '5'],
  ]);
  expect(health).toMatchObject({ state: 'ok', counters: { refused: 3 } });
});

test('numbers with a decimal comma, and points between groups of three', async () => {
  const rows = ['1.234,5', '7', '-0,25', '1.5', '1,2,3', '12.3456'];
  const file = csv(
    `date;Usage_kWh;Register_kWh\n${rows.map((cell, n) => `01/01/2018 0${n + 1}:00;${cell};1`).join('\n')}\n`,
  );
  const { readings, refusals } = await play(file, "delimiter: ';'\n    decimal: ','");
  expect(readings.filter(({ tag }) => tag === 'steel.usage').map(({ value }) => value)).toEqual([
    1234.5, 7, -0.25,
  ]);
  expect(refusals.map(({ reason }) => reason)).toEqual(['wrong-type', 'wrong-type', 'wrong-type']);
});

test('a missing file is told on the health page with what to do', async () => {
  const { health } = await play(join(tmpdir(), 'plantscope-no-such-file.csv'));
  expect(health).toMatchObject({ state: 'down', lastError: { remedy: expect.stringContaining('file') } });
});

const steel = datasetPath('steel-energy/steel_2018_jan_sep.csv');
describe.skipIf(!steel)('a real steel plant', () => {
  test('every row of the recording arrives once', async () => {
    const { readings, refusals } = await play(steel as string);
    expect(refusals).toEqual([]);
    const usage = readings.filter((r) => r.tag === 'steel.usage');
    expect(usage).toHaveLength(26_208);
    expect(new Set(usage.map((r) => r.timeMs)).size).toBe(26_208);
  });
});
