import { describe, expect, test } from 'vitest';
import type { MeterSample } from '../../scenarios/energy/commissioning.ts';
import { commissionMeters } from '../../scenarios/energy/commissioning-run.ts';
import { swapCounterWords, swapFloatWords } from '../../scenarios/energy/commissioning-words.ts';
import { type SimulatedMeter, simulateMeter } from './simulated-meter.ts';

/** Findings as `fault@place*factor`. */
function findings(samples: readonly MeterSample[]): string[] {
  const [verdict] = commissionMeters([{ id: 'm', samples }]);
  return (verdict?.findings ?? []).map(
    ({ fault, place, factor }) =>
      `${fault}${place === undefined ? '' : `@${place}`}${factor === undefined ? '' : `*${factor}`}`,
  );
}

const isShift = (minute: number): boolean => minute > 360 && minute < 1320;
const noise = (minute: number, phase: number): number => 1 + 0.1 * Math.sin(minute * 12.9 + phase * 78.2);

const loads = {
  'two shifts': (minute, phase) => (isShift(minute) ? 30 : 4) * noise(minute, phase),
  constant: () => 12,
  unbalanced: (minute, phase) => ([30, 12, 5][phase] ?? 0) * noise(minute, phase),
  tiny: (minute, phase) => 0.004 * noise(minute, phase),
  'on and off': (minute, phase) => (minute % 90 < 20 ? 8 * noise(minute, phase) : 0),
  'roof generation at noon': (minute, phase) =>
    10 * noise(minute, phase) - 25 * Math.max(0, Math.sin(((minute - 360) * Math.PI) / 720)),
  'generation on L2 alone': (minute, phase) =>
    10 * noise(minute, phase) -
    (phase === 1 ? 25 * Math.max(0, Math.sin(((minute - 360) * Math.PI) / 720)) : 0),
} as const satisfies Record<string, SimulatedMeter['phaseKw']>;

describe('a meter that is right has no finding', () => {
  test.each(Object.entries(loads))('%s', (_, phaseKw) => {
    for (const lagDeg of [-40, 0, 20, 60, 75])
      expect(findings(simulateMeter({ phaseKw, lagDeg }))).toEqual([]);
  });
  test.each([0.001, 0.1, 1, 40])('with a register of steps of %f kWh', (registerStepKwh) => {
    for (const load of ['two shifts', 'tiny', 'on and off'] as const)
      expect(findings(simulateMeter({ phaseKw: loads[load], registerStepKwh }))).toEqual([]);
  });
});

describe.each(['two shifts', 'constant', 'unbalanced', 'on and off'] as const)(
  'wiring under a load of %s',
  (load) => {
    const phaseKw = loads[load];
    test.each([
      [[-1, 1, 1], ['reversed-ct@L1*-1']],
      [[1, -1, 1], ['reversed-ct@L2*-1']],
      [[1, 1, -1], ['reversed-ct@L3*-1']],
      [
        [1, -1, -1],
        ['reversed-ct@L2*-1', 'reversed-ct@L3*-1'],
      ],
      [[-1, -1, -1], ['all-reversed*-1']],
      [[0, 1, 1], ['dead-channel@L1']],
      [[1, 0, 1], ['dead-channel@L2']],
      [[1, 1, 0], ['dead-channel@L3']],
      [
        [-1, 0, 1],
        ['reversed-ct@L1*-1', 'dead-channel@L2'],
      ],
    ] as const)('transformers %j: %j', (transformers, wanted) => {
      for (const lagDeg of [-30, 5, 45])
        expect(findings(simulateMeter({ phaseKw, lagDeg, transformers }))).toEqual(wanted);
    });
    test('a reversed transformer and a register ten times too slow', () => {
      const samples = simulateMeter({ phaseKw, transformers: [1, -1, 1], registerFactor: 0.1 });
      expect(findings(samples)).toEqual(['reversed-ct@L2*-1', 'wrong-multiplier*10']);
    });
    test.each([10, 0.1, 40, 1 / 40, 1000, 1 / 1000])('a register %f times too fast', (registerFactor) => {
      const [finding, ...rest] = commissionMeters([
        { id: 'm', samples: simulateMeter({ phaseKw, registerFactor, registerStepKwh: 0.001 }) },
      ]).flatMap((verdict) => verdict.findings);
      expect(finding).toMatchObject({ fault: 'wrong-multiplier' });
      expect(finding?.factor).toBeCloseTo(1 / registerFactor, 9);
      expect(rest).toEqual([]);
    });
  },
);

describe('voltages and currents of different phases put together', () => {
  test.each([[[1, 0, 2]], [[0, 2, 1]], [[2, 1, 0]]] as const)('currents %j', (currentOf) => {
    for (const lagDeg of [-20, 0, 20, 35])
      expect(findings(simulateMeter({ phaseKw: loads['two shifts'], currentOf, lagDeg }))).toContain(
        'swapped-phases',
      );
  });
  test('a power a thousand times its voltage × current', () => {
    const samples = simulateMeter({ phaseKw: loads['two shifts'] }).map((sample) => ({
      ...sample,
      currentsA: sample.currentsA?.map((a) => a / 1000) as [number, number, number],
    }));
    expect(findings(samples)).toEqual(['wrong-multiplier@voltage × current']);
  });
});

describe('words exchanged', () => {
  const samples = simulateMeter({ phaseKw: loads['two shifts'] });
  test('of the power, as read and averaged', () => {
    const exchanged = samples.map((s) => ({ ...s, activePowerKw: swapFloatWords(s.activePowerKw ?? 0) }));
    expect(findings(exchanged)).toEqual(['swapped-words']);
    const averaged = exchanged.map((s, i) => ({
      ...s,
      activePowerKw: (s.activePowerKw + (exchanged[i + 1]?.activePowerKw ?? 0)) / 2,
    }));
    expect(findings(averaged)).toEqual(['swapped-words']);
  });
  test.each([1, 0.1, 0.01, 0.001])('of a counter of steps of %f kWh', (step) => {
    const exchanged = samples.map((s) => ({
      ...s,
      energyKwh: swapCounterWords(Math.floor((s.energyKwh ?? 0) / step)) * step,
    }));
    expect(findings(exchanged)).toContain('swapped-words');
  });
});
