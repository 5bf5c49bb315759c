import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { STANDARD_TABLES } from '../../model/emission-standards.ts';
import { hourMs } from '../../model/window.ts';
import { checkPlant } from '../../plant/load.ts';
import { limitAt, totalsOf } from '../../scenarios/environment/outlet-limits.ts';
import { PermitWatch } from '../../scenarios/runner/permit-watch.ts';
import type { ResultRow, ResultsQuery } from '../../store/time-series-store.ts';
import { plantOf } from '../plant-of.ts';

const file = (environment: string) => `
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { shop: { kind: mqtt } }
environment:
${environment}
areas:
  - id: a
    lines:
      - id: l
        assets:
          - id: stack
            nature: stack-monitor
            source: shop
            base: stack#/
            properties: { limitNoxMgPerM3: 150 }
            tags: { oxygen: , nox: , so2: , dataFlag: }
          - { id: out, nature: wastewater-outlet, source: shop, base: out#/, tags: { flow: , cod: , ph: } }
`;

const registered = `
  outlets:
    - asset: stack
      permit: { number: P1, from: '2026-01-01', until: '2027-01-01' }
      standards: [{ table: 'GB 13271-2014 table 2, gas' }]
      local: [{ pollutant: nox, high: 50, edition: DB 1, from: '2026-07-01' }]
      totals: [{ pollutant: nox, annualT: 2, monthlyT: 0.3 }]
    - { asset: out, standards: [{ table: 'GB 8978-1996 table 4, class I' }] }
`;

const at = (day: string) => new PlantCalendar('Asia/Shanghai').parse(day) ?? 0;

describe('limits', () => {
  const { plant } = plantOf(file(registered));
  const [stack, out] = [plant.assetsById.get('stack'), plant.assetsById.get('out')];

  it('the strictest of standard, local rule and property in force counts, with its edition', () => {
    if (!stack || !out) throw new Error('the plant has both');
    expect(limitAt(stack, 'nox', at('2026-06-30'))).toEqual({
      value: 150,
      unit: 'mg/m3',
      basis: 'plant file',
    });
    expect(limitAt(stack, 'nox', at('2026-07-01'))).toEqual({ value: 50, unit: 'mg/m3', basis: 'DB 1' });
    expect(limitAt(stack, 'so2', at('2026-07-01'))).toMatchObject({
      value: 50,
      basis: 'GB 13271-2014 table 2, gas',
    });
    expect(limitAt(stack, 'so2', at('2014-06-30'))).toBeUndefined();
    expect(limitAt(out, 'ph', at('2026-07-01'), 'low')?.value).toBe(6);
    expect(totalsOf(stack, 'nox')).toEqual({ annualT: 2, monthlyT: 0.3 });
  });

  it('every table names its edition, its date and how it was checked; ids are unique', () => {
    expect(new Set(STANDARD_TABLES.map(({ id }) => id)).size).toBe(STANDARD_TABLES.length);
    for (const { id, from, checked } of STANDARD_TABLES) {
      expect(id).toMatch(/\d{4}|Ultra-low/);
      expect(Number.isNaN(Date.parse(from)), id).toBe(false);
      expect(['implementation', 'secondary', 'memory']).toContain(checked);
    }
  });

  it.each([
    ['an asset that is not there', 'outlets: [{ asset: chimney }]', 'unknown-asset'],
    [
      'a table that is not known',
      "outlets: [{ asset: stack, standards: [{ table: 'GB 99' }] }]",
      'unknown-standard',
    ],
    [
      'a pollutant that the outlet does not measure',
      'outlets: [{ asset: out, totals: [{ pollutant: nox, annualT: 1 }] }]',
      'unknown-quantity',
    ],
    [
      'a period that ends before it begins',
      "outlets: [{ asset: stack, permit: { number: P, from: '2027-01-01', until: '2026-01-01' } }]",
      'period-backward',
    ],
    [
      'a day that is none',
      "instruments: [{ id: i, asset: stack, ranges: { nox: [0, 400] }, duties: [{ kind: calibration, every: 1d, last: '2026-02-31' }] }]",
      'not-a-date',
    ],
    [
      'a range without width',
      'instruments: [{ id: i, asset: stack, ranges: { nox: [400, 0] } }]',
      'range-empty',
    ],
    ['an outlet twice', 'outlets: [{ asset: stack }, { asset: stack }]', 'duplicate-id'],
  ])('%s is told with its line', (_, text, code) => {
    const path = join(mkdtempSync(join(tmpdir(), 'plantscope-register-')), 'plant.yaml');
    writeFileSync(path, file(`  ${text}`));
    const { problems } = checkPlant(path);
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(problems[0]?.line).toBe(6);
  });
});

describe('permits over time', () => {
  const { plant } = plantOf(file(registered));
  const calendar = new PlantCalendar('Asia/Shanghai');

  async function standings(hours: number, kgPerHour: (hour: number) => number | undefined) {
    const startMs = at('2026-11-01');
    const nowMs = startMs + hours * hourMs;
    const rows: ResultRow[] = Array.from({ length: hours }, (_, i) => {
      const massKg = kgPerHour(i);
      return {
        measurement: 'stack_hourly',
        series: { asset: 'stack', pollutant: 'nox' },
        timeMs: startMs + i * hourMs,
        fields: massKg === undefined ? { status: 'invalid', method: 'missing' } : { status: 'valid', massKg },
      };
    });
    const written: ResultRow[] = [];
    const watch = new PermitWatch({
      ...{ plant, calendar, clock: { nowMs: () => nowMs } },
      store: {
        results: async ({ startMs: from, endMs }: ResultsQuery) =>
          rows.filter(({ timeMs }) => timeMs >= from && timeMs < endMs),
        writeResults: async (own) => void written.push(...own),
      },
      onResults: () => undefined,
    });
    await watch.runOnce();
    return written.find(({ series }) => series.period === 'month')?.fields;
  }

  it('warns before the month ends when the trend will exceed its total', async () => {
    // 0.3 t in 720 h is 0.4167 kg an hour.
    expect(await standings(240, () => 0.4)).toMatchObject({ verdict: 'within' });
    const warned = await standings(240, () => 0.5);
    expect(warned).toMatchObject({ verdict: 'early-warning', permitT: 0.3 });
    expect(warned?.projectedT).toBeCloseTo(0.36, 6);
    expect(Number(warned?.exhaustedMs)).toBeCloseTo(at('2026-11-01') + 600 * hourMs, -2);
    expect(await standings(700, () => 0.5)).toMatchObject({ verdict: 'exceeded' });
  });

  it('a gap is filled with the highest valid hour before it, as HJ 75 asks', async () => {
    const fields = await standings(100, (hour) =>
      hour >= 50 && hour < 54 ? undefined : hour === 10 ? 2 : 0.1,
    );
    // 95 hours of 0.1, one of 2, and four filled with 2.
    expect(fields?.emittedT).toBeCloseTo((95 * 0.1 + 2 + 4 * 2) / 1000, 9);
  });
});
