import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFactory, type Factory } from '../../devices-sim/factory.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';

const timeZone = 'Asia/Shanghai';
const factory = (seed: number, faults: 'demo' | 'none' = 'none') => createFactory({ seed, timeZone, faults });
const healthy = factory(1);
const monday = Date.UTC(2026, 9, 18, 16); // 2026-10-19T00:00+08:00
const instants = fc.integer({ min: monday - 30 * dayMs, max: monday + 60 * dayMs });

function numberAt(plant: Factory, address: string, timeMs: number): number {
  const value = plant.signalsByAddress.get(address)?.sample(timeMs).value;
  if (typeof value !== 'number') throw new Error(`${address} is ${value}`);
  return value;
}

describe('the factory is a function of seed and time', () => {
  it('gives the same readings in a second run, asked in another order', () => {
    const times = [3, 1, 2].map((n) => monday + n * 7.3 * hourMs);
    const readings = (plant: Factory, order: readonly number[]) =>
      new Map(
        order.flatMap((t) => plant.signals.map((s): [string, unknown] => [`${s.address}@${t}`, s.sample(t)])),
      );
    const first = readings(factory(1, 'demo'), times);
    const second = readings(factory(1, 'demo'), [...times].reverse());
    expect(first.size).toBe(times.length * healthy.signals.length);
    for (const [name, sample] of first) expect(second.get(name), name).toEqual(sample);
  });

  it('differs under another seed', () => {
    const other = factory(2);
    const noon = monday + 12.5 * hourMs;
    const same = healthy.signals.filter(
      (s) => s.range && s.sample(noon).value === numberAt(other, s.address, noon),
    );
    expect(same.length).toBeLessThan(healthy.signals.length / 4);
  });

  it('has one signal an address', () => {
    expect(healthy.signalsByAddress.size).toBe(healthy.signals.length);
  });

  it('makes three days of one-minute history of every signal in a few seconds', () => {
    const plant = factory(1, 'demo');
    const started = performance.now();
    let samples = 0;
    for (const signal of plant.signals) {
      for (let timeMs = monday; timeMs < monday + 3 * dayMs; timeMs += minuteMs) {
        signal.sample(timeMs);
        samples += 1;
      }
    }
    const microsecondsEach = ((performance.now() - started) * 1000) / samples;
    // About 2 on an idle core; the bound leaves room for a busy one.
    expect(microsecondsEach).toBeLessThan(15);
  });
});

const trees = [
  { parent: 'meter-main', children: ['meter-machining', 'meter-utilities', 'meter-office'] },
  { parent: 'meter-machining', children: ['meter-mill-1', 'meter-mill-2', 'meter-lathe-1', 'meter-fan'] },
  {
    parent: 'meter-utilities',
    children: ['meter-compressor', 'meter-pump', 'meter-boiler', 'meter-wastewater'],
  },
];

describe.each(trees)('the electricity of $parent', ({ parent, children }) => {
  const sum = (quantity: string, timeMs: number) =>
    children.reduce((total, child) => total + numberAt(healthy, `${child}.${quantity}`, timeMs), 0);

  it('is what its children draw plus losses of under 2 %', () => {
    fc.assert(
      fc.property(instants, (timeMs) => {
        const [own, below] = [numberAt(healthy, `${parent}.activePower`, timeMs), sum('activePower', timeMs)];
        // Each reading is rounded to 0.01 kW.
        expect(own).toBeGreaterThan(below - 0.03);
        expect(own).toBeLessThan(below * 1.02 + 0.1);
      }),
    );
  });

  it('agrees in the registers over any hour', () => {
    fc.assert(
      fc.property(instants, (timeMs) => {
        const difference = (at: (t: number) => number) => at(timeMs + hourMs) - at(timeMs);
        const own = difference((t) => numberAt(healthy, `${parent}.activeEnergyTotal`, t));
        const below = difference((t) => sum('activeEnergyTotal', t));
        expect(own).toBeGreaterThan(below - 0.06);
        expect(own).toBeLessThan(below * 1.02 + 0.1);
      }),
      { numRuns: 40 },
    );
  });
});

const registers = [
  ['meter-main.activeEnergyTotal', 'meter-main.activePower'],
  ['meter-mill-1.activeEnergyTotal', 'meter-mill-1.activePower'],
  ['meter-compressor.reactiveEnergyTotal', 'meter-compressor.reactivePower'],
  ['gas-boiler.volumeTotal', 'gas-boiler.flow'],
  ['steam-boiler.massTotal', 'steam-boiler.flow'],
  ['water-main.volumeTotal', 'water-main.flow'],
  ['air-main.volumeTotal', 'air-main.flow'],
  ['outlet-1.volumeTotal', 'outlet-1.flow'],
] as const;

describe.each(registers)('the register %s', (register, rate) => {
  it(`is the integral of ${rate}`, () => {
    fc.assert(
      fc.property(instants, (timeMs) => {
        let integral = 0;
        for (let t = timeMs; t < timeMs + hourMs; t += 1000)
          integral += numberAt(healthy, rate, t + 500) / 3600;
        const counted = numberAt(healthy, register, timeMs + hourMs) - numberAt(healthy, register, timeMs);
        expect(Math.abs(counted - integral)).toBeLessThan(0.012 + 1e-4 * integral);
      }),
      { numRuns: 5 },
    );
  });
});

