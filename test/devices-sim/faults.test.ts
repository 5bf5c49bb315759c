import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFactory, type Factory } from '../../devices-sim/factory.ts';
import { type Fault, type FaultKind, faultKinds, severityAt } from '../../devices-sim/faults/fault.ts';
import { publishFault } from '../../devices-sim/ground-truth.ts';
import { qualityOf } from '../../model/status.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';

const timeZone = 'Asia/Shanghai';
const demo = createFactory({ seed: 1, timeZone, faults: 'demo' });
const healthy = createFactory({ seed: 1, timeZone, faults: 'none' });
const monday = Date.UTC(2026, 9, 18, 16); // 2026-10-19T00:00+08:00

function numberAt(plant: Factory, address: string, timeMs: number): number {
  const value = plant.signalsByAddress.get(address)?.sample(timeMs).value;
  if (typeof value !== 'number') throw new Error(`${address} is ${value}`);
  return value;
}

describe('the ground truth', () => {
  const anyTime = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2029, 0, 1) });

  it('has a fault of each scenario in any 24 hours', () => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 50 }), (endMs, seed) => {
        const plant = createFactory({ seed, timeZone, faults: 'demo' });
        const scenarios = plant
          .faultsBetween(endMs - dayMs, endMs)
          .map(({ kind }) => faultKinds[kind].scenario);
        for (const scenario of ['energy', 'equipment', 'environment', 'sensor'])
          expect(scenarios).toContain(scenario);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same in another run, and a part of it is what the whole says of that part', () => {
    const again = createFactory({ seed: 1, timeZone, faults: 'demo' });
    const [from, to] = [monday, monday + 60 * dayMs];
    const whole = demo.faultsBetween(from, to);
    expect(again.faultsBetween(from, to)).toEqual(whole);
    fc.assert(
      fc.property(
        fc.integer({ min: from, max: to }),
        fc.integer({ min: 1, max: 5 * dayMs }),
        (start, length) => {
          const end = Math.min(to, start + length);
          const expected = whole.filter((fault) => fault.startMs < end && fault.endMs > start);
          expect(demo.faultsBetween(start, end)).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never has two faults on one machine at a time', () => {
    const faults = demo.faultsBetween(monday, monday + 120 * dayMs);
    for (const [i, fault] of faults.entries()) {
      const overlapping = faults
        .slice(i + 1)
        .filter((other) => other.asset === fault.asset && other.startMs < fault.endMs);
      expect(overlapping, fault.id).toEqual([]);
    }
  });

  it('shows every scheduled kind within eight weeks, under its own id, on an asset that exists', () => {
    const faults = demo.faultsBetween(monday, monday + 56 * dayMs);
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
    expect(new Set(faults.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(17);
    const assets = new Set(demo.signals.map(({ asset }) => asset));
    for (const fault of faults) expect(assets).toContain(fault.asset);
  });

  it('is empty for a healthy plant', () => {
    expect(healthy.faultsBetween(monday, monday + 365 * dayMs)).toEqual([]);
  });

  it('is published with times in ISO 8601', () => {
    const [fault] = demo.faultsBetween(monday, monday + dayMs);
    if (!fault) throw new Error('no fault');
    const published = publishFault(fault);
    expect(Date.parse(published.start)).toBe(fault.startMs);
    expect(published).toMatchObject({
      kind: fault.kind,
      asset: fault.asset,
      scenario: faultKinds[fault.kind].scenario,
    });
  });
});

/** What a fault moves, at its worst, and by at least how much. */
const effects: readonly {
  kind: FaultKind;
  asset: string;
  quantity?: string;
  moves: readonly [string, number][];
}[] = [
  {
    kind: 'air-leak',
    asset: 'air-main',
    moves: [
      ['air-main.flow', 60],
      ['meter-compressor.activePower', 6],
      ['meter-main.activePower', 6],
    ],
  },
  {
    kind: 'idle-consumption',
    asset: 'mill-1',
    moves: [
      ['mill-1.activePower', 11],
      ['meter-main.activePower', 11],
    ],
  },
  {
    kind: 'compensation-failure',
    asset: 'meter-main',
    moves: [
      ['meter-main.reactivePower', 8],
      ['meter-main.powerFactor', -0.05],
    ],
  },
  {
    kind: 'bearing-outer',
    asset: 'compressor-1',
    moves: [
      ['compressor-1.vibrationAcceleration', 0.8],
      ['compressor-1.bearingTemperature', 3],
    ],
  },
  { kind: 'bearing-inner', asset: 'compressor-1', moves: [['compressor-1.vibrationAcceleration', 0.8]] },
  { kind: 'bearing-ball', asset: 'compressor-1', moves: [['compressor-1.vibrationAcceleration', 0.6]] },
  { kind: 'unbalance', asset: 'pump-1', moves: [['pump-1.vibrationVelocity', 1.5]] },
  {
    kind: 'misalignment',
    asset: 'pump-1',
    moves: [
      ['pump-1.vibrationVelocity', 2],
      ['pump-1.bearingTemperature', 4],
    ],
  },
  { kind: 'looseness', asset: 'pump-1', moves: [['pump-1.vibrationVelocity', 1.5]] },
  {
    kind: 'cavitation',
    asset: 'pump-1',
    moves: [
      ['pump-1.vibrationAcceleration', 0.8],
      ['pump-1.flow', -10],
      ['pump-1.suctionPressure', -40],
    ],
  },
  {
    kind: 'lubrication',
    asset: 'compressor-1',
    moves: [
      ['compressor-1.vibrationAcceleration', 0.3],
      ['compressor-1.bearingTemperature', 6],
    ],
  },
  {
    kind: 'burner-out-of-tune',
    asset: 'boiler-1',
    moves: [
      ['stack-1.nox', 60],
      ['stack-1.oxygen', 2.5],
      ['gas-boiler.flow', 0.5],
    ],
  },
  {
    kind: 'dosing-failure',
    asset: 'dosing-1',
    moves: [
      ['outlet-1.ammoniaNitrogen', 12],
      ['outlet-1.ph', -1],
      ['dosing-1.activePower', -1.5],
      ['meter-wastewater.activePower', -1.5],
    ],
  },
  { kind: 'noise-source', asset: 'noise-north', moves: [['noise-north.soundLevel', 8]] },
  { kind: 'sensor-drift', asset: 'stack-1', quantity: 'so2', moves: [['stack-1.so2', 15]] },
  {
    kind: 'reversed-ct',
    asset: 'meter-mill-1',
    moves: [
      ['meter-mill-1.activePowerL2', -0.2],
      ['meter-mill-1.activePower', -0.2],
    ],
  },
  {
    kind: 'dead-phase',
    asset: 'meter-mill-1',
    moves: [
      ['meter-mill-1.activePowerL3', -0.1],
      ['meter-mill-1.currentL3', -0.3],
    ],
  },
];

describe.each(effects)('$kind of $asset', ({ kind, asset, quantity, moves }) => {
  const [startMs, endMs] = [monday + 2 * hourMs, monday + 5 * hourMs];
  const fault: Fault = {
    id: 'f',
    kind,
    asset,
    startMs,
    endMs,
    severity: 1,
    ...(quantity === undefined ? {} : { quantity }),
  };
  const faulty = createFactory({ seed: 1, timeZone, faults: [fault] });

  it.each(moves)('moves %s by %d', (address, least) => {
    const atWorst = endMs - 30 * minuteMs;
    const change = numberAt(faulty, address, atWorst) - numberAt(healthy, address, atWorst);
    expect(change / least).toBeGreaterThan(1);
  });

  it('changes nothing before it begins, nor rates long after its repair', () => {
    for (const signal of faulty.signals) {
      const sound = healthy.signalsByAddress.get(signal.address);
      expect(signal.sample(startMs - minuteMs), signal.address).toEqual(sound?.sample(startMs - minuteMs));
      if (signal.cumulates) continue;
      const later = endMs + 7 * hourMs;
      const [is, was] = [signal.sample(later).value, sound?.sample(later).value];
      if (typeof is === 'number') expect(is, signal.address).toBeCloseTo(Number(was), 1);
      else expect(is, signal.address).toBe(was);
    }
  });
});

describe('sensors', () => {
  const [startMs, endMs] = [monday + 9 * hourMs, monday + 10 * hourMs];
  const withFault = (fault: Pick<Fault, 'kind' | 'asset' | 'quantity'>) =>
    createFactory({ seed: 1, timeZone, faults: [{ id: 'f', startMs, endMs, severity: 1, ...fault }] });

  it('freeze when stuck, the others of the asset go on', () => {
    const plant = withFault({ kind: 'stuck-sensor', asset: 'outlet-1', quantity: 'ph' });
    const values = (address: string) =>
      new Set(Array.from({ length: 60 }, (_, i) => numberAt(plant, address, startMs + i * minuteMs)));
    expect(values('outlet-1.ph').size).toBe(1);
    expect(values('outlet-1.cod').size).toBeGreaterThan(10);
  });

  it('say nothing and a bad status when lost', () => {
    const signal = withFault({ kind: 'lost-device', asset: 'noise-east' }).signalsByAddress.get(
      'noise-east.soundLevel',
    );
    expect(signal?.sample(startMs + 1)).toMatchObject({ value: null });
    expect(qualityOf(signal?.sample(startMs + 1).status ?? 0)).toBe('bad');
    expect(qualityOf(signal?.sample(endMs).status ?? 1)).toBe('good');
  });
});

describe('registers', () => {
  const [startMs, endMs] = [monday + 9 * hourMs, monday + 11 * hourMs];
  const plantWith = (kind: FaultKind, asset: string, end = endMs) =>
    createFactory({
      seed: 1,
      timeZone,
      faults: [{ id: 'f', kind, asset, startMs, endMs: end, severity: 1 }],
    });

  it('start from zero after a reset and count on', () => {
    const plant = plantWith('meter-reset', 'water-process', startMs + minuteMs);
    const register = 'water-process.volumeTotal';
    expect(numberAt(plant, register, startMs - 1)).toBe(numberAt(healthy, register, startMs - 1));
    expect(numberAt(plant, register, startMs)).toBe(0);
    const counted = numberAt(healthy, register, startMs + dayMs) - numberAt(healthy, register, startMs);
    expect(numberAt(plant, register, startMs + dayMs)).toBeCloseTo(counted, 2);
  });

  it('stand still while stuck and show the true total afterwards', () => {
    const plant = plantWith('stuck-register', 'meter-pump');
    const register = 'meter-pump.activeEnergyTotal';
    expect(numberAt(plant, register, endMs - 1)).toBe(numberAt(plant, register, startMs));
    expect(numberAt(plant, register, endMs)).toBe(numberAt(healthy, register, endMs));
  });

  it.each(['reversed-ct', 'wrong-multiplier', 'dead-phase'] as const)(
    'of a meter with %s are the integral of the power that meter shows',
    (kind) => {
      const plant = plantWith(kind, 'meter-compressor');
      let integral = 0;
      for (let t = startMs + minuteMs; t < startMs + 61 * minuteMs; t += 1000) {
        integral += numberAt(plant, 'meter-compressor.activePower', t + 500) / 3600;
      }
      const at = (minutes: number) =>
        numberAt(plant, 'meter-compressor.activeEnergyTotal', startMs + minutes * minuteMs);
      expect(at(61) - at(1)).toBeCloseTo(integral, 1);
      const truth = numberAt(healthy, 'meter-compressor.activePower', startMs + hourMs);
      expect(numberAt(plant, 'meter-compressor.activePower', startMs + hourMs)).toBeLessThan(0.75 * truth);
    },
  );
});

describe('severity', () => {
  const fault = (kind: FaultKind): Fault => ({
    id: 'f',
    kind,
    asset: 'a',
    startMs: 0,
    endMs: dayMs,
    severity: 0.8,
  });

  it('of a growing fault rises to the worst, of an abrupt one is there within a minute', () => {
    expect(severityAt(fault('bearing-outer'), dayMs / 10)).toBeLessThan(0.05);
    expect(severityAt(fault('bearing-outer'), dayMs - 1)).toBeCloseTo(0.8, 3);
    expect(severityAt(fault('misalignment'), minuteMs)).toBe(0.8);
  });

  it('is zero outside [start, end)', () => {
    expect(severityAt(fault('misalignment'), -1)).toBe(0);
    expect(severityAt(fault('misalignment'), dayMs)).toBe(0);
  });
});

describe('the opening of the demo', () => {
  const openingMs = monday + 10 * hourMs;
  const opened = createFactory({ seed: 1, timeZone, faults: { openingMs } });
  const scenes = (from: number, to: number) =>
    opened.faultsBetween(from, to).filter(({ id }) => id.startsWith('scene.'));

  it('brings a demand near its limit, acid in the outlet and a machine in zone C, and each ends by itself', () => {
    const at = (address: string, minutes: number) =>
      numberAt(opened, address, openingMs + minutes * minuteMs);
    expect(at('outlet-1.ph', 5)).toBeLessThan(6);
    expect(at('outlet-1.ph', 14)).toBeGreaterThan(6.3);
    for (let minute = 3; minute <= 20; minute += 1) {
      expect(at('meter-main.activePower', minute)).toBeGreaterThan(0.95 * 260);
      expect(at('meter-main.activePower', minute)).toBeLessThan(260);
    }
    expect(at('meter-main.activePower', 23)).toBeLessThan(0.85 * 260);
    expect(at('pump-1.vibrationVelocity', 10)).toBeGreaterThan(2.8);
    expect(at('pump-1.vibrationVelocity', 40)).toBeLessThan(2.8);
  });

  it('the register follows the load, and nothing differs before it', () => {
    const energy = (plant: Factory, minutes: number) =>
      numberAt(plant, 'meter-main.activeEnergyTotal', openingMs + minutes * minuteMs);
    expect(energy(opened, -1)).toBe(energy(demo, -1));
    expect(energy(opened, 15) - energy(opened, 5)).toBeCloseTo((253 * 10) / 60, 0);
    expect(opened.faultsBetween(monday, openingMs)).toEqual(demo.faultsBetween(monday, openingMs));
  });

  it('comes again every six hours, by seed and start alone, and never beside a fault of the schedule', () => {
    const to = openingMs + 10 * dayMs;
    const again = createFactory({ seed: 1, timeZone, faults: { openingMs } });
    expect(again.faultsBetween(openingMs, to)).toEqual(opened.faultsBetween(openingMs, to));
    const starts = scenes(openingMs, to).filter(({ kind }) => kind === 'acid-discharge');
    expect(starts.length).toBeGreaterThanOrEqual(36);
    expect(starts.length).toBeLessThanOrEqual(40);
    const all = opened.faultsBetween(openingMs, to);
    for (const scene of scenes(openingMs, to))
      expect(
        all.filter(
          (other) =>
            other.asset === scene.asset && other.startMs < scene.endMs && other.endMs > scene.startMs,
        ),
      ).toHaveLength(1);
  });
});
