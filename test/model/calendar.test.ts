import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs } from '../../model/window.ts';

const zones = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
];
const calendars = new Map(zones.map((zone) => [zone, new PlantCalendar(zone)]));
const zone = fc.constantFrom(...zones);
const time = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2035, 0) });
const of = (name: string) => calendars.get(name) as PlantCalendar;
const oracle = (ms: number, name: string) =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(name);

describe('against the Temporal polyfill, in six zones over forty years', () => {
  test('local fields and offset', () => {
    fc.assert(
      fc.property(zone, time, (name, ms) => {
        const expected = oracle(ms, name);
        expect(of(name).offsetMs(ms)).toBe(expected.offsetNanoseconds / 1e6);
        const { year, month, day, hour, minute, second } = expected;
        expect(of(name).local(ms)).toEqual({
          year,
          month,
          day,
          hour,
          minute,
          second,
          weekday: expected.dayOfWeek,
        });
      }),
    );
  });

  test('start of the day, and of the next', () => {
    fc.assert(
      fc.property(zone, time, (name, ms) => {
        const start = oracle(ms, name).startOfDay();
        expect(of(name).startOf('day', ms)).toBe(start.epochMilliseconds);
        expect(of(name).startOfNext('day', ms)).toBe(start.add({ days: 1 }).startOfDay().epochMilliseconds);
      }),
    );
  });

  test('start of the month', () => {
    fc.assert(
      fc.property(zone, time, (name, ms) => {
        const start = oracle(ms, name).with({ day: 1 }).startOfDay();
        expect(of(name).startOf('month', ms)).toBe(start.epochMilliseconds);
      }),
    );
  });

  test('a wall-clock time that exists once', () => {
    fc.assert(
      fc.property(zone, time, (name, ms) => {
        const wall = oracle(ms, name);
        const expected = wall.toPlainDateTime().toZonedDateTime(name, { disambiguation: 'compatible' });
        const got = of(name).instantMs(
          wall.year,
          wall.month,
          wall.day,
          wall.hour,
          wall.minute,
          wall.second,
          wall.millisecond,
        );
        expect(got).toBe(expected.epochMilliseconds);
      }),
    );
  });
});

describe('daylight saving', () => {
  const berlin = of('Europe/Berlin');

  test('the spring day has 23 hours, the autumn day 25', () => {
    const hoursOf = (text: string) => {
      const startMs = berlin.parse(text) ?? 0;
      return (berlin.startOfNext('day', startMs) - startMs) / hourMs;
    };
    expect([hoursOf('2026-03-29'), hoursOf('2026-10-25'), hoursOf('2026-06-01')]).toEqual([23, 25, 24]);
  });

  test('hours of the autumn day are 25 windows without hole or overlap', () => {
    const startMs = berlin.parse('2026-10-25') ?? 0;
    const windows = berlin.windows('hour', { startMs, endMs: berlin.startOfNext('day', startMs) });
    expect(windows).toHaveLength(25);
    expect(windows.every((window, i) => i === 0 || window.startMs === windows[i - 1]?.endMs)).toBe(true);
  });

  test('a time in the spring gap moves forward; one in the doubled hour is its first passage', () => {
    expect(berlin.toIso(berlin.parse('2026-03-29T02:30') ?? 0)).toBe('2026-03-29T03:30:00+02:00');
    expect(berlin.toIso(berlin.parse('2026-10-25T02:30') ?? 0)).toBe('2026-10-25T02:30:00+02:00');
  });
});

describe('parsing', () => {
  const shanghai = of('Asia/Shanghai');
  test.each([
    ['2026-11-24', '2026-11-24T00:00:00+08:00'],
    ['2026-11-24T08:30', '2026-11-24T08:30:00+08:00'],
    ['2026-11-24 08:30:15', '2026-11-24T08:30:15+08:00'],
    ['2026-11-24T00:30:15.250Z', '2026-11-24T08:30:15+08:00'],
    ['2026-11-24T02:30:15+02:00', '2026-11-24T08:30:15+08:00'],
    ['2024-02-29', '2024-02-29T00:00:00+08:00'],
  ])('%s', (text, iso) => {
    expect(shanghai.toIso(shanghai.parse(text) ?? 0)).toBe(iso);
  });

  test.each([
    '',
    '24.11.2026',
    '2026-02-30',
    '2026-13-01',
    '2026-11-24T08:00:75',
    '2026-11-24T25:00',
    '2026-11-24T08:61',
    '2026-11-24T08:00+99:00',
    '2026-11-24T08:00+08:75',
    '0026-11-24',
    'today',
  ])('"%s" is no time', (text) => {
    expect(shanghai.parse(text)).toBeUndefined();
  });
});

test('weeks start on Monday and years on the first of January', () => {
  const shanghai = of('Asia/Shanghai');
  const tuesday = shanghai.parse('2026-11-24T12:00') ?? 0;
  expect(shanghai.dayKey(shanghai.startOf('week', tuesday))).toBe('2026-11-23');
  expect(shanghai.dayKey(shanghai.startOfNext('week', tuesday))).toBe('2026-11-30');
  expect(shanghai.dayKey(shanghai.startOf('year', tuesday))).toBe('2026-01-01');
  expect(shanghai.startOfNext('day', tuesday) - shanghai.startOf('day', tuesday)).toBe(dayMs);
});

test('an unknown zone is refused', () => {
  expect(() => new PlantCalendar('Mars/Olympus')).toThrow(RangeError);
});
