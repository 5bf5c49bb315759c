import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import { intervalEnergy } from '../../scenarios/energy/interval-energy.ts';
import { plantWindows } from '../../scenarios/energy/plant-windows.ts';
import { type RegisterDeclaration, registerLegs } from '../../scenarios/energy/register-legs.ts';
import { type RegisterReading, registerStep } from '../../scenarios/energy/register-step.ts';

const calendar = new PlantCalendar('Asia/Shanghai');
const rule = { digits: 6, multiplier: 40, maxRatePerHour: 120 };
const startMs = calendar.parse('2026-03-02') ?? 0;

/** Readings every 15 minutes (from 5 past), in register units. */
const readingsOf = (values: readonly number[]): RegisterReading[] =>
  values.map((value, index) => ({ timeMs: startMs + 5 * minuteMs + index * quarterHourMs, value }));

function totalOf(
  readings: readonly RegisterReading[],
  declarations: RegisterDeclaration[] = [],
  lengthMs = quarterHourMs,
) {
  const { legs, events } = registerLegs(readings, rule, { declarations });
  const span = { startMs: legs[0]?.startMs ?? 0, endMs: legs.at(-1)?.endMs ?? 0 };
  const intervals = intervalEnergy(legs, plantWindows(span, lengthMs, calendar));
  return { total: intervals.reduce((sum, { value }) => sum + (value ?? 0), 0), intervals, events };
}

describe('how one reading follows another', () => {
  const at = (hours: number, value: number): RegisterReading => ({ timeMs: hours * hourMs, value });
  test.each([
    ['a rise is accepted', at(0, 10), at(1, 100), { kind: 'accepted', units: 90 }],
    ['standstill is accepted', at(0, 10), at(1, 10), { kind: 'accepted', units: 0 }],
    ['a rise too fast is implausible', at(0, 10), at(1, 140), { kind: 'implausible', units: 130 }],
    ['the same rise over two hours is accepted', at(0, 10), at(2, 140), { kind: 'accepted', units: 130 }],
    ['a fall near the ceiling is a rollover', at(0, 999_990), at(1, 20), { kind: 'rollover', units: 30 }],
    ['a fall far from it is a reset', at(0, 500_000), at(1, 20), { kind: 'reset', units: -499_980 }],
    [
      'a fall near the ceiling to a far value is a reset',
      at(0, 999_990),
      at(1, 400_000),
      { kind: 'reset', units: -599_990 },
    ],
    [
      'more than half a turn is never taken for a rollover',
      at(0, 500_000),
      at(10_000, 100_000),
      { kind: 'reset', units: -400_000 },
    ],
  ])('%s', (_, before, after, wanted) => expect(registerStep(before, after, rule)).toEqual(wanted));
});

describe('energy is conserved', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 200 });

  test('the intervals sum to last minus first, whatever the start and the rollovers', () => {
    fc.assert(
      fc.property(
        steps,
        fc.integer({ min: 999_000, max: 999_999 }),
        fc.constantFrom(quarterHourMs, hourMs),
        (rises, first, length) => {
          let register = first;
          const values = [first, ...rises.map((rise) => (register = (register + rise) % 1_000_000))];
          const { total, intervals } = totalOf(readingsOf(values), [], length);
          expect(total).toBeCloseTo(40 * rises.reduce((a, b) => a + b, 0), 6);
          for (const { value } of intervals) expect(value ?? 0).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  test('gaps in the readings lose nothing', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 7 }), (rises, divisor) => {
        let register = 100;
        const values = [100, ...rises.map((rise) => (register += rise))];
        const all = readingsOf(values);
        const kept = all.filter(
          (_, index) => index === 0 || index === all.length - 1 || index % divisor === 0,
        );
        expect(totalOf(kept).total).toBeCloseTo(40 * (register - 100), 6);
      }),
    );
  });

  test('a declared swap adds what each meter counted', () => {
    fc.assert(
      fc.property(steps, steps, fc.integer({ min: 0, max: 999 }), (before, after, initial) => {
        let register = 5000;
        const values = [5000, ...before.map((rise) => (register += rise))];
        const finalReading = register + 3;
        let next = initial + 2;
        const old = readingsOf(values);
        const timeMs = (old.at(-1)?.timeMs ?? 0) + 7 * minuteMs;
        const fresh = [next, ...after.map((rise) => (next += rise))].map((value, index) => ({
          timeMs: timeMs + (index + 1) * quarterHourMs,
          value,
        }));
        const { total, events } = totalOf(
          [...old, ...fresh],
          [{ timeMs, finalReading, initialReading: initial }],
        );
        expect(total).toBeCloseTo(40 * (finalReading - 5000 + (next - initial)), 6);
        expect(events.map((event) => event.kind)).toEqual(['swap']);
      }),
    );
  });

  test('the order of arrival does not matter', () => {
    const readings = readingsOf(Array.from({ length: 50 }, (_, i) => 100 + 7 * i));
    fc.assert(
      fc.property(fc.shuffledSubarray(readings, { minLength: 50 }), (shuffled) => {
        expect(totalOf(shuffled).intervals).toEqual(totalOf(readings).intervals);
      }),
    );
  });
});

