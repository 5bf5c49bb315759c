import { describe, expect, test } from 'vitest';
import { statusCodes } from '../../../model/status.ts';
import { dayMs, hourMs, minuteMs } from '../../../model/window.ts';
import type { Aggregate, AggregatesQuery } from '../../../store/time-series-store.ts';
import { energy, message, power, reading, running } from '../plant-tags.ts';
import {
  aggregate,
  always,
  expectClose,
  expectFiguresClose,
  figures,
  maintained,
  startMs,
} from './figures.ts';
import type { StoreOpener } from './store-under-test.ts';

export function describeAggregates({ opened, reopened }: StoreOpener): void {
  describe('aggregates', () => {
    const points: readonly [minute: number, value: number][] = [
      [0, 10],
      [10, 30],
      [50, 20],
      [70, 5],
      [200, 8],
    ];
    const cases: readonly [Aggregate, number[]][] = [
      ['mean', [20, 5, 8]],
      ['min', [10, 5, 8]],
      ['max', [30, 5, 8]],
      ['first', [10, 5, 8]],
      ['last', [20, 5, 8]],
      ['sum', [60, 5, 8]],
      ['count', [3, 1, 1]],
      ['increase', [40, 5, 3]],
      // 10 for 10 min, 30 for 40, 20 for 10; then 20 for 10 min and 5 for 50; then 5 for 20 min and 8 for 40.
      ['time-weighted-mean', [25, 7.5, 7]],
    ];

    test.each(cases)('%s by the hour; an hour without reading is left out', async (kind, expected) => {
      const store = await opened();
      await store.write(points.map(([minute, value]) => reading(power, startMs + minute * minuteMs, value)));
      const [series] = await store.aggregates({
        tags: [power],
        startMs,
        endMs: startMs + 4 * hourMs,
        aggregate: kind,
        every: hourMs,
      });
      expect(series?.points.map(({ timeMs }) => (timeMs - startMs) / hourMs)).toEqual([0, 1, 3]);
      expectClose(
        series?.points.map(({ value }) => value),
        expected,
      );
      expect(series?.points.map(({ count }) => count)).toEqual([3, 1, 1]);
    });

    test('only good and uncertain numbers count', async () => {
      const store = await opened();
      await store.write([
        reading(power, startMs, 1),
        reading(power, startMs + 1, 1000, { status: statusCodes.badDeviceFailure }),
        reading(power, startMs + 2, 3, { status: statusCodes.uncertain }),
        reading(power, startMs + 3, null, { status: statusCodes.badNoCommunication }),
        reading(running, startMs, true),
        reading(message, startMs, 'x'),
      ]);
      expect(await aggregate(store, power, 'mean', hourMs)).toEqual([2]);
      expect(await aggregate(store, running, 'count', hourMs)).toEqual([]);
      expect(await aggregate(store, message, 'last', hourMs)).toEqual([]);
    });

    test('a register that falls was reset and counted from zero', async () => {
      const store = await opened();
      const register = [100, 104, 3, 5, 0, 2];
      await store.write(
        register.map((value, step) => reading(energy, startMs + step * 20 * minuteMs, value)),
      );
      // 4 + 3 in the first hour, 2 + 0 + 2 in the second.
      expect(await aggregate(store, energy, 'increase', hourMs)).toEqual([7, 4]);
    });

    test('increase and time-weighted mean start from the last value before the span, days away', async () => {
      const store = await opened();
      await store.write([
        reading(power, startMs - 3 * dayMs, 10),
        reading(power, startMs - 2 * dayMs, 99, { status: statusCodes.bad }),
        reading(power, startMs + 30 * minuteMs, 20),
      ]);
      const span = { startMs, endMs: startMs + hourMs };
      expect(await aggregate(store, power, 'increase', hourMs, span)).toEqual([10]);
      expectClose(await aggregate(store, power, 'time-weighted-mean', hourMs, span), [15]);
    });

    test('a span that cuts a window counts only what is inside', async () => {
      const store = await opened();
      await store.write([0, 20, 40].map((minute) => reading(power, startMs + minute * minuteMs, minute)));
      const span = { startMs: startMs + 10 * minuteMs, endMs: startMs + 30 * minuteMs };
      expect(await aggregate(store, power, 'sum', hourMs, span)).toEqual([20]);
      expectClose(await aggregate(store, power, 'time-weighted-mean', hourMs, span), [10]);
    });

    test('time-weighted mean does not hold a value past the present', async () => {
      const halfPast = startMs + 30 * minuteMs;
      const store = await opened({ clock: { nowMs: () => halfPast } });
      await store.write([reading(power, startMs, 10), reading(power, startMs + 20 * minuteMs, 40)]);
      expectClose(await aggregate(store, power, 'time-weighted-mean', hourMs), [20]);
    });

    test('minmax gives the times of the extremes, in order', async () => {
      const store = await opened();
      const values = [5, 9, 1, 4, 7, 7];
      await store.write(values.map((value, step) => reading(power, startMs + step * 15 * minuteMs, value)));
      const [series] = await store.aggregates({
        tags: [power],
        ...always,
        aggregate: 'minmax',
        every: hourMs,
      });
      expect(series?.points).toEqual([
        { timeMs: startMs + 15 * minuteMs, value: 9, count: 4 },
        { timeMs: startMs + 30 * minuteMs, value: 1, count: 4 },
        { timeMs: startMs + 60 * minuteMs, value: 7, count: 2 },
      ]);
    });

    test.each([
      ['Europe/Berlin', Date.UTC(2024, 2, 30, 23), [23, 24]],
      ['Europe/Berlin', Date.UTC(2024, 9, 26, 22), [25, 24]],
      ['Asia/Shanghai', Date.UTC(2024, 2, 30, 16), [24, 24]],
      ['Australia/Lord_Howe', Date.UTC(2024, 3, 6, 13), [24.5, 24]],
    ] as const)(
      'local days of %s from %d are as long as the zone makes them',
      async (timeZone, from, hours) => {
        const store = await opened({ timeZone });
        const quarters = hours.map((count) => count * 4);
        const total = (quarters[0] ?? 0) + (quarters[1] ?? 0);
        await store.write(
          Array.from({ length: total }, (_, index) => reading(power, from + index * 15 * minuteMs, 1)),
        );
        const span = { startMs: from, endMs: from + total * 15 * minuteMs };
        const query: AggregatesQuery = { tags: [power], ...span, aggregate: 'sum', every: 'day' };
        const [series] = await store.aggregates(query);
        expect(series?.points.map(({ timeMs, value }) => [timeMs, value])).toEqual([
          [from, quarters[0]],
          [from + (hours[0] ?? 0) * hourMs, quarters[1]],
        ]);
      },
    );

    test('weeks, months and years are the calendar of the plant', async () => {
      const store = await opened({ timeZone: 'Asia/Shanghai' });
      const from = Date.UTC(2024, 0, 31, 16);
      await store.write(Array.from({ length: 60 }, (_, day) => reading(power, from + day * dayMs, day)));
      const span = { startMs: from, endMs: from + 60 * dayMs };
      const months = await aggregate(store, power, 'count', 'month', span);
      expect(months).toEqual([29, 31]);
      expect(await aggregate(store, power, 'count', 'week', span)).toEqual([4, 7, 7, 7, 7, 7, 7, 7, 7]);
      expect(await aggregate(store, power, 'count', 'year', span)).toEqual([60]);
    });

    test.each([
      ['Asia/Kolkata', Date.UTC(2024, 0, 15, 3)],
      ['America/New_York', Date.UTC(2024, 2, 9, 3)],
    ])(
      'figures of days, weeks and months stay over housekeeping and late readings: %s',
      async (timeZone, fromMs) => {
        const store = await opened({ timeZone });
        const at = (step: number) => fromMs + step * 10 * minuteMs + 7;
        const span = { startMs: fromMs + 5 * hourMs, endMs: fromMs + 4 * dayMs + 20 * minuteMs };
        const kinds = ['mean', 'increase', 'time-weighted-mean', 'count', 'last', 'minmax'] as const;
        const all = async () => {
          const found = new Map<string, number[]>();
          for (const kind of kinds) {
            for (const unit of ['day', 'week', 'month'] as const)
              found.set(`${kind} by ${unit}`, await aggregate(store, power, kind, unit, span));
          }
          return found;
        };
        await store.write(
          Array.from({ length: 5 * 144 }, (_, step) => reading(power, at(step), (step * 7919) % 997)),
        );
        const before = await all();
        await maintained(store);
        expectFiguresClose(await all(), before);
        // At both edges of a day, and one that takes a usable value away.
        const first = 5 * 24 * 6;
        await store.write([200, 290, 301, 431].map((step) => reading(power, at(step) + 1, 5000 + step)));
        await store.write([
          reading(power, at(300), 1, { status: statusCodes.bad }),
          reading(power, at(first - 1) + 1, 2),
        ]);
        const withLate = await all();
        expect(withLate).not.toEqual(before);
        await maintained(store);
        expectFiguresClose(await all(), withLate);
      },
    );

    test('housekeeping changes no figure, and late readings reach it', async () => {
      const store = await opened();
      const values = Array.from({ length: 4 * 24 * 12 }, (_, step) => (step * 7919) % 997);
      await store.write(values.map((value, step) => reading(power, startMs + step * 5 * minuteMs, value)));
      const before = await figures(store);
      await maintained(store);
      expectFiguresClose(await figures(store), before);
      const late = [13, 300, 301].map((step) => reading(power, startMs + step * 5 * minuteMs + 1, 2000));
      await store.write(late);
      const withLate = await figures(store);
      expect(withLate.get('max')?.filter((value) => value === 2000)).toHaveLength(2);
      await maintained(store);
      expectFiguresClose(await figures(store), withLate);
      expectFiguresClose(await figures(await reopened()), withLate);
    });
  });
}
