import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { hourMs } from '../../model/window.ts';
import { lateBlocks, touchedBy } from '../../scenarios/energy/late-data.ts';
import { applyEdits, type VeeEdit } from '../../scenarios/energy/vee-edit.ts';
import { estimateIntervals } from '../../scenarios/energy/vee-estimate.ts';
import { type VeeInterval, VeeSeries } from '../../scenarios/energy/vee-series.ts';
import { sumCheck, validateIntervals } from '../../scenarios/energy/vee-validate.ts';

const calendar = new PlantCalendar('Asia/Shanghai');

/** Five weeks of hours: 10 in the night, 50 on a working day, 15 at the weekend. */
function weeks(change: Readonly<Record<number, number | undefined>> = {}): VeeInterval[] {
  return Array.from({ length: 35 * 24 }, (_, hour) => {
    const startMs = calendar.instantMs(2026, 3, 2, hour);
    const { weekday, hour: ofDay } = calendar.local(startMs);
    const usual = ofDay < 6 ? 10 : weekday <= 5 ? 50 : 15;
    const value = hour in change ? change[hour] : usual;
    return {
      startMs,
      endMs: startMs + hourMs,
      value,
      original: value,
      quality: value === undefined ? 'missing' : 'actual',
    };
  });
}

const rulesOf = (intervals: readonly VeeInterval[]) =>
  validateIntervals(new VeeSeries(intervals, calendar)).map(({ rule }) => rule);

/** Monday of the fifth week. */
const late = 28 * 24;
const range = (from: number, to: number, value: number | undefined) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, index) => [from + index, value]));

describe('validation', () => {
  test('finds nothing in five clean weeks', () => expect(rulesOf(weeks())).toEqual([]));
  test.each([
    ['missing', { [late + 10]: undefined }, ['missing']],
    ['negative', { [late + 10]: -3 }, ['negative']],
    ['a spike', { [late + 10]: 200 }, ['spike']],
    ['stuck', range(late + 8, late + 13, 0), ['stuck']],
    ['a high day', range(late, late + 24, 200), ['high']],
    ['a low day', range(late, late + 24, 4), ['low']],
  ])('%s', (_, change, rules) => expect(rulesOf(weeks(change))).toEqual(rules));

  test('a short standstill is nothing', () =>
    expect(rulesOf(weeks(range(late + 8, late + 10, 0)))).toEqual([]));
  test('a plant that stands each weekend is not stuck', () => {
    const change = Object.assign({}, ...[5, 12, 19, 26, 33].map((day) => range(day * 24, day * 24 + 24, 0)));
    const findings = validateIntervals(new VeeSeries(weeks(change), calendar));
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['zero-use']));
    expect(findings.every(({ rejects }) => !rejects)).toBe(true);
  });
  test('a hole and an overlap are of wrong size', () => {
    const intervals = weeks().slice(0, 4);
    const shifted = intervals.map((interval, index) =>
      index === 2 ? { ...interval, startMs: interval.startMs - 1 } : interval,
    );
    expect(rulesOf(shifted)).toEqual(['interval-size']);
    expect(rulesOf([...intervals.slice(0, 1), ...intervals.slice(2)])).toEqual(['interval-size']);
  });
  test('the sum is checked against the register', () => {
    const day = weeks().slice(0, 24);
    expect(sumCheck(day, 960.2, 0.5)).toBeUndefined();
    expect(sumCheck(day, 1000, 0.5)).toMatchObject({ rule: 'sum-check' });
  });
});

