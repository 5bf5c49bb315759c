import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { register as registerExport } from '../../cli/export.ts';
import { openReadable } from '../../cli/store-options.ts';
import type { Reading } from '../../model/reading.ts';
import { loadPlant } from '../../plant/load.ts';
import { copyStore } from '../../store/copy.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { freePort, startTestPlatform, type TestPlatform } from '../e2e/test-platform.ts';

const startMs = Date.now() - 3_600_000;
const readings: Reading[] = Array.from({ length: 500 }, (_, n) => ({
  ...{ tag: 'fan.vibrationVelocity', timeMs: startMs + n * 1000, timeNs: n % 2 ? 100 : 0 },
  ...{ value: n / 8, status: n % 50 === 0 ? 0x40000000 : 0, origin: 'live' as const },
}));

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform(`
version: 1
site: { id: beside, name: Beside, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${await freePort()} }
sources:
  shop: { kind: mqtt, time: { pointer: /ts } }
areas:
  - id: hall
    lines:
      - id: line
        assets:
          - { id: fan, name: Fan, nature: rotating-machine, source: shop, base: fan#/, tags: { vibrationVelocity: } }
`);
  await platform.store.write(readings);
  await platform.store.writeResults([
    { measurement: 'test_figures', series: { asset: 'fan' }, timeMs: startMs, fields: { value: 1.5 } },
  ]);
}, 60_000);
afterAll(() => platform?.stop());

const options = () => ({
  ...{ config: join(platform.folder.root, 'plant.yaml'), data: platform.folder.root, url: platform.url },
});
const newFile = (name: string): string => join(mkdtempSync(join(tmpdir(), 'plantscope-beside-')), name);

test('the platform is found by its data folder, on whatever port it listens', async () => {
  const { config, data } = options();
  const source = await openReadable({ config, data }, loadPlant(config));
  expect(await source.resultMeasurements()).toContain('test_figures');
  await source.close();
});

test('beside a running platform its store is copied whole through it: every reading and figure', async () => {
  const source = await openReadable(options(), loadPlant(options().config));
  const target = await openDuckDbStore({ file: newFile('copy.duckdb'), timeZone: 'Asia/Shanghai' });
  const window = { startMs: 0, endMs: Date.now() };
  const report = await copyStore(source, target, { window, onProgress: () => undefined });
  expect(report).toMatchObject({ readings: 500, refused: [], differing: [] });
  const [series] = await target.readings({ tags: ['fan.vibrationVelocity'], ...window });
  expect(series?.points).toEqual(readings.map(({ tag: _tag, ...point }) => point));
  expect(await target.results({ measurement: 'test_figures', ...window })).toHaveLength(1);
  await target.close();
});

test('plantscope export works beside it', async () => {
  const program = new Command().exitOverride();
  registerExport(program);
  const file = newFile('readings.csv');
  const { config, data, url } = options();
  await program.parseAsync(['export', file, '--config', config, '--data', data, '--url', url], {
    from: 'user',
  });
  expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(501);
});

test('where no platform answers at the address, the message says what to do', async () => {
  const elsewhere = { ...options(), url: `http://127.0.0.1:${await freePort()}` };
  await expect(openReadable(elsewhere, loadPlant(elsewhere.config))).rejects.toMatchObject({
    code: 'store-in-use',
    hint: expect.stringContaining('--url'),
  });
});

test('without a token nobody reads the store as it is', async () => {
  const response = await fetch(`${platform.url}/api/v1/store/read`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ read: 'description' }),
  });
  expect(response.status).toBe(401);
});
