import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readCsv } from '../../cli/io.ts';
import { datasetPath } from '../datasets.ts';
import { freePort, newDataFolder, startTestPlatform, type TestPlatform } from './test-platform.ts';

const steel = datasetPath('steel-energy/steel_2018_jan_sep.csv');

interface Answer {
  readonly series: readonly { readonly points: readonly (readonly [string, number])[] }[];
}

describe.skipIf(!steel)('a recorded year of a real steel plant, replayed through the whole platform', () => {
  const folder = newDataFolder();
  let platform: TestPlatform;

  beforeAll(async () => {
    copyFileSync(steel as string, join(folder.root, 'steel.csv'));
    platform = await startTestPlatform(
      `
version: 1
site: { id: steel, name: Steel plant, timeZone: Asia/Seoul }
broker: { kind: embedded, port: ${await freePort()} }
sources:
  recording:
    kind: replay
    file: steel.csv
    time: { column: date, format: dd/MM/yyyy HH:mm, stamp: end-same-day, interval: 15m }
areas:
  - id: works
    lines:
      - id: supply
        assets:
          - { id: steel, nature: generic, source: recording, tags: { usage: { address: Usage_kWh, unit: kWh } } }
`,
      folder,
    );
  }, 60_000);
  afterAll(() => platform?.stop());

  const range = 'from=2018-01-01&to=2018-10-01';

  test("every row of the file arrives once, and the monthly sums are the file's", async () => {
    const rows = readCsv(steel as string).rows;
    const count = await vi.waitFor(
      async () => {
        const { series } = await platform.get<Answer>(
          `/api/v1/readings?tags=steel.usage&${range}&every=1mo&aggregate=count`,
        );
        const points = series[0]?.points ?? [];
        const stored = points.reduce((sum, [, value]) => sum + value, 0);
        expect(stored).toBe(rows.length);
        return points.length;
      },
      { timeout: 60_000, interval: 250 },
    );
    expect(count).toBe(9);
    const { series } = await platform.get<Answer>(
      `/api/v1/readings?tags=steel.usage&${range}&every=1mo&aggregate=sum`,
    );
    const sums = new Map<string, number>();
    for (const row of rows) {
      const [, month = ''] = /^\d+\/(\d+)\//.exec(row.date ?? '') ?? [];
      sums.set(month, (sums.get(month) ?? 0) + Number(row.Usage_kWh));
    }
    const [inFile, inApi] = [[...sums.values()], (series[0]?.points ?? []).map(([, value]) => value)];
    expect(inApi).toHaveLength(inFile.length);
    for (const [i, sum] of inFile.entries()) expect(inApi[i]).toBeCloseTo(sum, 6);
  });
});
