import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readFaultKnowledge } from '../../cli/analyse/equipment-knowledge.ts';
import type { Waveform } from '../../model/waveform.ts';
import { regimeSample, trainRegimes } from '../../scenarios/equipment/baseline/regime-baseline.ts';
import { diagnoseMachine, isSaid } from '../../scenarios/equipment/diagnosis/diagnose-machine.ts';
import { type FaultRule, rankHypotheses } from '../../scenarios/equipment/diagnosis/hypotheses.ts';
import {
  type Observations,
  transmitterAlone,
  vibrationObservations,
} from '../../scenarios/equipment/diagnosis/observations.ts';
import { analyseWaveform } from '../../scenarios/equipment/waveform/analyse-waveform.ts';
import { driveDesign } from '../../scenarios/equipment/waveform/drive-design.ts';
import { currentSignature } from '../../scenarios/equipment/waveform/motor-current.ts';
import { temporaryFile } from '../run-command.ts';
import { simulatedRun } from './simulated-runs.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const faults = readFaultKnowledge(join(root, 'scenarios/equipment/knowledge/faults.yaml'));
const SHAFT_HZ = 24.3;
const FS_HZ = 4096;
const GEAR_TEETH = 23;
const BELT_ORDER = 0.37;
const design = driveDesign({ gearTeeth: GEAR_TEETH, beltOrder: BELT_ORDER });

type Lines = Readonly<Record<string, number>>;

/** Velocity in mm/s of a machine with lines (peak) at orders of its shaft; a seed varies the phases and adds a little noise. */
function recording(lines: Lines, seed = 0, shaftRpm = 60 * SHAFT_HZ): Waveform {
  const noise = (i: number): number => 0.02 * ((((i + 1) * 7919 + seed * 104_729) % 1000) / 500 - 1);
  const samples = Float32Array.from({ length: 4 * FS_HZ }, (_, i) =>
    Object.entries(lines).reduce(
      (sum, [order, mmPerS], k) =>
        sum + mmPerS * Math.sin((2 * Math.PI * Number(order) * SHAFT_HZ * i) / FS_HZ + k * (seed + 1)),
      noise(i),
    ),
  );
  const mounting = { position: 'drive-end', direction: 'radial' } as const;
  const known = { asset: 'm', quantity: 'vibrationWaveform', timeMs: 0, unit: 'mm/s', mounting } as const;
  return {
    samples,
    info: { ...known, sampleRateHz: FS_HZ, samples: samples.length, shaftRpm, loadPct: 80 },
  };
}

const HEALTHY: Lines = { 1: 1, 2: 0.4, 3: 0.1, [GEAR_TEETH]: 0.3 };
const regimes = trainRegimes(
  Array.from({ length: 12 }, (_, seed) => regimeSample(analyseWaveform(recording(HEALTHY, seed), design))),
);

function observed(change: Lines, seed = 77): Observations {
  const lines = Object.fromEntries(
    [...new Set([...Object.keys(HEALTHY), ...Object.keys(change)])].map((order) => [
      order,
      (HEALTHY[order] ?? 0) + (change[order] ?? 0),
    ]),
  );
  return vibrationObservations(analyseWaveform(recording(lines, seed), design), regimes);
}

test('shares are of the growth over the baseline, not of the whole', () => {
  const found = observed({ 2: 1.2 });
  expect(found.share2x).toBeCloseTo(1, 1);
  expect(found.share1x).toBeLessThan(0.05);
  expect(found.velocityToBaseline).toBeGreaterThan(1.5);
});

test('a healthy recording has no growth to take apart, and nothing is abnormal', () => {
  const found = observed({});
  expect(found.share1x).toBeUndefined();
  expect(diagnoseMachine(faults, found)).toMatchObject({ fault: undefined, abnormal: [] });
});

test('without a baseline shares are of the whole', () => {
  const found = vibrationObservations(analyseWaveform(recording({ 1: 4, 2: 2 }), design), []);
  expect(found.share1x).toBeCloseTo(16 / 20, 1);
  expect(found.growthSigmas).toBeUndefined();
  expect(found.regimeUnknown).toBeUndefined();
});

