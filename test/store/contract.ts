import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../model/clock.ts';
import type { Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import type { Aggregate, AggregatesQuery, TimeSeriesStore } from '../../store/time-series-store.ts';
import { contractTags, energy, message, power, reading, running, tagOf } from './plant-tags.ts';

export interface StoreSetup {
  readonly tags: readonly Tag[];
  readonly timeZone: string;
  readonly clock: Clock;
}

/** One empty store of the suite's. */
export interface StoreUnderTest {
  readonly store: TimeSeriesStore;
  /** Closes it and opens the same data again, as after a restart. */
  reopen(): Promise<TimeSeriesStore>;
  /** Closes and deletes it. */
  stop(): Promise<void>;
}

const startMs = Date.UTC(2024, 0, 15, 6);
const nowMs = Date.UTC(2024, 11, 1);
const always = { startMs: 0, endMs: nowMs };

/** What every adapter of the port must do. */
export function describeTimeSeriesStore(
  name: string,
  open: (setup: StoreSetup) => Promise<StoreUnderTest>,
): void {
  describe(`time-series store contract: ${name}`, () => {
    let running_: StoreUnderTest | undefined;

    async function opened(setup: Partial<StoreSetup> = {}): Promise<TimeSeriesStore> {
      running_ = await open({
        tags: contractTags,
        timeZone: 'Europe/Berlin',
        clock: { nowMs: () => nowMs },
        ...setup,
      });
      return running_.store;
    }

    async function reopened(): Promise<TimeSeriesStore> {
      if (running_ === undefined) throw new Error('no store is open');
      return running_.reopen();
    }

    afterEach(async () => {
      await running_?.stop();
      running_ = undefined;
    });

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
        await store.write(
          points.map(([minute, value]) => reading(power, startMs + minute * minuteMs, value)),
        );
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
        expect(await store.results({ ...query, measurement: 'no_such' })).toEqual([]);
        expect(await store.resultMeasurements()).toEqual(['energy_interval']);
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
            for (const { readings, restart } of batches) {
              await store.write(readings);
              if (restart) store = await reopened();
            }
            const expected = sorted([
              ...new Map(batches.flatMap(({ readings }) => readings.map(byIdentity))).values(),
            ]);
            expect(await stored(store)).toEqual(expected);
            await running_?.stop();
            running_ = undefined;
          }),
          { numRuns: 15 },
        );
      });
    });
  });
}

/** Any batches over few identities, so that duplicates and delays are the rule. */
const deliveries = fc.array(
  fc.record({
    readings: fc.array(
      fc
        .record({
          tag: fc.constantFrom(power, energy),
          step: fc.integer({ min: 0, max: 6 }),
          timeNs: fc.constantFrom(0, 1),
          value: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(null)),
          origin: fc.constantFrom('live' as const, 'history' as const),
        })
        .map(({ tag, step, timeNs, value, origin }) =>
          reading(tag, startMs + step * 9 * hourMs, value, {
            timeNs,
            origin,
            status: value === null ? statusCodes.badNoCommunication : statusCodes.good,
          }),
        ),
      { minLength: 1, maxLength: 12 },
    ),
    restart: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

function byIdentity(one: Reading): [string, Reading] {
  return [`${one.tag} ${one.timeMs} ${one.timeNs}`, one];
}

async function stored(store: TimeSeriesStore): Promise<Reading[]> {
  const series = await store.readings({ tags: contractTags.map(({ id }) => id).sort(), ...always });
  return series.flatMap(({ tag, points }) => points.map((point) => ({ tag, ...point })));
}

function sorted(readings: readonly Reading[]): Reading[] {
  return [...readings].sort(
    (a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0) || a.timeMs - b.timeMs || a.timeNs - b.timeNs,
  );
}

async function aggregate(
  store: TimeSeriesStore,
  tag: string,
  kind: Aggregate,
  every: AggregatesQuery['every'],
  span: { startMs: number; endMs: number } = { startMs: startMs - dayMs, endMs: startMs + 10 * dayMs },
): Promise<number[]> {
  const [series] = await store.aggregates({ tags: [tag], ...span, aggregate: kind, every });
  return (series?.points ?? []).map(({ value }) => value);
}

/** Every kind of figure over the days of the housekeeping test, by the hour and by the local day. */
async function figures(store: TimeSeriesStore): Promise<Map<string, number[]>> {
  const kinds = [
    'mean',
    'min',
    'max',
    'first',
    'last',
    'sum',
    'count',
    'increase',
    'time-weighted-mean',
  ] as const;
  const all = new Map<string, number[]>();
  for (const kind of kinds) {
    all.set(`${kind} by hour`, await aggregate(store, power, kind, hourMs));
    all.set(kind, await aggregate(store, power, kind, 'day'));
  }
  return all;
}

async function maintained(store: TimeSeriesStore): Promise<void> {
  let rounds = 0;
  while ((await store.maintain()).more) expect(++rounds).toBeLessThan(1000);
}

function expectFiguresClose(actual: Map<string, number[]>, expected: Map<string, number[]>): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [kind, values] of expected) expectClose(actual.get(kind), values);
}

function expectClose(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual?.[index]).toBeCloseTo(value, 6);
}

function byMeter<Row extends { series: Readonly<Record<string, string>>; timeMs: number }>(
  rows: readonly Row[],
): Row[] {
  return [...rows].sort(
    (a, b) => a.timeMs - b.timeMs || ((a.series.meter ?? '') < (b.series.meter ?? '') ? -1 : 1),
  );
}
