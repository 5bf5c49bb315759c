import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import type { Tariff, TariffSlot } from '../../model/tariff.ts';
import { dayMs } from '../../model/window.ts';
import type { EnergyInterval } from '../../scenarios/energy/interval-energy.ts';
import { plantWindows } from '../../scenarios/energy/plant-windows.ts';
import { checkTariff } from '../../scenarios/energy/tariff-check.ts';
import { energyCost } from '../../scenarios/energy/tariff-cost.ts';
import { guangdongExample, jiangsuExample } from '../../scenarios/energy/tariff-examples.ts';
import { minutesOf, TariffCalendar } from '../../scenarios/energy/tariff-periods.ts';

const calendar = new PlantCalendar('Asia/Shanghai');
const at = (text: string): number => calendar.parse(text) ?? Number.NaN;

function flatTariff(slots: readonly TariffSlot[]): Tariff {
  return {
    name: 'test',
    currency: 'CNY',
    unit: 'kWh',
    holidays: ['2026-10-01'],
    versions: [
      {
        from: '2026-01-01',
        edition: 'first',
        energyPrices: { peak: 1, flat: 0.6, valley: 0.3 },
        schedules: [
          { months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], dayTypes: ['working'], slots },
          {
            months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            dayTypes: ['weekend', 'holiday'],
            slots: [{ start: '00:00', end: '24:00', period: 'valley' }],
          },
        ],
      },
      {
        from: '2026-07-15',
        edition: 'second',
        energyPrices: { flat: 0.8 },
        schedules: [
          {
            months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
            dayTypes: ['working', 'weekend', 'holiday'],
            slots: [{ start: '00:00', end: '24:00', period: 'flat' }],
          },
        ],
      },
    ],
  };
}

const workday: TariffSlot[] = [
  { start: '00:00', end: '08:00', period: 'valley' },
  { start: '08:00', end: '11:30', period: 'peak' },
  { start: '11:30', end: '13:00', period: 'valley' },
  { start: '13:00', end: '24:00', period: 'flat' },
];

test('slots in the hour that spring leaves out are empty, and the rest cover the day once', () => {
  const newYork = new PlantCalendar('America/New_York');
  const slots: TariffSlot[] = [
    { start: '00:00', end: '02:15', period: 'valley' },
    { start: '02:15', end: '02:45', period: 'peak' },
    { start: '02:45', end: '03:00', period: 'valley' },
    { start: '03:00', end: '24:00', period: 'flat' },
  ];
  const months = Array.from({ length: 12 }, (_, index) => index + 1);
  const [version] = flatTariff(slots).versions;
  if (!version) throw new Error('the tariff has a version');
  const everyDay = { months, dayTypes: ['working', 'weekend', 'holiday'] as const, slots };
  const tariff = new TariffCalendar(
    { ...flatTariff(slots), versions: [{ ...version, schedules: [everyDay] }] },
    newYork,
  );
  for (const month of [3, 11]) {
    for (let day = 1; day <= 15; day++) {
      const startMs = newYork.instantMs(2026, month, day);
      const endMs = newYork.startOfNext('day', startMs);
      const windows = tariff.windows({ startMs, endMs });
      expect(windows.map((window) => window.startMs)).toEqual([
        startMs,
        ...windows.slice(0, -1).map((w) => w.endMs),
      ]);
      expect(windows.at(-1)?.endMs).toBe(endMs);
    }
  }
});

describe('a tariff that does not cover the day exactly is refused with its place', () => {
  test.each([
    [
      'an overlap',
      [...workday.slice(0, 3), { start: '12:59', end: '24:00', period: 'flat' }],
      /12:59-24:00 overlaps what ends at 13:00/,
    ],
    [
      'a gap',
      [...workday.slice(0, 2), { start: '11:45', end: '24:00', period: 'flat' }],
      /nothing covers 11:30-11:45/,
    ],
    ['an open end', workday.slice(0, 3), /nothing covers 13:00-24:00/],
    [
      'a slot over midnight',
      [{ start: '22:00', end: '06:00', period: 'valley' }],
      /22:00-06:00 is not a stretch/,
    ],
    ['no such minute', [{ start: '00:00', end: '24:01', period: 'valley' }], /00:00-24:01 is not a stretch/],
    [
      'a period without price',
      [{ start: '00:00', end: '24:00', period: 'sharp' }],
      /period sharp has no price/,
    ],
  ] as const)('%s', (_, slots, message) => {
    expect(() => checkTariff(flatTariff(slots as TariffSlot[]))).toThrow(
      expect.objectContaining({
        code: 'tariff-invalid',
        where: 'tariff "test" version 2026-01-01 schedule 1',
        message: expect.stringMatching(message),
      }),
    );
  });

  test('two schedules for one day', () => {
    const tariff = flatTariff(workday);
    const [first] = tariff.versions;
    const doubled = {
      ...tariff,
      versions: [{ ...first, schedules: [...(first?.schedules ?? []), ...(first?.schedules ?? [])] }],
    };
    expect(() => checkTariff(doubled as Tariff)).toThrow(/month 1, working days: 2 schedules/);
  });

  test('a month without schedule', () => {
    const tariff = flatTariff(workday);
    const versions = tariff.versions.map((version) => ({
      ...version,
      schedules: version.schedules.map((schedule) => ({ ...schedule, months: [1, 2, 3] })),
    }));
    expect(() => checkTariff({ ...tariff, versions })).toThrow(/month 4, working days: no schedule/);
  });
});

