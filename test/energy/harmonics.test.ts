import { expect, test } from 'vitest';
import { minuteMs } from '../../model/window.ts';
import { judgeQuality } from '../../scenarios/energy/power-quality.ts';
import { qualityRows, supplyQuality } from '../../scenarios/runner/energy/supply-quality.ts';
import type { AggregateSeries } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';

test.each([
  ['oddHarmonic', 0.4, 4],
  ['evenHarmonic', 0.38, 2],
  ['oddHarmonic', 10, 3.2],
  ['evenHarmonic', 6, 1.6],
  ['oddHarmonic', 35, 2.4],
  ['evenHarmonic', 110, 0.8],
] as const)('%s at %d kV: %d %% (GB/T 14549-1993)', (quantity, kv, most) => {
  expect(judgeQuality(quantity, most, kv)).toMatchObject({
    isWithin: true,
    limit: { edition: 'GB/T 14549-1993' },
  });
  expect(judgeQuality(quantity, most + 0.01, kv)?.isWithin).toBe(false);
});

const { plant } = plantOfAssets(`
  - { id: m, nature: electricity-meter, source: shop, base: m#/, properties: { nominalVoltageV: 400 }, tags: { activeEnergyTotal: , voltageH4: , voltageH5: } }
`);

/** Of 100 minutes, `over` lie above 4 %. */
const minutes = (tag: string, over: number): AggregateSeries => ({
  tag,
  points: Array.from({ length: 100 }, (_, i) => ({
    timeMs: i * minuteMs,
    value: i < over ? 5 : 1,
    count: 1,
  })),
});

test.each([
  [5, 1, true],
  [6, 5, false],
])('with %d of 100 minutes above, the 95 %% value is %d', async (over, p95, isWithin) => {
  const [asset] = plant.assets;
  if (!asset) throw new Error('no meter');
  const store = {
    aggregates: async () => [minutes('m.voltageH5', over), minutes('m.voltageH4', 0)],
  };
  const figures = await supplyQuality(store, asset, { startMs: 0, endMs: 100 * minuteMs });
  const fifth = figures.find(({ tag }) => tag === 'm.voltageH5');
  expect(fifth).toMatchObject({ quantity: 'oddHarmonic', p95, limit: { most: 4 }, completeness: 1 });
  expect((fifth?.p95 ?? 0) <= 4).toBe(isWithin);
  expect(figures.find(({ tag }) => tag === 'm.voltageH4')).toMatchObject({
    ...{ quantity: 'evenHarmonic', limit: { most: 2 } },
  });
  const rows = qualityRows(asset, figures, 0);
  expect(rows.find(({ series }) => series.quantity === 'voltageH5')?.fields).toMatchObject({
    ...{ p95, limitHigh: 4, edition: 'GB/T 14549-1993' },
  });
});