test('a recording without shaft speed has no lines, no bearing verdict and no regime', () => {
  const { samples, info } = recording(HEALTHY, 3);
  const bearing = { bearingBpfo: 3.58, bearingBpfi: 5.42, bearingBsf2: 4.71, bearingFtf: 0.398 };
  const withoutSpeed = { samples, info: { ...info, shaftRpm: undefined } };
  const analysis = analyseWaveform(withoutSpeed, driveDesign(bearing));
  expect(analysis.lines).toEqual({});
  expect(analysis.bearing).toBeUndefined();
  expect(vibrationObservations(analysis, regimes).regimeUnknown).toBe(1);
});

test('a regime that was never learned gives no comparison', () => {
  const other = recording(HEALTHY, 5, 90 * SHAFT_HZ);
  expect(vibrationObservations(analyseWaveform(other, design), regimes)).toMatchObject({
    regimeUnknown: 1,
    velocityToBaseline: undefined,
  });
});

test('twice the line frequency is not told from a shaft harmonic beside it', () => {
  const beside = analyseWaveform(recording(HEALTHY, 1), driveDesign({ lineHz: SHAFT_HZ * 2 }));
  expect(beside.lines.twiceLine).toBeUndefined();
  expect(analyseWaveform(recording(HEALTHY, 1), design).lines.twiceLine).toBeDefined();
});

const sidebands = Object.fromEntries([-2, -1, 1, 2].map((k) => [GEAR_TEETH + k, 0.8]));
const belt = Object.fromEntries([1, 2, 3].map((k) => [k * BELT_ORDER, 0.9]));
test.each<[string, Observations]>([
  ['unbalance', observed({ 1: 2 })],
  ['misalignment', observed({ 1: 0.6, 2: 2 })],
  ['looseness', observed({ 0.5: 0.8, 1: 0.8, 2: 0.8, 3: 1, 4: 0.9, 5: 0.8, 6: 0.7 })],
  ['electrical', observed({ [100 / SHAFT_HZ]: 1.6 })],
  ['gear', observed({ [GEAR_TEETH]: 0.8, ...sidebands })],
  ['belt', observed(belt)],
  ['bearing-outer', { bearingOuterChance: 1e-9, bearingOuterRank: 1, bearingChance: 1e-9, kurtosis: 7 }],
  ['bearing-inner', { bearingInnerChance: 1e-9, bearingInnerRank: 1, bearingChance: 1e-9, kurtosis: 7 }],
  ['bearing-ball', { bearingBallChance: 1e-9, bearingBallRank: 1, bearingChance: 1e-9, kurtosis: 7 }],
  ['bearing-cage', { bearingCageChance: 1e-9, bearingChance: 0.2, kurtosis: 3.3 }],
  [
    'lubrication',
    { highBandToBaseline: 2, highBandSigmas: 15, temperatureSigmas: 8, temperatureResidualK: 9, kurtosis: 3 },
  ],
  [
    'cavitation',
    { bearingChance: 0.4, kurtosis: 3.2, accelerationToBaseline: 3, suctionPressureDropKpa: 40 },
  ],
  ['rotor-bar', { rotorBarDb: -33 }],
  ['sensor', { waveformDead: 1 }],
  ['sensor', { stuckMinutes: 120, velocityToBaseline: 1, bearingChance: 0.5 }],
  [
    'sensor-drift',
    { transmitterAloneSigmas: 9, velocityToBaseline: 1, growthSigmas: 0.5, bearingChance: 0.5 },
  ],
  ['process', { processSigmas: 9, velocityToBaseline: 1.02, bearingChance: 0.5, kurtosis: 3 }],
])('%s ranks first on its own symptoms', (id, observations) => {
  expect(rankHypotheses(faults, observations)[0]?.fault.id).toBe(id);
});