describe('estimation', () => {
  const fill = (change: Readonly<Record<number, number | undefined>>, checkMeter?: () => number) => {
    const intervals = weeks(change);
    const findings = validateIntervals(new VeeSeries(intervals, calendar));
    return estimateIntervals(intervals, findings, { calendar, ...(checkMeter ? { checkMeter } : {}) });
  };
  test('interpolates a short gap', () => {
    const filled = fill({ [late + 4]: undefined, [late + 5]: undefined });
    expect(filled[late + 4]).toMatchObject({ quality: 'estimated', rule: 'interpolation/1' });
    expect(filled[late + 4]?.value).toBeCloseTo(10 + 40 / 3, 9);
  });
  test('takes like days for a long one', () => {
    const filled = fill(range(late + 3, late + 12, undefined));
    expect(filled.slice(late + 3, late + 12).map(({ value }) => value)).toEqual([
      10, 10, 10, 50, 50, 50, 50, 50, 50,
    ]);
    expect(filled[late + 3]?.rule).toBe('like-days/1');
  });
  test('takes the check meter first', () => {
    expect(fill({ [late + 4]: undefined }, () => 11)[late + 4]).toMatchObject({
      value: 11,
      rule: 'check-meter/1',
    });
  });
  test('replaces what validation rejected, and keeps the original', () => {
    expect(fill({ [late + 10]: 200 })[late + 10]).toMatchObject({
      value: 50,
      original: 200,
      quality: 'estimated',
    });
  });
  test('leaves missing what nothing tells', () => {
    const filled = estimateIntervals(weeks(range(0, 10, undefined)).slice(0, 10), [], { calendar });
    expect(filled.every(({ value, quality }) => value === undefined && quality === 'missing')).toBe(true);
  });
  test('gives the same result when run again', () => {
    const change = { ...range(late + 3, late + 12, undefined), [late - 30]: 300 };
    expect(fill(change)).toEqual(fill(change));
  });
});

describe('editing', () => {
  const [interval] = weeks();
  const edit: VeeEdit = {
    startMs: interval?.startMs ?? 0,
    value: 12,
    by: 'li',
    atMs: 1,
    reason: 'read off the meter',
  };
  const apply = (...edits: VeeEdit[]) => applyEdits(weeks(), edits)[0];
  test('keeps the original, who and why', () => {
    expect(apply(edit)).toMatchObject({
      value: 12,
      original: 10,
      quality: 'edited',
      rule: 'edit by li: read off the meter',
    });
  });
  test('the latest edit counts, and taking back restores', () => {
    expect(apply({ ...edit, atMs: 2, value: 13 }, edit)?.value).toBe(13);
    expect(apply(edit, { ...edit, atMs: 3, value: undefined })).toMatchObject({
      value: 10,
      quality: 'actual',
    });
  });
  test.each([{ by: ' ' }, { reason: '' }, { value: -1 }, { value: Number.NaN }, { startMs: 1 }])(
    '%o is refused',
    (change) => {
      expect(() => apply({ ...edit, ...change })).toThrow(
        expect.objectContaining({ code: 'vee-edit-invalid' }),
      );
    },
  );
});

describe('late data', () => {
  const readings = [0, 1, 2, 3, 4].map((hour) => ({
    timeMs: hour * hourMs,
    value: hour,
    arrivedMs: hour * hourMs + 100,
  }));
  test('comes in blocks', () => {
    const some = readings.map((reading, index) =>
      index === 1 || index === 2 ? { ...reading, arrivedMs: 9 * hourMs } : reading,
    );
    expect(lateBlocks(some, hourMs)).toEqual([
      { startMs: hourMs, endMs: 2 * hourMs + 1, count: 2, delayMs: 8 * hourMs },
    ]);
    expect(lateBlocks(readings, hourMs)).toEqual([]);
  });
  test('touches the time between its neighbours', () => {
    expect(touchedBy(readings, 2.5 * hourMs)).toEqual({ startMs: 2 * hourMs, endMs: 3 * hourMs });
    expect(touchedBy(readings, 2 * hourMs)).toEqual({ startMs: hourMs, endMs: 3 * hourMs });
    expect(touchedBy(readings, 9 * hourMs)).toEqual({ startMs: 4 * hourMs, endMs: 9 * hourMs });
  });
});
