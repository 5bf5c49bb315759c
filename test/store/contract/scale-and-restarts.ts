import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../model/reading.ts';
import { listOf } from '../../../model/reading-columns.ts';
import { dayMs, hourMs } from '../../../model/window.ts';
import { message, power, reading, tagOf } from '../plant-tags.ts';
import { columnsOf, deliveries, writeColumns } from './deliveries.ts';
import { byIdentity, sorted, startMs, stored } from './figures.ts';
import type { StoreOpener } from './store-under-test.ts';

export function describeScaleAndRestarts({ opened, reopened, dropped }: StoreOpener): void {
  describe('scale and restarts', () => {
    test('1,000 series in one batch, each with its own latest', async () => {
      const tags = Array.from({ length: 1000 }, (_, index) =>
        tagOf(`m-${index}`, 'activePower', 'electricity-meter'),
      );
      const store = await opened({ tags });
      await store.write(
        tags.flatMap(({ id }, n) => [reading(id, startMs, n), reading(id, startMs + 1, n + 0.5)]),
      );
      const latest = await store.latest();
      expect(latest).toHaveLength(1000);
      expect(latest.find(({ tag }) => tag === 'm-777.activePower')?.value).toBe(777.5);
      const query = { startMs, endMs: startMs + hourMs, every: hourMs, aggregate: 'mean' } as const;
      const series = await store.aggregates({ ...query, tags: tags.map(({ id }) => id) });
      expect(series.map(({ points }) => points[0]?.value)).toEqual(tags.map((_, n) => n + 0.25));
    });

    test('concurrent writers and readers: everything is stored, every read is whole', async () => {
      const store = await opened();
      const batches = Array.from({ length: 40 }, (_, batch) =>
        Array.from({ length: 50 }, (_, n) => reading(power, startMs + batch * 1000 + n, batch)),
      );
      const span = { startMs: startMs - 1, endMs: startMs + 10 * hourMs };
      const reads = batches.map(() => store.readings({ tags: [power], ...span }));
      await Promise.all(batches.map((batch) => store.write(batch)));
      for (const [series] of await Promise.all(reads)) {
        const times = series?.points.map(({ timeMs }) => timeMs) ?? [];
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      }
      expect(await stored(store)).toHaveLength(2000);
    });

    test('close and reopen keeps readings, latest and figures', async () => {
      const store = await opened();
      const readings = [0, 1, 2].map((step) => reading(power, startMs + step * dayMs, step));
      await store.write([...readings, reading(message, startMs, 'on')]);
      const again = await reopened();
      expect(await stored(again)).toEqual(sorted([...readings, reading(message, startMs, 'on')]));
      expect(await again.latest([power])).toEqual([readings[2]]);
      await again.write([reading(power, startMs, 7)]);
      expect((await stored(again)).filter(({ tag }) => tag === power)).toHaveLength(3);
    });

    test('any interleaving of duplicates, delays and restarts gives the same stored set', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, async (batches) => {
          let store = await opened();
          const written: Reading[] = [];
          for (const { readings, asColumns, restart } of batches) {
            const columns = columnsOf(readings);
            if (asColumns) await writeColumns(store, columns);
            else await store.write(readings);
            written.push(...(asColumns ? listOf(columns) : readings));
            if (restart) store = await reopened();
          }
          const expected = sorted([...new Map(written.map(byIdentity)).values()]);
          expect(await stored(store)).toEqual(expected);
          await dropped();
        }),
        { numRuns: 15 },
      );
    });
  });
}