const soundSensor = { waveformDead: 0, clippedShare: 0, scalarDisagreement: 0.05, stuckMinutes: 0 };
test.each([{ waveformDead: 1 }, { clippedShare: 0.02 }, { stuckMinutes: 120 }])(
  'a sensor that fails in one way is named though it is sound in the others: %o',
  (failed) => {
    const recorded = { velocityToBaseline: 1, growthSigmas: 0.5, bearingChance: 0.5, kurtosis: 3 };
    expect(diagnoseMachine(faults, { ...recorded, ...soundSensor }).fault).toBeUndefined();
    const twoPlaces = { ...soundSensor, scalarDisagreement: 0.9 };
    expect(diagnoseMachine(faults, { ...recorded, ...twoPlaces }).fault).toBeUndefined();
    expect(diagnoseMachine(faults, { ...recorded, ...soundSensor, ...failed }).fault).toBe('sensor');
  },
);

test('every fault of the knowledge base is named by one of the cases above, and has a source', () => {
  expect(faults.map(({ id }) => id).sort()).toEqual(
    [
      ...[
        'unbalance',
        'misalignment',
        'looseness',
        'electrical',
        'gear',
        'belt',
        'lubrication',
        'cavitation',
      ],
      ...['bearing-outer', 'bearing-inner', 'bearing-ball', 'bearing-cage', 'rotor-bar', 'sensor', 'process'],
      'sensor-drift',
    ].sort(),
  );
  for (const { source, advice } of faults)
    expect([source.length, advice.length].every((n) => n > 20)).toBe(true);
});

test('a bearing is known by its catalogue multipliers, or by its geometry', () => {
  // 6205-2RS of the bearing records: 9 balls of 0.3126 in on 1.537 in.
  const geometry = { bearingBalls: 9, bearingBallMm: 7.94, bearingPitchMm: 39.04 };
  expect(driveDesign(geometry).bearing?.bpfo).toBeCloseTo(3.5848, 3);
  expect(driveDesign(geometry).bearing?.bsf2).toBeCloseTo(4.7135, 2);
  const catalogue = { bearingBpfo: 3, bearingBpfi: 5, bearingBsf2: 4, bearingFtf: 0.4 };
  expect(driveDesign({ ...geometry, ...catalogue }).bearing).toEqual({ bpfo: 3, bpfi: 5, bsf2: 4, ftf: 0.4 });
  expect(driveDesign({ bearingBalls: 9 }).bearing).toBeUndefined();
  expect(driveDesign({ ...geometry, bearingPitchMm: 5 }).bearing).toBeUndefined();
});

test('a fault is told when it was named twice in a row', () => {
  expect(isSaid(['unbalance'])).toBe(false);
  expect(isSaid([undefined, 'unbalance'])).toBe(false);
  expect(isSaid(['looseness', 'unbalance', 'unbalance'])).toBe(true);
  expect(isSaid(['unbalance', 'unbalance', undefined])).toBe(false);
});

/** Stator current of a two-pole-pair motor at 1470 rpm: slip 2 %, sidebands at 48 and 52 Hz. */
function current(sidebandDb: number): Float32Array {
  const fs = 2000;
  const amplitude = 10 ** (sidebandDb / 20);
  return Float32Array.from({ length: 20 * fs }, (_, i) => {
    const at = (hz: number): number => Math.sin((2 * Math.PI * hz * i) / fs);
    return 40 * (at(50) + amplitude * at(48) + 0.7 * amplitude * at(52));
  });
}

test.each([-30, -42, -55])('a rotor bar sideband of %i dB is measured', (db) => {
  const found = currentSignature(current(db), 2000, 1470, 2, 50);
  expect(found?.rotorBarDb).toBeCloseTo(db, 0);
  expect(found?.slip).toBeCloseTo(0.02, 3);
});

test('a motor without load, or a short record, has no signature', () => {
  expect(currentSignature(current(-30), 2000, 1499.5, 2, 50)).toBeUndefined();
  expect(currentSignature(current(-30).slice(0, 2000), 2000, 1470, 2, 50)).toBeUndefined();
});

