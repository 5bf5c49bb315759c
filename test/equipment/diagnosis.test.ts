import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readFaultKnowledge } from '../../cli/analyse/equipment-knowledge.ts';
import { type FaultRule, rankHypotheses } from '../../scenarios/equipment/diagnosis/hypotheses.ts';
import { lineObservations } from '../../scenarios/equipment/diagnosis/observations.ts';
import { powerSpectrum } from '../../scenarios/equipment/signal/spectrum.ts';
import { temporaryFile } from './run-analyse.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const faults = readFaultKnowledge(join(root, 'scenarios/equipment/knowledge/faults.yaml'));
const SHAFT_HZ = 24.6;
const FS_HZ = 4096;

/** Velocity of a machine with lines at orders of its shaft. */
function observed(lines: Readonly<Record<string, number>>) {
  const samples = Array.from({ length: 4 * FS_HZ }, (_, i) =>
    Object.entries(lines).reduce(
      (sum, [order, mmPerS]) => sum + mmPerS * Math.sin((2 * Math.PI * Number(order) * SHAFT_HZ * i) / FS_HZ),
      0,
    ),
  );
  return lineObservations(powerSpectrum(samples, FS_HZ), SHAFT_HZ);
}

test('the ratios are those of the lines', () => {
  const found = observed({ 1: 4, 2: 2, 0.5: 1, 3: 1.2 });
  expect(found.ratio2x).toBeCloseTo(0.5, 2);
  expect(found.ratioHalf).toBeCloseTo(0.25, 2);
  expect(found.ratioHarmonics).toBeCloseTo(0.3, 2);
  expect(found.share1x).toBeCloseTo(4 / Math.hypot(4, 2, 1, 1.2), 2);
});

test('twice the line frequency is not told from a shaft harmonic beside it', () => {
  const spectrum = powerSpectrum(
    Array.from({ length: 4 * FS_HZ }, (_, i) => Math.sin((2 * Math.PI * 25 * i) / FS_HZ)),
    FS_HZ,
  );
  expect(lineObservations(spectrum, 25).ratioTwiceLine).toBeUndefined();
});

test.each([
  ['unbalance', { ...observed({ 1: 5, 2: 0.4, 3: 0.2 }), velocityToBaseline: 3 }],
  ['misalignment', { ...observed({ 1: 3, 2: 3.5, 3: 0.4 }), velocityToBaseline: 3 }],
  ['looseness', { ...observed({ 0.5: 1, 1: 2, 2: 1.2, 3: 1, 4: 0.9, 5: 0.8 }), velocityToBaseline: 2 }],
  ['bearing', { ...observed({ 1: 1, 2: 0.5 }), bearingChance: 1e-9, kurtosis: 7, accelerationToBaseline: 2 }],
  [
    'cavitation',
    { bearingChance: 0.4, kurtosis: 3.2, accelerationToBaseline: 3, suctionPressureDropKpa: 40 },
  ],
  ['electrical', { ...observed({ 1: 1, 4.0650406504: 1.5 }), velocityToBaseline: 1.4 }],
])('%s ranks first on its own symptoms', (id, observations) => {
  expect(rankHypotheses(faults, observations)[0]?.fault.id).toBe(id);
});

const rule = (symptoms: FaultRule['symptoms']): FaultRule => ({
  ...(faults[0] as FaultRule),
  symptoms,
});

test('evidence for and against is told apart, and what was not observed is named', () => {
  const fault = rule([
    { observation: 'share1x', atLeast: 0.8, weight: 4 },
    { observation: 'ratio2x', below: 0.4, weight: 2 },
    { observation: 'kurtosis', atLeast: 4, weight: 2 },
    { observation: 'bearingChance', below: 0.001, weight: 1, against: true },
  ]);
  const [found] = rankHypotheses([fault], { share1x: 0.9, ratio2x: 0.5, bearingChance: 1e-6 });
  expect(found?.evidenceFor.map(({ symptom }) => symptom.observation)).toEqual(['share1x']);
  expect(found?.evidenceAgainst.map(({ symptom }) => symptom.observation)).toEqual([
    'ratio2x',
    'bearingChance',
  ]);
  expect(found?.missing).toEqual(['kurtosis']);
  expect(found?.confidence).toBeCloseTo((4 - 1) / 8, 12);
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
