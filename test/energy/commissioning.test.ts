import { describe, expect, test } from 'vitest';
import { minuteMs } from '../../model/window.ts';
import { checkPhases, type MeterSample } from '../../scenarios/energy/commissioning.ts';
import { checkEnergy, checkFamily } from '../../scenarios/energy/commissioning-energy.ts';
import { commissionMeters } from '../../scenarios/energy/commissioning-run.ts';
import {
  checkFloatWords,
  swapCounterWords,
  swapFloatWords,
} from '../../scenarios/energy/commissioning-words.ts';

/** An hour of minutes: 60 kW that breathes, over three phases with a little unbalance. */
function healthy(): MeterSample[] {
  let energyKwh = 5000;
  return Array.from({ length: 61 }, (_, minute) => {
    const total = 60 + 10 * Math.sin(minute / 5);
    if (minute > 0) energyKwh += total / 60;
    return {
      timeMs: minute * minuteMs,
      activePowerKw: total,
      phasePowersKw: [total * 0.34, total * 0.33, total * 0.33],
      currentsA: [90, 88, 88],
      energyKwh,
    };
  });
}

const changed = (change: (sample: MeterSample) => Partial<MeterSample>): MeterSample[] =>
  healthy().map((sample) => ({ ...sample, ...change(sample) }));

const scaledPhases = (factors: readonly [number, number, number]) => (sample: MeterSample) => {
  const [a, b, c] = sample.phasePowersKw ?? [0, 0, 0];
  const phasePowersKw: [number, number, number] = [a * factors[0], b * factors[1], c * factors[2]];
  return { phasePowersKw, activePowerKw: phasePowersKw[0] + phasePowersKw[1] + phasePowersKw[2] };
};

describe('phases', () => {
  test('a healthy meter has no finding', () => {
    expect(checkPhases('m', healthy())).toEqual([]);
    expect(checkEnergy('m', healthy())).toEqual([]);
  });
  test('a reversed current transformer is named with its phase', () => {
    expect(checkPhases('m', changed(scaledPhases([1, -1, 1])))).toEqual([
      expect.objectContaining({ fault: 'reversed-ct', place: 'L2', factor: -1 }),
    ]);
  });
  test('all reversed is one finding', () => {
    expect(checkPhases('m', changed(scaledPhases([-1, -1, -1])))).toEqual([
      expect.objectContaining({ fault: 'all-reversed' }),
    ]);
  });
  test('a dead channel is named', () => {
    const samples = changed((sample) => ({ ...scaledPhases([1, 1, 0])(sample), currentsA: [90, 88, 0] }));
    expect(checkPhases('m', samples)).toEqual([
      expect.objectContaining({ fault: 'dead-channel', place: 'L3' }),
    ]);
  });
  test('an idle phase whose current moves is not dead', () => {
    const samples = changed((sample) => ({ ...scaledPhases([1, 1, 0])(sample), currentsA: [90, 88, 4] }));
    expect(checkPhases('m', samples)).toEqual([]);
  });
  test('a total apart from its phases is told', () => {
    expect(
      checkPhases(
        'm',
        changed((sample) => ({ activePowerKw: (sample.activePowerKw ?? 0) * 1.5 })),
      ),
    ).toEqual([expect.objectContaining({ fault: 'phases-differ-from-total' })]);
  });
});

describe('energy against power', () => {
  test.each([
    [1 / 40, 40],
    [1 / 10, 10],
    [30, 1 / 30],
    [1000, 1 / 1000],
  ])('a register %f times too fast needs a factor %f', (error, factor) => {
    const samples = changed((sample) => ({ energyKwh: 100 + ((sample.energyKwh ?? 0) - 5000) * error }));
    const [finding] = checkEnergy('m', samples);
    expect(finding).toMatchObject({ fault: 'wrong-multiplier' });
    expect(finding?.factor).toBeCloseTo(factor, 9);
  });
  test('a ratio of no transformer is told without a factor', () => {
    const samples = changed((sample) => ({ energyKwh: 100 + ((sample.energyKwh ?? 0) - 5000) * 1.37 }));
    expect(checkEnergy('m', samples)).toEqual([
      expect.objectContaining({ fault: 'energy-differs-from-power' }),
    ]);
  });
  test('too little data is said, not passed', () => {
    expect(checkEnergy('m', healthy().slice(0, 5))).toEqual([
      expect.objectContaining({ fault: 'too-little-data' }),
    ]);
  });
});

describe('swapped words', () => {
  test('of a counter', () => {
    const samples = changed((sample) => ({
      energyKwh: swapCounterWords(Math.floor(sample.energyKwh ?? 0) + 66_000),
    }));
    expect(checkEnergy('m', samples)).toEqual([expect.objectContaining({ fault: 'swapped-words' })]);
  });
  test('of a float', () => {
    const range = { least: 0.01, most: 1e5 };
    const powers = healthy().map((sample) => sample.activePowerKw ?? 0);
    expect(checkFloatWords('m', powers.map(swapFloatWords), range)).toMatchObject({ fault: 'swapped-words' });
    expect(checkFloatWords('m', powers, range)).toBeUndefined();
    expect(checkFloatWords('m', [0, 0], range)).toBeUndefined();
  });
  test('swapping twice changes nothing', () => {
    expect(swapCounterWords(swapCounterWords(4_000_000_000))).toBe(4_000_000_000);
    expect(swapFloatWords(swapFloatWords(Math.fround(61.3)))).toBe(Math.fround(61.3));
  });
});

describe('a meter and its sub-meters', () => {
  test('that add up have no finding', () => {
    const children = [
      { meter: 'a', energy: 600 },
      { meter: 'b', energy: 380 },
    ];
    expect(checkFamily({ meter: 'main', energy: 1000, children })).toEqual([]);
  });
  test('name the child with a likely multiplier too much', () => {
    const children = [
      { meter: 'a', energy: 600 },
      { meter: 'b', energy: 3800 },
    ];
    expect(checkFamily({ meter: 'main', energy: 1000, children })).toEqual([
      expect.objectContaining({ fault: 'wrong-multiplier', place: 'b', factor: 0.1 }),
    ]);
  });
  test('are told where no multiplier explains it', () => {
    const children = [
      { meter: 'a', energy: 600 },
      { meter: 'b', energy: 600 },
    ];
    expect(checkFamily({ meter: 'main', energy: 1000, children })).toEqual([
      expect.objectContaining({ fault: 'children-exceed-parent' }),
    ]);
  });
});

test('all meters are judged together, and a finding stands at the meter it names', () => {
  const half = changed((sample) => ({
    energyKwh: 100 + ((sample.energyKwh ?? 0) - 5000) / 2,
    ...scaledPhases([0.5, 0.5, 0.5])(sample),
  }));
  // A factor of 10 on power and energy alike: only the family shows it.
  const tenfold = half.map((sample) => ({
    ...sample,
    energyKwh: (sample.energyKwh ?? 0) * 10,
    ...scaledPhases([10, 10, 10])(sample),
  }));
  const verdicts = commissionMeters([
    { id: 'main', samples: healthy() },
    { id: 'a', parent: 'main', samples: half },
    { id: 'b', parent: 'main', samples: tenfold },
  ]);
  expect(verdicts.map(({ meter, isAccepted }) => [meter, isAccepted])).toEqual([
    ['main', true],
    ['a', true],
    ['b', false],
  ]);
  expect(verdicts[2]?.findings).toEqual([
    expect.objectContaining({ fault: 'wrong-multiplier', factor: 0.1 }),
  ]);
});