const rule = (symptoms: FaultRule['symptoms']): FaultRule => ({
  ...(faults[0] as FaultRule),
  symptoms,
});

test('evidence for and against is told apart, and what was not observed is named', () => {
  const fault = rule([
    { observation: 'share1x', atLeast: 0.8, weight: 4 },
    { observation: 'share2x', below: 0.4, weight: 2 },
    { observation: 'kurtosis', atLeast: 4, weight: 2 },
    { observation: 'bearingChance', below: 0.001, weight: 1, against: true },
  ]);
  const [found] = rankHypotheses([fault], { share1x: 0.9, share2x: 0.5, bearingChance: 1e-6 });
  expect(found?.evidenceFor.map(({ symptom }) => symptom.observation)).toEqual(['share1x']);
  expect(found?.evidenceAgainst.map(({ symptom }) => symptom.observation)).toEqual([
    'share2x',
    'bearingChance',
  ]);
  expect(found?.missing).toEqual(['kurtosis']);
  expect(found?.confidence).toBeCloseTo((4 - 1) / 8, 12);
});

test('a symptom that few machines can show does not count where it was not observed', () => {
  const fault = rule([
    { observation: 'share1x', atLeast: 0.8, weight: 4 },
    { observation: 'axialToRadial', below: 0.5, weight: 4, optional: true },
  ]);
  expect(rankHypotheses([fault], { share1x: 0.9 })[0]?.confidence).toBe(1);
  expect(rankHypotheses([fault], { share1x: 0.9, axialToRadial: 0.8 })[0]?.confidence).toBe(0.5);
});

test('without observations no fault has any confidence', () => {
  expect(rankHypotheses(faults, {}).every(({ confidence }) => confidence === 0)).toBe(true);
});

test.each(['', 'faults: []', 'faults: [', 'faults: [{ id: a }]'])(
  'a wrong knowledge base is refused: "%s"',
  (text) => {
    expect(() => readFaultKnowledge(temporaryFile('faults.yaml', text))).toThrowError(
      expect.objectContaining({ code: 'knowledge-invalid' }),
    );
  },
);

test.each(['{ observation: colour, atLeast: 1, weight: 1 }', '{ observation: kurtosis, weight: 1 }'])(
  'a symptom that can not be judged is refused: %s',
  (symptom) => {
    const text = `faults: [{ id: a, name: { en: a, zh: a }, source: s, urgency: plan, advice: a, symptoms: [${symptom}] }]`;
    expect(() => readFaultKnowledge(temporaryFile('faults.yaml', text))).toThrowError(/wrong symptom/);
  },
);

test('a transmitter moves alone only where nothing of its recording moved, and by more than it may be off', () => {
  const stands = { growthSigmas: 0.4, accelerationSigmas: -1, highBandSigmas: 1, bearingChance: 0.3 };
  const drifted = { residual: 0.5, expected: 0.9, sigmas: 12 };
  expect(transmitterAlone(stands, drifted)).toBe(12);
  expect(transmitterAlone(stands, { ...drifted, residual: -0.5, sigmas: -12 })).toBe(12);
  expect(transmitterAlone(stands, { ...drifted, residual: 0.1 })).toBe(0);
  for (const moved of [
    { growthSigmas: 8 },
    { accelerationSigmas: 5 },
    { highBandSigmas: 6 },
    { bearingChance: 1e-6 },
  ])
    expect(transmitterAlone({ ...stands, ...moved }, drifted)).toBeUndefined();
  expect(transmitterAlone({ ...stands, growthToBaseline: 1.2 }, drifted)).toBeUndefined();
  expect(transmitterAlone({}, drifted)).toBeUndefined();
  expect(transmitterAlone(stands, undefined)).toBeUndefined();
});

test('a transmitter of the simulated plant that drifts is told as its own fault, and as nothing else', () => {
  const said = simulatedRun('fan-1', 'sensor-drift', 4).records.map((record) => record.said);
  expect(said.filter((one) => one !== undefined)).not.toEqual([]);
  expect(new Set(said)).toEqual(new Set([undefined, 'sensor-drift']));
});
