import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../model/reading.ts';
import { statusCodes } from '../../../model/status.ts';
import { dayMs, hourMs } from '../../../model/window.ts';
import { energy, message, power, reading, running } from '../plant-tags.ts';
import { columnsOf, writeColumns } from './deliveries.ts';
import { aggregate, nowMs, sorted, startMs, stored } from './figures.ts';
import type { StoreOpener } from './store-under-test.ts';

export function describeWriteAndRead({ opened }: StoreOpener): void {
  describe('write and read', () => {
    test('numbers, truth values, texts and nothing come back as written', async () => {
      const store = await opened();
      const readings = [
        reading(power, startMs, -12.5),
        reading(power, startMs + 1, 1e-300, { timeNs: 123_400, status: statusCodes.uncertain }),
        reading(power, startMs + 2, null, { status: statusCodes.badNotConnected }),
        reading(power, startMs + 3, 7, { status: statusCodes.badSensorFailure, origin: 'history' }),
        reading(running, startMs, true),
        reading(running, startMs + 1, false, { origin: 'manual' }),
        reading(message, startMs, 'a "quoted", \\ text\nover two lines, 中文', { origin: 'import' }),
        reading(message, startMs + 1, ''),
      ];
      expect(await store.write(readings)).toEqual([]);
      expect(await stored(store)).toEqual(sorted(readings));
      expect((await store.describe()).version).toMatch(/\d/);
    });

    test('the second value at one identity replaces the first, in one batch and across batches', async () => {
      const store = await opened();
      await store.write([reading(power, startMs, 1), reading(power, startMs, 2)]);
      expect(await stored(store)).toEqual([reading(power, startMs, 2)]);
      await store.write([reading(power, startMs + 1000, 5)]);
      const replacement = reading(power, startMs, 3, { status: statusCodes.uncertain, origin: 'manual' });
      await store.write([replacement]);
      expect(await stored(store)).toEqual([replacement, reading(power, startMs + 1000, 5)]);
    });

    test.each([
      ['bad', reading(power, startMs, 9, { status: statusCodes.badSensorFailure })],
      ['nothing', reading(power, startMs, null, { status: statusCodes.badNoCommunication })],
    ])('a good value replaced by %s counts no more, and the other way round', async (_, bad) => {
      const store = await opened();
      const good = reading(power, startMs, 4);
      for (const [replacement, means] of [
        [good, [4]],
        [bad, []],
        [good, [4]],
      ] as const) {
        await store.write([replacement]);
        expect(await stored(store)).toEqual([replacement]);
        expect(await aggregate(store, power, 'mean', hourMs)).toEqual(means);
      }
    });

    test('columns are written as the same readings one by one; what can never be stored is refused', async () => {
      const store = await opened();
      const good = [
        ...[0.1 + 0.2, 1e21, 5e-324, -2147483.648].map((value, second) =>
          reading(power, startMs + second * 1000, value),
        ),
        ...[1, 2, 3].map((value) => reading(energy, startMs + value, value)),
      ];
      const stale = reading(power, startMs - hourMs, 12);
      expect(await writeColumns(store, columnsOf(good))).toEqual([]);
      expect(await writeColumns(store, columnsOf([stale]))).toEqual([]);
      const never = [
        reading(power, startMs + 9000, Number.NaN),
        reading(power, startMs + 9000, Number.POSITIVE_INFINITY),
        reading(power, startMs + 0.5, 1),
        reading(power, -1, 1),
      ];
      const refused = await writeColumns(store, columnsOf([...never, reading(energy, startMs + 4, 4)]));
      expect(refused.map(({ reading }) => reading)).toEqual(never);
      const all = [...good, stale, reading(energy, startMs + 4, 4)];
      expect(await stored(store)).toEqual(sorted(all));
    });

    test('two nanoseconds of one millisecond are two readings', async () => {
      const store = await opened();
      const readings = [reading(power, startMs, 1), reading(power, startMs, 2, { timeNs: 1 })];
      await store.write(readings);
      expect(await stored(store)).toEqual(readings);
    });

    test.each([
      ['not a number', reading(power, startMs, Number.NaN)],
      ['infinite', reading(power, startMs, Number.POSITIVE_INFINITY)],
      ['a time before the epoch', reading(power, -1, 1)],
      ['a time past the year 2262', reading(power, 9_300_000_000_000, 1)],
      ['a fraction of a millisecond', reading(power, startMs + 0.5, 1)],
      ['no value with a good status', reading(power, startMs, null)],
      ['a text without end', reading(message, startMs, 'x'.repeat(70_000))],
    ])('refuses %s with a reason and stores the rest', async (_, bad) => {
      const store = await opened();
      const refused = await store.write([reading(power, startMs, 1), bad, reading(power, startMs + 1, 2)]);
      expect(refused).toEqual([{ reading: bad, reason: expect.stringMatching(/./) }]);
      expect(await stored(store)).toEqual([reading(power, startMs, 1), reading(power, startMs + 1, 2)]);
    });

    test('late readings are stored at their time and leave the latest alone', async () => {
      const store = await opened();
      const last = reading(power, startMs + 3 * dayMs, 100);
      await store.write([last]);
      await store.write([reading(power, startMs, 1), reading(power, startMs + dayMs, 2)]);
      await store.write([reading(power, startMs + 1, 3)]);
      expect(await store.latest([power])).toEqual([last]);
      expect((await stored(store)).map(({ value }) => value)).toEqual([1, 3, 2, 100]);
    });

    test('the latest tells status too, knows all tags, and leaves out those without a reading', async () => {
      const store = await opened();
      const readings = [
        reading(power, startMs, 1),
        reading(power, startMs + 1, null, { status: statusCodes.badNotConnected }),
        reading(running, startMs, true),
      ];
      await store.write(readings);
      expect(sorted(await store.latest())).toEqual(sorted(readings.slice(1)));
      expect(await store.latest([energy, running])).toEqual(readings.slice(2));
    });

    test('a value at the latest identity replaces the latest', async () => {
      const store = await opened();
      await store.write([reading(power, startMs, 1)]);
      await store.write([reading(power, startMs, 2)]);
      expect(await store.latest([power])).toEqual([reading(power, startMs, 2)]);
    });

    test('windows are half-open, tags come in the order asked for, unknown tags are empty', async () => {
      const store = await opened();
      await store.write([0, 1, 2].map((step) => reading(power, startMs + step, step)));
      await store.write([reading(energy, startMs, 50)]);
      const series = await store.readings({ tags: [energy, 'no.tag', power], startMs, endMs: startMs + 2 });
      expect(series.map(({ tag, points }) => [tag, points.map(({ value }) => value)])).toEqual([
        [energy, [50]],
        ['no.tag', []],
        [power, [0, 1]],
      ]);
    });

    test('pages of any size join to the whole, across days and within a millisecond', async () => {
      const store = await opened();
      const readings = Array.from({ length: 25 }, (_, index) =>
        reading(power, startMs + Math.floor(index / 2) * 5 * hourMs, index, { timeNs: index % 2 }),
      );
      await store.write(readings);
      const paged: Reading[] = [];
      let from = { startMs: 0, startNs: 0 };
      for (;;) {
        const [series] = await store.readings({ tags: [power], ...from, endMs: nowMs, limit: 7 });
        const last = series?.points.at(-1);
        if (last === undefined) break;
        expect(series?.points.length).toBeLessThanOrEqual(7);
        for (const point of series?.points ?? []) paged.push({ tag: power, ...point });
        from = { startMs: last.timeMs, startNs: last.timeNs + 1 };
      }
      expect(paged).toEqual(readings);
    });

    test('counts readings by tag', async () => {
      const store = await opened();
      await store.write([0, 1, 2].map((step) => reading(power, startMs + step * dayMs, step)));
      await store.write([
        reading(message, startMs, 'on'),
        reading(power, startMs, null, { timeNs: 5, status: statusCodes.bad }),
      ]);
      expect(await store.tagCounts({ startMs, endMs: startMs + dayMs + 1 })).toEqual([
        { tag: message, count: 1 },
        { tag: power, count: 3 },
      ]);
      expect(await store.tagCounts({ startMs: 0, endMs: 1 })).toEqual([]);
    });

    test('deletion takes what is older, and only that', async () => {
      const store = await opened();
      const readings = [0, 1, 2, 3].map((step) => reading(power, startMs + step * dayMs, step));
      await store.write([...readings, reading(running, startMs, true)]);
      await store.deleteBefore(startMs + 2 * dayMs);
      await store.deleteBefore(startMs + 2 * dayMs);
      expect(await stored(store)).toEqual(readings.slice(2));
      expect(await store.latest()).toEqual([readings[3]]);
      expect(await store.latest([running])).toEqual([]);
    });
  });
}
