import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, expect, test, vi } from 'vitest';
import { AccessTokens } from '../../api/auth/tokens.ts';
import { register } from '../../cli/commission.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import type { AggregatesQuery } from '../../store/time-series-store.ts';
import { nowMs, testApp } from '../api/app-fixture.ts';
import { plantOf } from '../plant-of.ts';

const quantities = ['activeEnergyTotal', 'activePower', 'activePowerL1', 'activePowerL2', 'activePowerL3'];
const meter = (id: string, parent = ''): string =>
  `{ id: ${id}, nature: electricity-meter, source: shop, base: ${id}#/,${parent} tags: { ${quantities.map((q) => `${q}: `).join(', ')} } }`;
const yaml = `
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { shop: { kind: mqtt } }
areas:
  - id: a
    lines:
      - id: l
        assets:
          - ${meter('main')}
          - ${meter('good', ' parent: main,')}
          - ${meter('reversed', ' parent: main,')}
          - ${meter('tenfold')}
`;

/** kW of a meter by time, varying over the day. */
const powerAt = (timeMs: number): number => 30 + 10 * Math.sin(timeMs / hourMs);

/** The register: the integral of the power since the day before the question, kWh. */
function registerAt(timeMs: number): number {
  const antiderivative = (t: number): number => (30 * t) / hourMs - 10 * Math.cos(t / hourMs);
  return antiderivative(timeMs) - antiderivative(nowMs - 2 * dayMs);
}

function valueAt(tag: string, timeMs: number): number {
  const [asset = '', quantity] = tag.split('.');
  const size = asset === 'main' ? 2 : 1;
  if (quantity === 'activeEnergyTotal') return registerAt(timeMs) * size * (asset === 'tenfold' ? 10 : 1);
  if (quantity === 'activePower') return powerAt(timeMs) * size;
  return ((powerAt(timeMs) * size) / 3) * (asset === 'reversed' && quantity === 'activePowerL2' ? -1 : 1);
}

const asked: AggregatesQuery[] = [];
async function aggregates(query: AggregatesQuery) {
  asked.push(query);
  const firstMs = Math.ceil(query.startMs / minuteMs) * minuteMs;
  const times = Array.from({ length: 1440 }, (_, i) => firstMs + i * minuteMs);
  return query.tags.map((tag) => ({
    tag,
    points: times.map((timeMs) => ({ timeMs, value: valueAt(tag, timeMs), count: 1 })),
  }));
}

const folder = mkdtempSync(join(tmpdir(), 'plantscope-commission-'));
const config = join(folder, 'plant.yaml');
beforeAll(() => {
  writeFileSync(config, yaml);
  mkdirSync(join(folder, 'state'));
});

async function listening(): Promise<string> {
  const { backend } = await testApp();
  const store = Object.assign(Object.create(backend.store) as typeof backend.store, { aggregates });
  const { app } = await testApp({ plant: plantOf(yaml).plant, store, tokens: new AccessTokens(folder) });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function commission(...args: string[]): Promise<string> {
  let out = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  try {
    const program = new Command().exitOverride();
    register(program);
    await program.parseAsync(['commission', '--config', config, ...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return out;
}

test('names the meter with a reversed transformer and the one with a wrong multiplier, and no other', async () => {
  const { meters } = JSON.parse(await commission('--data', folder, '--url', await listening()));
  const found = meters.map((verdict: { meter: string; findings: object[]; isAccepted: boolean }) => [
    verdict.meter,
    verdict.isAccepted,
    verdict.findings.map((finding) => ({ ...finding, evidence: undefined })),
  ]);
  expect(found).toEqual([
    ['main', true, []],
    ['good', true, []],
    ['reversed', false, [{ meter: 'reversed', fault: 'reversed-ct', place: 'L2', factor: -1 }]],
    ['tenfold', false, [{ meter: 'tenfold', fault: 'wrong-multiplier', factor: 0.1 }]],
  ]);
});

test("asks for the last day by the platform's clock", async () => {
  asked.length = 0;
  await commission('--data', folder, '--url', await listening());
  expect(asked).toHaveLength(8);
  for (const { startMs, endMs } of asked) expect([startMs, endMs]).toEqual([nowMs - dayMs, nowMs]);
});

test('says so where no platform answers, and where the token is not one of its', async () => {
  const url = await listening();
  await expect(commission('--url', url, '--token', 'not-a-token')).rejects.toMatchObject({
    code: expect.stringMatching(/unauth|token/),
  });
  await expect(commission('--url', 'http://127.0.0.1:9', '--token', 'any')).rejects.toMatchObject({
    code: 'platform-unreachable',
  });
  await expect(commission('--data', join(folder, 'none'), '--url', url)).rejects.toMatchObject({
    code: 'data-folder-missing',
  });
});
