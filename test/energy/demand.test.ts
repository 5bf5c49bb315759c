import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { minuteMs } from '../../model/window.ts';
import { demands, maximumDemand, monthlyMaximumDemand } from '../../scenarios/energy/demand.ts';
import { demandCharge } from '../../scenarios/energy/demand-charge.ts';
import { runningDemand } from '../../scenarios/energy/demand-forecast.ts';
import type { EnergyInterval } from '../../scenarios/energy/interval-energy.ts';

const minutes = (energies: readonly (number | undefined)[]): EnergyInterval[] =>
  energies.map((value, index) => ({
    startMs: index * minuteMs,
    endMs: (index + 1) * minuteMs,
    value,
    method: value === undefined ? 'missing' : 'measured',
    completeness: value === undefined ? 0 : 1,
  }));

const block = { periodMinutes: 15, slipMinutes: 15 };
const sliding = { periodMinutes: 15, slipMinutes: 1 };

describe('demand', () => {
  test('is the mean power of the window', () => {
    const [first, second, ...rest] = demands(minutes([...Array(15).fill(1), ...Array(15).fill(2)]), block);
    expect(first).toEqual({ startMs: 0, endMs: 15 * minuteMs, demandKw: 60 });
    expect(second?.demandKw).toBeCloseTo(120, 9);
    expect(rest).toEqual([]);
  });

  test('a sliding window finds a peak across two blocks', () => {
    const load = Array.from({ length: 30 }, (_, minute) => (minute >= 8 && minute < 23 ? 2 : 0));
    expect(maximumDemand(demands(minutes(load), block))?.demandKw).toBeCloseTo((8 * 2 * 60) / 15, 9);
    const largest = maximumDemand(demands(minutes(load), sliding));
    expect(largest?.demandKw).toBeCloseTo(120, 9);
    expect(largest?.endMs).toBe(23 * minuteMs);
  });

  test('sliding is never below block', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 15, maxLength: 200 }),
        (load) => {
          const slid = maximumDemand(demands(minutes(load), sliding))?.demandKw ?? 0;
          const blocked = maximumDemand(demands(minutes(load), block))?.demandKw ?? 0;
          expect(slid).toBeGreaterThanOrEqual(blocked - 1e-6);
        },
      ),
    );
  });

  test('has a maximum for each local month', () => {
    const calendar = new PlantCalendar('Asia/Shanghai');
    const at = (month: number, day: number, hour: number, demandKw: number) => ({
      startMs: calendar.instantMs(2026, month, day, hour),
      endMs: calendar.instantMs(2026, month, day, hour, 15),
      demandKw,
    });
    const last = { ...at(1, 31, 23, 90), endMs: calendar.instantMs(2026, 2, 1) };
    const maxima = monthlyMaximumDemand([at(1, 5, 8, 70), last, at(2, 1, 0, 50), at(2, 2, 0, 50)], calendar);
    expect([...maxima].map(([month, { demandKw }]) => [month, demandKw])).toEqual([
      ['2026-01', 90],
      ['2026-02', 50],
    ]);
    expect(maxima.get('2026-02')).toEqual(at(2, 1, 0, 50));
  });

  test('a window with too little data gives none', () => {
    const load: (number | undefined)[] = Array.from({ length: 45 }, () => 1);
    load[20] = undefined;
    expect(demands(minutes(load), block).map(({ startMs }) => startMs / minuteMs)).toEqual([0, 30]);
  });
});

describe('the running window', () => {
  const window = { startMs: 0, endMs: 15 * minuteMs };
  test('goes on with the present load', () => {
    // 10 minutes at 600 kW are 100 kWh; 5 more at 900 kW are 75 kWh.
    const running = runningDemand(window, 10 * minuteMs, 100, 900, 680);
    expect(running.expectedKw).toBeCloseTo(700, 9);
    expect(running.certainKw).toBeCloseTo(400, 9);
    expect(running.allowedKw).toBeCloseTo((680 * 0.25 - 100) * 12, 9);
    expect(running.warning).toBe('early');
  });
  test('drawing what is allowed meets the limit exactly', () => {
    const { allowedKw } = runningDemand(window, 6 * minuteMs, 50, 0, 400);
    expect(runningDemand(window, 6 * minuteMs, 50, allowedKw, 400).expectedKw).toBeCloseTo(400, 9);
  });
  test('is exceeded once no stop can help', () => {
    expect(runningDemand(window, 14 * minuteMs, 180, 0, 680)).toMatchObject({ warning: 'exceeded' });
    expect(runningDemand(window, 5 * minuteMs, 10, 100, 680).warning).toBe('none');
  });
});

describe('the basic charge', () => {
  test('by capacity', () => {
    expect(demandCharge({ basis: 'capacity', capacityKva: 2000, pricePerKva: 23 }, 900).cost).toBe(46_000);
  });
  test.each([
    [1000, 1000],
    [1050, 1000],
    [1100, 1100],
  ])('a demand of %d kW on 1,000 kW declared bills %d kW', (maximum, billed) => {
    const charge = demandCharge(
      { basis: 'declared', capacityKva: 2000, declaredKw: 1000, pricePerKw: 38 },
      maximum,
    );
    expect(charge.billed).toBeCloseTo(billed, 9);
  });
  test('less than 40 % of the capacity is refused', () => {
    expect(() =>
      demandCharge({ basis: 'declared', capacityKva: 2000, declaredKw: 700, pricePerKw: 38 }, 0),
    ).toThrow(expect.objectContaining({ code: 'demand-contract-invalid' }));
  });
  test('measured demand has the same floor', () => {
    expect(demandCharge({ basis: 'measured', capacityKva: 2000, pricePerKw: 38 }, 500).billed).toBe(800);
  });
});
