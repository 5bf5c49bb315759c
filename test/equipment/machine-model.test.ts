import { expect, test } from 'vitest';
import { scoreForest, trainForest } from '../../scenarios/equipment/anomaly/isolation-forest.ts';
import { scorePca, trainPca } from '../../scenarios/equipment/anomaly/principal-components.ts';
import { ruleRecords, type Verdict } from '../../scenarios/equipment/diagnosis/feedback.ts';
import { healthIndex } from '../../scenarios/equipment/health/health-index.ts';
import { judgeCondition, scalarObservations } from '../../scenarios/equipment/model/judge-condition.ts';
import {
  type ConditionRow,
  type MachineModel,
  trainMachineModel,
} from '../../scenarios/equipment/model/machine-model.ts';
import { stuckMinutes } from '../../scenarios/equipment/model/stuck-value.ts';
import {
  learnNormal,
  type NormalRow,
  normalResiduals,
} from '../../scenarios/equipment/normal/learned-normal.ts';
import { seeded } from '../environment/seeded.ts';

const STEP_MS = 300_000;
const ROWS = 400;

/** A machine whose load swings over some hours; current, flow and a slow temperature follow it. */
function machineRows(
  count: number,
  change: (row: Record<string, number>, i: number) => void = () => undefined,
) {
  const random = seeded(5);
  let warm = 64;
  return Array.from({ length: count }, (_, i): ConditionRow => {
    const load = 60 + 20 * Math.sin(i / 17) + 4 * (random() - 0.5);
    warm += (40 + 0.4 * load - warm) * 0.15;
    const values = {
      load,
      current: 0.5 * load + 0.3 * (random() - 0.5),
      flow: 1.2 * load + 0.6 * (random() - 0.5),
      bearingTemperature: warm + 0.3 * (random() - 0.5),
      vibrationVelocity: 1 + 0.005 * load + 0.04 * (random() - 0.5),
    };
    change(values, i);
    return { timeMs: i * STEP_MS, isRunning: true, values };
  });
}

function trained(rows: readonly ConditionRow[] = machineRows(ROWS)): MachineModel {
  const span = { startMs: 0, endMs: rows.length * STEP_MS };
  return trainMachineModel({ asset: 'm', version: 1, span, reason: 'first', rows, recordings: [] });
}