describe('a meter', () => {
  it('shows phases that add up to its power, and P, Q, S and power factor that belong together', () => {
    fc.assert(
      fc.property(instants, (timeMs) => {
        const at = (quantity: string) => numberAt(healthy, `meter-main.${quantity}`, timeMs);
        const phases = at('activePowerL1') + at('activePowerL2') + at('activePowerL3');
        expect(phases).toBeCloseTo(at('activePower'), 1);
        expect(Math.hypot(at('activePower'), at('reactivePower'))).toBeCloseTo(at('apparentPower'), 1);
        expect(at('powerFactor')).toBeCloseTo(at('activePower') / at('apparentPower'), 2);
        const apparent = [1, 2, 3].reduce((s, n) => s + (at(`voltageL${n}`) * at(`currentL${n}`)) / 1000, 0);
        expect(apparent / at('apparentPower')).toBeCloseTo(1, 2);
      }),
    );
  });
});

describe('the day drives the plant', () => {
  const mean = (address: string, fromMs: number, hours: number) => {
    let sum = 0;
    for (let i = 0; i < hours * 12; i += 1) sum += numberAt(healthy, address, fromMs + i * 5 * minuteMs);
    return sum / (hours * 12);
  };

  it('works in shifts and stands still at night and on Sunday', () => {
    const shift = mean('meter-machining.activePower', monday + 8 * hourMs, 4);
    expect(mean('meter-machining.activePower', monday + 2 * hourMs, 4)).toBeLessThan(0.1 * shift);
    expect(mean('meter-machining.activePower', monday + 6 * dayMs + 8 * hourMs, 4)).toBeLessThan(0.1 * shift);
    const parts = (fromMs: number) =>
      numberAt(healthy, 'mill-1.partsTotal', fromMs + 8 * hourMs) -
      numberAt(healthy, 'mill-1.partsTotal', fromMs);
    expect(parts(monday + 8 * hourMs)).toBeGreaterThan(200);
    expect(parts(monday)).toBe(0);
  });

  it('carries load into gas, emissions, vibration, water and noise', () => {
    for (const [address, factor] of [
      ['gas-main.flow', 1.3],
      ['stack-1.velocity', 1.3],
      ['compressor-1.vibrationVelocity', 1.05],
      ['outlet-1.flow', 1.5],
      ['noise-east.soundLevel', 1.05],
    ] as const) {
      const [busy, still] = [mean(address, monday + 9 * hourMs, 3), mean(address, monday + 3 * hourMs, 3)];
      expect(busy, address).toBeGreaterThan(factor * still);
    }
  });

  it('heats more in January than in July', () => {
    const [january, july] = [Date.UTC(2027, 0, 18), Date.UTC(2027, 6, 19)];
    expect(mean('weather-1.temperature', january, 24)).toBeLessThan(10);
    expect(mean('weather-1.temperature', july, 24)).toBeGreaterThan(22);
    expect(mean('steam-heating.flow', january, 24)).toBeGreaterThan(
      10 * mean('steam-heating.flow', july, 24),
    );
  });
});

/** What a healthy plant must not do: the limits plant.yaml names, and zone A/B of ISO 20816-3 group 2. */
const limits: readonly [address: string, low: number, high: number][] = [
  ['compressor-1.vibrationVelocity', 0, 1.4],
  ['pump-1.vibrationVelocity', 0, 1.4],
  ['fan-1.vibrationVelocity', 0, 2.3],
  ['outlet-1.cod', 0, 100],
  ['outlet-1.ammoniaNitrogen', 0, 15],
  ['outlet-1.totalNitrogen', 0, 20],
  ['outlet-1.totalPhosphorus', 0, 0.5],
  ['outlet-1.ph', 6, 9],
  ['meter-main.powerFactor', 0.9, 1],
  ['meter-main.voltageL1', 213.9, 235.4],
  ['meter-main.voltageUnbalance', 0, 2],
  ['meter-main.voltageThd', 0, 5],
  ['meter-main.frequency', 49.8, 50.2],
];

describe('a healthy month', () => {
  it.each(limits)('keeps %s within %d and %d', (address, low, high) => {
    for (let timeMs = monday; timeMs < monday + 28 * dayMs; timeMs += 7 * minuteMs) {
      const value = numberAt(healthy, address, timeMs);
      if (value < low || value > high) expect.fail(`${value} at ${new Date(timeMs).toISOString()}`);
    }
  });

  it('keeps the corrected stack concentrations below their limits, calibration apart', () => {
    for (let timeMs = monday; timeMs < monday + 28 * dayMs; timeMs += 7 * minuteMs) {
      if (healthy.signalsByAddress.get('stack-1.dataFlag')?.sample(timeMs).value !== 'N') continue;
      const correction = (21 - 3.5) / (21 - numberAt(healthy, 'stack-1.oxygen', timeMs));
      for (const [quantity, limit] of [
        ['nox', 150],
        ['so2', 50],
        ['dust', 20],
      ] as const) {
        expect(numberAt(healthy, `stack-1.${quantity}`, timeMs) * correction).toBeLessThan(limit);
      }
    }
  });

  it('keeps the boundary noise of class 3 by day and by night', () => {
    for (let timeMs = monday; timeMs < monday + 28 * dayMs; timeMs += 7 * minuteMs) {
      const hour = ((timeMs - monday) / hourMs) % 24;
      const limit = hour >= 6 && hour < 22 ? 65 : 55;
      expect(
        numberAt(healthy, 'noise-north.soundLevel', timeMs),
        new Date(timeMs).toISOString(),
      ).toBeLessThan(limit);
    }
  });
});
