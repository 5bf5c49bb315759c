import { describe, expect, test } from 'vitest';
import { hourMs } from '../../../model/window.ts';
import { always, byMeter, nowMs, startMs } from './figures.ts';
import type { StoreOpener } from './store-under-test.ts';

export function describeDerivedFigures({ opened, reopened }: StoreOpener): void {
  describe('derived figures', () => {
    const row = (timeMs: number, kWh: number, meter = 'main 1') => ({
      measurement: 'energy_interval',
      series: { meter, carrier: 'electricity' },
      timeMs,
      fields: { kWh, complete: true, method: 'register' },
    });

    test('are stored, replaced, filtered, limited and listed', async () => {
      const store = await opened();
      await store.writeResults([row(startMs, 1), row(startMs + hourMs, 2), row(startMs, 3, "sub, '2'")]);
      await store.writeResults([row(startMs, 10)]);
      const query = { measurement: 'energy_interval', ...always };
      expect(byMeter(await store.results(query))).toEqual(
        byMeter([row(startMs, 10), row(startMs, 3, "sub, '2'"), row(startMs + hourMs, 2)]),
      );
      expect(await store.results({ ...query, where: { meter: "sub, '2'" } })).toEqual([
        row(startMs, 3, "sub, '2'"),
      ]);
      expect(await store.results({ ...query, where: { meter: 'main 1' }, limit: 1 })).toEqual([
        row(startMs, 10),
      ]);
      expect(
        await store.results({ ...query, where: { meter: ["sub, '2'", 'no such', 'main 1'] } }),
      ).toHaveLength(3);
      expect(await store.results({ ...query, where: { meter: ['no such', "sub, '2'"] } })).toEqual([
        row(startMs, 3, "sub, '2'"),
      ]);
      expect(await store.results({ ...query, where: { meter: [] } })).toEqual([]);
      expect(await store.results({ ...query, measurement: 'no_such' })).toEqual([]);
      expect(await store.resultMeasurements()).toEqual(['energy_interval']);
    });

    test('one that is withdrawn keeps nothing of its figures; its neighbours keep theirs', async () => {
      const store = await opened();
      const sibling = { ...row(startMs, 5), series: { ...row(startMs, 5).series, period: 'peak' } };
      await store.writeResults([row(startMs, 1), sibling, row(startMs + hourMs, 2)]);
      const withdrawn = { ...row(startMs, 1), fields: { withdrawn: true, revision: 2 } };
      await store.writeResults([withdrawn]);
      const found = await store.results({ measurement: 'energy_interval', ...always });
      expect(found).toHaveLength(3);
      expect(found).toEqual(expect.arrayContaining([withdrawn, sibling, row(startMs + hourMs, 2)]));
    });

    test('survive a restart and deletion of readings', async () => {
      const store = await opened();
      await store.writeResults([row(startMs, 1)]);
      await store.deleteBefore(nowMs);
      const again = await reopened();
      expect(await again.results({ measurement: 'energy_interval', ...always })).toEqual([row(startMs, 1)]);
    });

    test.each([
      ['NaN', { ...row(startMs, Number.NaN) }],
      ['infinite', { ...row(startMs, Number.POSITIVE_INFINITY) }],
      ['no field', { ...row(startMs, 1), fields: {} }],
      ['a name with a space', { ...row(startMs, 1), measurement: 'energy interval' }],
    ])('refuse %s', async (_, bad) => {
      const store = await opened();
      await expect(store.writeResults([bad])).rejects.toMatchObject({ code: 'result-refused' });
    });

    test('keep the type of a field', async () => {
      const store = await opened();
      await store.writeResults([row(startMs, 1)]);
      const other = { ...row(startMs + hourMs, 1), fields: { kWh: 'much' } };
      await expect(store.writeResults([other])).rejects.toMatchObject({ code: 'result-refused' });
    });

    test('names and values that look like a query are only names and values', async () => {
      const store = await opened();
      await store.writeResults([row(startMs, 1)]);
      const hostile = `x' OR '1'='1`;
      expect(
        await store.results({ measurement: 'energy_interval', where: { meter: hostile }, ...always }),
      ).toEqual([]);
      const measurement = `energy_interval"; DROP MEASUREMENT "energy_interval`;
      await store
        .results({ measurement, ...always })
        .catch((thrown) => expect(thrown).toHaveProperty('code'));
      expect(await store.results({ measurement: 'energy_interval', ...always })).toHaveLength(1);
    });
  });
}