test('what goes together and no longer does raises Q, and the sensor that broke away contributes most', () => {
  const random = seeded(3);
  const row = (): number[] => {
    const x = random();
    return [x, 2 * x + 0.01 * random(), 3 - x + 0.01 * random()];
  };
  const model = trainPca(['a', 'b', 'c'], Array.from({ length: 200 }, row));
  const usual = scorePca(model, [0.5, 1.005, 2.505]);
  const broken = scorePca(model, [0.5, 1.4, 2.505]);
  expect(usual.q).toBeLessThan(1);
  expect(broken.q).toBeGreaterThan(1);
  expect(broken.contributions[0]?.name).toBe('b');
  expect(scorePca(model, [4, 8.005, -1]).t2).toBeGreaterThan(1);
  expect(broken.contributions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
});

test('an isolation forest finds the row that is alone, and the same rows give the same forest', () => {
  const random = seeded(4);
  const rows = Array.from({ length: 300 }, () => [random(), random(), random()]);
  const model = trainForest(['a', 'b', 'c'], rows);
  expect(scoreForest(model, [0.5, 0.5, 0.5])).toBeLessThan(1);
  expect(scoreForest(model, [9, -9, 9])).toBeGreaterThan(1);
  expect(trainForest(['a', 'b', 'c'], rows)).toEqual(model);
});

test('too few rows are refused', () => {
  expect(() => trainPca(['a', 'b'], [[1, 2]])).toThrowError(
    expect.objectContaining({ code: 'training-too-short' }),
  );
  expect(() => trained(machineRows(20))).toThrowError(
    expect.objectContaining({ code: 'training-too-short' }),
  );
});

test('a normal learned from load with its memory leaves the residual of a warmer bearing alone', () => {
  const rows = machineRows(ROWS).map(
    ({ timeMs, values }): NormalRow => ({
      ...{ timeMs, load: values.load ?? 0, rpm: undefined, value: values.bearingTemperature },
    }),
  );
  const normal = learnNormal(rows);
  const hot = rows.map((row, i) => ({ ...row, value: (row.value ?? 0) + (i >= 300 ? 6 : 0) }));
  const residuals = normalResiduals(normal, hot);
  expect(Math.abs(residuals[290] ?? 0)).toBeLessThan(1.5);
  expect(residuals[350]).toBeGreaterThan(4.5);
  expect(normal.residualScale).toBeLessThan(1);
});

test('a load that was never learned is not judged', () => {
  const rows = machineRows(ROWS).map(
    ({ timeMs, values }): NormalRow => ({
      ...{ timeMs, load: values.load ?? 0, rpm: undefined, value: values.flow },
    }),
  );
  const strange = [...rows.slice(0, 50), { ...(rows[50] as NormalRow), load: 400 }];
  expect(normalResiduals(learnNormal(rows), strange).at(-1)).toBeUndefined();
});

test('a healthy machine stays under every limit after training', () => {
  const model = trained();
  const rows = machineRows(ROWS + 200);
  for (let end = ROWS + 20; end < rows.length; end += 20) {
    const { trends, anomaly } = judgeCondition(model, rows.slice(Math.max(0, end - 288), end));
    expect(anomaly?.score).toBeLessThan(1);
    for (const { ewma, cusum } of trends) expect(Math.max(Math.abs(ewma), Math.abs(cusum))).toBeLessThan(1);
  }
});

test('a temperature that creeps up warns, and the temperature contributes most', () => {
  const model = trained();
  const rows = machineRows(ROWS + 60, (values, i) => {
    if (i >= ROWS) values.bearingTemperature = (values.bearingTemperature ?? 0) + 0.15 * (i - ROWS);
  }).slice(-288);
  const judged = judgeCondition(model, rows);
  const trend = judged.trends.find(({ quantity }) => quantity === 'bearingTemperature');
  expect(Math.max(trend?.ewma ?? 0, trend?.cusum ?? 0)).toBeGreaterThan(1);
  expect(judged.anomaly?.score).toBeGreaterThan(1);
  expect(judged.anomaly?.contributions[0]?.name).toBe('bearingTemperature');
  expect(scalarObservations(model, judged, rows.at(-1)).temperatureSigmas).toBeGreaterThan(4);
});

test('rows that end earlier are judged the same as far as they go: nothing looks ahead', () => {
  const model = trained();
  const rows = machineRows(ROWS + 100, (values, i) => {
    if (i > ROWS + 50) values.flow = 0;
  });
  const at = (all: readonly ConditionRow[], end: number) => judgeCondition(model, all.slice(end - 200, end));
  expect(at(rows.slice(0, ROWS + 40), ROWS + 40)).toEqual(at(rows, ROWS + 40));
});

test('a model says what it was trained on and how it did on the last fifth', () => {
  const model = trained();
  expect(model).toMatchObject({
    version: 1,
    trainedFromMs: 0,
    trainedToMs: ROWS * STEP_MS,
    loadQuantity: 'load',
  });
  expect(model.features).toEqual(['bearingTemperature', 'current', 'flow', 'load', 'vibrationVelocity']);
  expect(model.metrics.runningRows).toBe(ROWS);
  expect(model.metrics.falseAlarmShare).toBeLessThan(0.05);
  expect(model.metrics.explainedVariance).toBeGreaterThan(0.8);
  expect(JSON.parse(JSON.stringify(model))).toEqual(model);
});

test('a value that stands still while the machine runs is counted in minutes', () => {
  const rows = machineRows(40, (values, i) => {
    if (i >= 20) values.vibrationVelocity = 1.234;
  });
  expect(stuckMinutes(rows, ['vibrationVelocity', 'current'])).toBe(95);
  expect(stuckMinutes(rows, ['current', 'flow'])).toBe(0);
  expect(stuckMinutes([], ['current'])).toBe(0);
});

test('health is what the gravest finding leaves, and says which', () => {
  const none = {
    zone: undefined,
    warning: undefined,
    anomaly: undefined,
    diagnosis: undefined,
    urgency: undefined,
  };
  expect(healthIndex(none)).toEqual({ index: 100, because: 'nothing' });
  expect(healthIndex({ ...none, zone: 'C', warning: 1.2 })).toEqual({ index: 50, because: 'zone' });
  expect(healthIndex({ ...none, zone: 'A', warning: 0.99 })).toEqual({ index: 100, because: 'nothing' });
  expect(healthIndex({ ...none, diagnosis: 1, urgency: 'now' })).toEqual({ index: 20, because: 'diagnosis' });
  expect(healthIndex({ ...none, anomaly: 9 }).index).toBe(70);
});

test('precision and recall of a rule follow from what persons said', () => {
  const said = (fault: string, verdict: Verdict) => ({
    asset: 'm',
    fault,
    verdict,
    sinceMs: 0,
    givenMs: 0,
    by: 'x',
  });
  const records = ruleRecords([
    said('unbalance', 'confirmed'),
    said('unbalance', 'confirmed'),
    said('unbalance', 'rejected'),
    said('unbalance', 'missed'),
    said('belt', 'rejected'),
    said('', 'new-normal'),
  ]);
  expect(records).toEqual([
    { fault: 'belt', confirmed: 0, rejected: 1, missed: 0, precision: 0, recall: undefined },
    { fault: 'unbalance', confirmed: 2, rejected: 1, missed: 1, precision: 2 / 3, recall: 2 / 3 },
  ]);
});
