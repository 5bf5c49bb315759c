import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { register as registerExport } from '../../cli/export.ts';
import { register as registerImport } from '../../cli/import.ts';
import type { Reading } from '../../model/reading.ts';
import { dayMs, quarterHourMs } from '../../model/window.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantText } from '../plant-of.ts';
import { printedBy } from '../run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'plantscope-exchange-command-'));
const config = join(folder, 'plant.yaml');
writeFileSync(
  config,
  plantText(
    '  - { id: fan, nature: rotating-machine, source: shop, base: fan#/, tags: { vibrationVelocity: , running: } }',
  ),
);
const startMs = Math.floor(Date.now() / quarterHourMs) * quarterHourMs;
const reading = (timeMs: number, value: number | boolean): Reading => ({
  ...{ tag: typeof value === 'number' ? 'fan.vibrationVelocity' : 'fan.running', value },
  ...{ timeMs, timeNs: 0, status: 0, origin: 'live' },
});
/** One of them of a device whose clock is ahead, as ingest takes it. */
const readings = [
  reading(startMs - dayMs, 1.5),
  reading(startMs - dayMs, true),
  reading(startMs + dayMs / 2, 2),
];

const storeOf = (data: string) =>
  openDuckDbStore({ file: join(folder, data, 'plantscope.duckdb'), timeZone: 'UTC' });
const exported = (data: string, file: string) =>
  printedBy(registerExport, ['export', file, '--config', config, '--data', join(folder, data)]);
const imported = (data: string, file: string) =>
  printedBy(registerImport, ['import', file, '--config', config, '--data', join(folder, data)]);

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

test.each(['csv', 'parquet'])(
  'what export writes as %s import takes back whole, and marks the times of its readings dirty',
  async (ending) => {
    const file = join(folder, `all.${ending}`);
    const [from, to] = [`from-${ending}`, `to-${ending}`];
    const source = await storeOf(from);
    await source.write(readings);
    await source.close();
    await exported(from, file);
    expect(existsSync(`${file}.part`)).toBe(false);
    await imported(to, file);
    const back = await storeOf(to);
    expect((await back.latest()).map(({ tag, value }) => [tag, value]).sort()).toEqual([
      ['fan.running', true],
      ['fan.vibrationVelocity', 2],
    ]);
    await back.close();
    const state = openLocalState(join(folder, to));
    const slots = (await state.dirtyWindows.take(10)).map(({ tag, startMs: slotMs }) => [tag, slotMs]);
    await state.close();
    expect(slots.sort()).toEqual([
      ['fan.running', startMs - dayMs],
      ['fan.vibrationVelocity', startMs - dayMs],
      ['fan.vibrationVelocity', startMs + dayMs / 2],
    ]);
  },
);

test.each(['csv', 'parquet'])(
  'an export that can not be written (%s) says so and leaves nothing',
  async (ending) => {
    const from = `unwritable-${ending}`;
    const source = await storeOf(from);
    await source.write(readings);
    await source.close();
    const missing = join(folder, 'no', 'such');
    await expect(exported(from, join(missing, `all.${ending}`))).rejects.toThrow(
      /no such|No such|cannot open/i,
    );
    expect(existsSync(missing)).toBe(false);
  },
);