describe('the period of a time', () => {
  const tariff = new TariffCalendar(flatTariff(workday), calendar);
  test.each([
    ['2026-03-02 07:59', 'valley', 'first'],
    ['2026-03-02 08:00', 'peak', 'first'],
    ['2026-03-02 11:30', 'valley', 'first'],
    ['2026-03-02 13:00', 'flat', 'first'],
    ['2026-03-07 09:00', 'valley', 'first'],
    ['2026-07-14 23:59', 'flat', 'first'],
    ['2026-07-15 00:00', 'flat', 'second'],
  ])('%s is %s by the %s version', (text, period, edition) => {
    expect(tariff.at(at(text))).toMatchObject({ period, edition });
  });

  test('a time before the first version is refused', () => {
    expect(() => tariff.at(at('2025-12-31 23:59'))).toThrow(
      expect.objectContaining({ code: 'tariff-not-in-force' }),
    );
  });
});

describe.each([jiangsuExample, guangdongExample])('$name', (example) => {
  const tariff = new TariffCalendar(example, calendar);
  test('gives every minute of a year exactly one period', () => {
    const span = { startMs: at('2026-01-01'), endMs: at('2027-01-01') };
    const windows = tariff.windows(span);
    expect(windows.reduce((sum, window) => sum + minutesOf(window), 0)).toBe(365 * 1440);
    windows.slice(1).forEach((window, index) => {
      expect(window.startMs).toBe(windows[index]?.endMs);
    });
  });
});

test('Jiangsu has half-hour bounds and a midday valley', () => {
  const tariff = new TariffCalendar(jiangsuExample, calendar);
  expect(tariff.at(at('2026-07-10 19:29')).period).toBe('peak');
  expect(tariff.at(at('2026-07-10 19:30')).period).toBe('sharp');
  expect(tariff.at(at('2026-07-10 12:00')).period).toBe('valley');
  expect(tariff.at(at('2026-04-10 12:00')).period).toBe('valley');
});

function day(values: readonly (number | undefined)[]): EnergyInterval[] {
  const startMs = at('2026-03-02');
  return plantWindows({ startMs, endMs: startMs + dayMs }, dayMs / values.length, calendar).map(
    (window, index) => {
      const value = values[index];
      return {
        ...window,
        value,
        method: value === undefined ? 'missing' : 'measured',
        completeness: value === undefined ? 0 : 1,
      };
    },
  );
}

describe('cost', () => {
  const tariff = new TariffCalendar(flatTariff(workday), calendar);
  test('is energy times the price of its period', () => {
    const result = energyCost(day(Array.from({ length: 96 }, () => 1)), tariff);
    // Valley 9.5 h, peak 3.5 h, flat 11 h.
    expect(result.cost).toBeCloseTo(4 * (9.5 * 0.3 + 3.5 * 1 + 11 * 0.6), 9);
    expect(result).toMatchObject({ energy: 96, completeness: 1, editions: ['first'], currency: 'CNY' });
  });

  test('of another unit is converted, and of another dimension refused', () => {
    const intervals = day(Array.from({ length: 24 }, () => 0.001));
    expect(energyCost(intervals, tariff, 'MWh').energy).toBeCloseTo(24, 9);
    expect(() => energyCost(intervals, tariff, 'm3')).toThrow(
      expect.objectContaining({ code: 'unit-mismatch' }),
    );
  });

  test('an hour across a change of period is split by time', () => {
    const values = Array.from({ length: 24 }, (_, hour) => (hour === 11 ? 10 : 0));
    const { periods } = energyCost(day(values), tariff);
    expect(periods.find(({ period }) => period === 'peak')?.energy).toBeCloseTo(5, 9);
  });

  test('the periods sum to the energy, and what is missing lowers the completeness', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: 0, max: 1e4, noNaN: true })), { minLength: 24, maxLength: 24 }),
        (values) => {
          const known = values.map((value) => value ?? undefined);
          const { energy, completeness } = energyCost(day(known), tariff);
          expect(energy).toBeCloseTo(
            known.reduce<number>((sum, value) => sum + (value ?? 0), 0),
            6,
          );
          expect(completeness).toBeCloseTo(known.filter((value) => value !== undefined).length / 24, 9);
        },
      ),
    );
  });
});

test('a zone with clock changes keeps its wall-clock bounds', () => {
  const berlin = new PlantCalendar('Europe/Berlin');
  const tariff = new TariffCalendar(flatTariff(workday), berlin);
  const span = { startMs: berlin.instantMs(2026, 3, 29), endMs: berlin.instantMs(2026, 3, 30) };
  expect(tariff.windows(span).reduce((sum, window) => sum + minutesOf(window), 0)).toBe(23 * 60);
});