describe('what is not believable', () => {
  test('an undeclared reset starts anew, adds no ceiling and is flagged', () => {
    const { total, events, intervals } = totalOf(readingsOf([5000, 5010, 5020, 3, 13, 23]));
    expect(total).toBeCloseTo(40 * 40, 6);
    expect(events.map((event) => event.kind)).toEqual(['reset']);
    const flagged = intervals.filter((interval) => interval.method === 'reset');
    expect(flagged.length).toBeGreaterThan(0);
    for (const { completeness } of flagged) expect(completeness).toBeLessThan(1);
  });

  test('a jump that stays is not booked, and its energy is named', () => {
    const { total, events, intervals } = totalOf(readingsOf([5000, 5010, 80_000, 80_010]));
    expect(total).toBeCloseTo(40 * 20, 6);
    expect(events).toEqual([expect.objectContaining({ kind: 'implausible', heldEnergy: 40 * 74_990 })]);
    expect(intervals.some((interval) => interval.method === 'implausible')).toBe(true);
  });

  test.each([
    ['a spike up', [100, 110, 900_000, 130, 140]],
    ['a drop to zero', [100, 110, 0, 130, 140]],
    ['two bad readings', [100, 110, 0, 0, 140]],
    ['a value beyond the digits', [100, 110, 1_000_000, 130, 140]],
    ['a negative value', [100, 110, -5, 130, 140]],
  ])('%s is taken out and no energy with it', (_, values) => {
    const { total, events } = totalOf(readingsOf(values));
    expect(total).toBeCloseTo(40 * 40, 6);
    for (const { kind } of events) expect(['outlier', 'out-of-range']).toContain(kind);
    expect(events.length).toBeGreaterThan(0);
  });

  test.each([
    [{ multiplier: -1 }, /multiplier/],
    [{ multiplier: 0 }, /multiplier/],
    [{ digits: 0 }, /digits/],
    [{ maxRatePerHour: 0 }, /maxRatePerHour/],
  ])('a rule with %o is refused', (change, message) => {
    expect(() => registerLegs(readingsOf([1, 2]), { ...rule, ...change })).toThrow(message);
  });

  test('readings further apart than the interval are told as interpolated', () => {
    const { intervals } = totalOf(readingsOf([100, 110, 120, 130]), [], 5 * minuteMs);
    expect(new Set(intervals.map(({ method }) => method))).toEqual(new Set(['interpolated']));
    expect(new Set(intervals.map(({ completeness }) => completeness))).toEqual(new Set([1]));
  });

  test('no reading is no value', () => {
    const windows = plantWindows({ startMs, endMs: startMs + hourMs }, quarterHourMs, calendar);
    expect(
      intervalEnergy([], windows).map(({ value, method, completeness }) => [value, method, completeness]),
    ).toEqual(Array.from({ length: 4 }, () => [undefined, 'missing', 0]));
  });
});

describe('intervals in plant time', () => {
  const berlin = new PlantCalendar('Europe/Berlin');
  const day = (text: string) => ({ startMs: berlin.parse(text) ?? 0, endMs: (berlin.parse(text) ?? 0) + 1 });
  test.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
    ['2026-07-01', 24],
  ])('%s has %d hours', (text, hours) => {
    const [window] = plantWindows(day(text), 'day', berlin);
    expect(plantWindows(window ?? day(text), hourMs, berlin)).toHaveLength(hours);
  });
  test('a month is a calendar month', () => {
    const [window] = plantWindows({ startMs, endMs: startMs + 1 }, 'month', calendar);
    expect((window?.endMs ?? 0) - (window?.startMs ?? 0)).toBe(31 * dayMs);
  });
  test('a length that does not divide the day is refused', () => {
    expect(() => plantWindows({ startMs, endMs: startMs + dayMs }, 7 * hourMs, calendar)).toThrow(
      expect.objectContaining({ code: 'interval-length-invalid' }),
    );
  });
});
