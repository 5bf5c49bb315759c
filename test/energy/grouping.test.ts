import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { hourMs } from '../../model/window.ts';
import { carrierRows } from '../../scenarios/energy/carrier-summary.ts';
import { groupConsumption } from '../../scenarios/energy/consumption-groups.ts';
import { doubtManualReadings } from '../../scenarios/energy/manual-reading.ts';
import { meterBalance } from '../../scenarios/energy/meter-tree.ts';
import { sankeyOf } from '../../scenarios/energy/sankey.ts';
import { shiftWindows } from '../../scenarios/energy/shifts.ts';

const calendar = new PlantCalendar('Asia/Shanghai');

describe('shifts', () => {
  const shifts = [
    { name: 'early', start: '06:00', end: '14:00' },
    { name: 'late', start: '14:00', end: '22:00' },
    { name: 'night', start: '22:00', end: '06:00' },
  ];
  const span = { startMs: calendar.instantMs(2026, 3, 2), endMs: calendar.instantMs(2026, 3, 3) };
  test('a night shift belongs to the day it starts on', () => {
    const windows = shiftWindows(span, shifts, calendar);
    expect(windows.map(({ shift, date }) => `${date} ${shift}`)).toEqual([
      '2026-03-01 night',
      '2026-03-02 early',
      '2026-03-02 late',
      '2026-03-02 night',
    ]);
    for (const { startMs, endMs } of windows) expect(endMs - startMs).toBe(8 * hourMs);
  });
  test('a shift without a time is refused by name', () => {
    expect(() => shiftWindows(span, [{ name: 'x', start: '6', end: '14:00' }], calendar)).toThrow(
      expect.objectContaining({ code: 'shift-invalid', where: 'shift "x"' }),
    );
  });
});

test('groups sum what is known and name what is not', () => {
  const common = { carrier: 'electricity', unit: 'kWh', completeness: 1 };
  const groups = groupConsumption(
    [
      { ...common, meter: 'a', energy: 5, labels: { area: 'north' } },
      { ...common, meter: 'b', energy: 7, labels: { area: 'north' } },
      { ...common, meter: 'c', energy: undefined, labels: { area: 'north' } },
      { ...common, meter: 'd', energy: undefined, completeness: 0, labels: { area: 'south' } },
      { ...common, meter: 'e', carrier: 'gas', unit: 'm3', energy: 3, labels: { area: 'north' } },
    ],
    'area',
  );
  expect(groups).toEqual([
    expect.objectContaining({
      group: 'north',
      carrier: 'electricity',
      energy: 12,
      completeness: 2 / 3,
      without: ['c'],
    }),
    expect.objectContaining({ group: 'south', energy: undefined, completeness: 0, without: ['d'] }),
    expect.objectContaining({ group: 'north', carrier: 'gas', energy: 3 }),
  ]);
});

describe('standard coal and carbon', () => {
  test('name the factors they used', () => {
    const [electricity, water] = carrierRows(
      [
        { carrier: 'electricity', amount: 2, unit: 'MWh', completeness: 1 },
        { carrier: 'water', amount: 10, unit: 't', completeness: 0.5 },
      ],
      2026,
    );
    expect(electricity?.kgce).toBeCloseTo(245.8, 9);
    expect(electricity?.kgCo2).toBeCloseTo(1061.2, 9);
    expect(electricity?.carbonFactor?.edition).toBe('national grid average 2023');
    expect(water?.kgCo2).toBeUndefined();
    expect(water?.kgce).toBeCloseTo(2.571, 9);
  });
  test('an amount in a foreign unit is refused', () => {
    expect(() =>
      carrierRows([{ carrier: 'electricity', amount: 1, unit: 'm3', completeness: 1 }], 2023),
    ).toThrow(expect.objectContaining({ code: 'unit-mismatch' }));
  });
});

test('the Sankey shows flows, losses and what is unexplained', () => {
  const node = (id: string, parent?: string) => ({
    id,
    name: id.toUpperCase(),
    carrier: 'electricity',
    unit: 'kWh',
    ...(parent === undefined ? { lossShare: 0.01 } : { parent }),
  });
  const known = (energy: number) => ({ energy, completeness: 1 });
  const rows = meterBalance(
    [node('main'), node('a', 'main'), node('b', 'main'), node('a1', 'a')],
    new Map([
      ['main', known(1000)],
      ['a', known(600)],
      ['b', known(300)],
      ['a1', known(650)],
    ]),
  );
  const { links, notShown, nodes } = sankeyOf(rows);
  expect(links).toEqual([
    { source: 'main', target: 'main:loss', value: 10, kind: 'loss' },
    { source: 'main', target: 'main:unexplained', value: 90, kind: 'unexplained' },
    { source: 'main', target: 'a', value: 600, kind: 'meter' },
    { source: 'a', target: 'a1', value: 650, kind: 'meter' },
    { source: 'main', target: 'b', value: 300, kind: 'meter' },
  ]);
  expect(notShown).toEqual(['a']);
  expect(nodes.map(({ id }) => id)).toEqual(['main', 'a', 'a1', 'b', 'main:loss', 'main:unexplained']);
});

describe('a manual reading', () => {
  const rule = { digits: 5, multiplier: 1, maxRatePerHour: 100 };
  const last = { timeMs: 0, value: 500 };
  const reading = { meter: 'gas', by: 'wang', timeMs: 10 * hourMs, value: 900 };
  test('that follows is not doubted', () => expect(doubtManualReadings([reading], last, rule)).toEqual([]));
  test.each([
    [{ value: 9000 }, 'implausible'],
    [{ value: 400 }, 'reset'],
    [{ value: 100_000 }, 'beyond-digits'],
    [{ timeMs: -1 }, 'before-last'],
    [{ by: '' }, 'no-person'],
  ])('with %o is doubted as %s', (change, reason) => {
    expect(doubtManualReadings([{ ...reading, ...change }], last, rule)).toEqual([
      expect.objectContaining({ reason }),
    ]);
  });
  test('that is doubted does not lead the next one astray', () => {
    const typo = { ...reading, timeMs: 5 * hourMs, value: 70_000 };
    expect(doubtManualReadings([typo, reading], last, rule)).toHaveLength(1);
  });
});
