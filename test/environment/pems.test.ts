import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type EmissionPrediction, monitorRows, trainMonitor } from '../../scenarios/environment/pems.ts';
import { fitQuadratic, predictQuadratic } from '../../scenarios/environment/pems-quadratic.ts';
import {
  afterCampaign,
  intervalHalfWidth,
  startRecalibration,
} from '../../scenarios/environment/pems-recalibration.ts';
import { fitTrees, predictTrees } from '../../scenarios/environment/pems-trees.ts';
import { datasetPath } from '../datasets.ts';
import { temporaryFile } from '../run-command.ts';
import { csvRows, runAnalyse } from './run-analyse.ts';
import { seeded } from './seeded.ts';

/** A made-up turbine: load and air temperature make everything, three sensors follow them. */
function plant(rows: number, seed: number) {
  const random = seeded(seed);
  const columns = Array.from({ length: 4 }, () => new Float64Array(rows));
  const target = new Float64Array(rows);
  for (let i = 0; i < rows; i += 1) {
    const load = 0.5 + 0.4 * Math.sin(i / 37) + 0.1 * random();
    const air = 15 + 10 * Math.sin(i / 700) + 2 * random();
    const row = [
      air,
      1000 + 90 * load + random(),
      520 + 40 * load - 0.5 * air + random(),
      100 + 60 * load + random(),
    ];
    row.forEach((value, j) => {
      (columns[j] ?? target)[i] = value;
    });
    target[i] = 60 + 25 * load - 0.6 * air + 8 * load * load + 3 * (random() + random() - 1);
  }
  return { columns, target };
}

const rowsOf = (columns: readonly Float64Array[], from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => ({ inputs: columns.map((c) => c[from + k] ?? 0) }));

describe('models', () => {
  it('the quadratic model recovers a quadratic exactly', () => {
    const x = Float64Array.from({ length: 300 }, (_, i) => (i % 17) - 8);
    const z = Float64Array.from({ length: 300 }, (_, i) => (i % 13) - 6);
    const y = x.map((v, i) => 3 + 2 * v - (z[i] ?? 0) + 0.5 * v * (z[i] ?? 0));
    const model = fitQuadratic([x, z], y, 1e-9);
    expect(predictQuadratic(model, [20, -11])).toBeCloseTo(3 + 40 + 11 - 110, 6);
  });

  it('trees learn a step, stay within the range of the target, and are the same every time', () => {
    const x = Float64Array.from({ length: 400 }, (_, i) => i / 400);
    const y = x.map((v) => (v > 0.3 ? 10 : 2));
    const settings = { trees: 60, depth: 2, learningRate: 0.2, minLeaf: 5, shrinkage: 1 };
    const model = fitTrees([x], y, settings);
    expect(predictTrees(model, [0.1])).toBeCloseTo(2, 1);
    expect(predictTrees(model, [0.9])).toBeCloseTo(10, 1);
    expect(predictTrees(model, [99])).toBeLessThanOrEqual(10.001);
    expect(fitTrees([x], y, settings)).toEqual(model);
  });
});

describe('recalibration', () => {
  const random = seeded(5);
  const errors = Float64Array.from(
    { length: 168 * 20 },
    (_, i) => 3 * Math.sin(i / 300) + 4 * (random() - 0.5),
  );

  it('moves part of the way to a campaign, further with each that agrees', () => {
    const campaign = new Float64Array(168).fill(6);
    const one = afterCampaign(startRecalibration(errors), campaign);
    const two = afterCampaign(one, campaign);
    expect(one.offset).toBeGreaterThan(0.5);
    expect(two.offset).toBeGreaterThan(one.offset);
    expect(two.offset).toBeLessThan(6);
  });

  it('a campaign with large errors widens the interval', () => {
    const start = startRecalibration(errors);
    const wild = Float64Array.from({ length: 168 }, (_, i) => (i % 2 === 0 ? 15 : -15));
    expect(intervalHalfWidth(afterCampaign(start, wild))).toBeGreaterThan(intervalHalfWidth(start));
  });
});

describe('monitor on a made-up plant', () => {
  const { columns, target } = plant(4000, 3);
  const monitor = trainMonitor(
    columns.map((c) => c.subarray(0, 2500)),
    target.subarray(0, 2500),
  );

  it('is quiet while nothing drifts, and the interval holds about nine of ten', () => {
    const predictions = [...monitorRows(monitor, rowsOf(columns, 2500, 4000))];
    expect(predictions.filter(({ drift }) => drift)).toHaveLength(0);
    expect(coverage(predictions, target.subarray(2500))).toBeGreaterThan(0.86);
  });

  it('raises drift before the error doubles when a sensor wanders off', () => {
    const drifting = columns.map((c) => c.slice());
    for (let i = 2800; i < 4000; i += 1)
      (drifting[2] ?? target)[i] = (drifting[2]?.[i] ?? 0) + (i - 2800) * 0.1;
    const predictions = [...monitorRows(monitor, rowsOf(drifting, 2500, 4000))];
    const alarm = predictions.findIndex(({ drift }) => drift);
    const doubled = firstDoubling(predictions, target.subarray(2500), monitor.expectedError, 168);
    expect(alarm).toBeGreaterThan(300);
    expect(doubled).toBeGreaterThan(0);
    expect(alarm).toBeLessThan(doubled);
  });

  it('raises drift after a campaign that finds the error grown', () => {
    const rows = rowsOf(columns, 2500, 3000).map((row, k) => ({
      ...row,
      reference: k >= 100 && k < 268 ? (target[2500 + k] ?? 0) + 12 : undefined,
    }));
    const alarm = [...monitorRows(monitor, rows)].findIndex(({ drift }) => drift);
    expect(alarm).toBeGreaterThanOrEqual(148);
    expect(alarm).toBeLessThanOrEqual(269);
  });

  it('uses a reference only after its campaign: no row depends on later rows or on itself', () => {
    const rows = rowsOf(columns, 2500, 2800).map((row, k) => ({
      ...row,
      reference: k < 168 ? target[2500 + k] : undefined,
    }));
    const without = rows.map((row) => ({ inputs: row.inputs }));
    const [used, blind] = [[...monitorRows(monitor, rows)], [...monitorRows(monitor, without)]];
    const figures = (list: readonly EmissionPrediction[]) =>
      list.slice(0, 168).map((p) => [p.predicted, p.low, p.high]);
    expect(figures(used)).toEqual(figures(blind));
    expect(used[168]?.predicted).not.toBe(blind[168]?.predicted);
  });
});

function coverage(predictions: readonly EmissionPrediction[], measured: Float64Array): number {
  const held = predictions.filter(
    ({ low, high }, i) => low <= (measured[i] ?? 0) && (measured[i] ?? 0) <= high,
  );
  return held.length / predictions.length;
}

/** First row at which the mean error of the last `span` rows is twice the expected one; -1 for never. */
function firstDoubling(
  predictions: readonly EmissionPrediction[],
  measured: Float64Array,
  expected: number,
  span: number,
): number {
  const errors = predictions.map(({ predicted }, i) => Math.abs(predicted - (measured[i] ?? 0)));
  return errors.findIndex((_, i) => {
    const recent = errors.slice(Math.max(0, i - span + 1), i + 1);
    return recent.length === span && recent.reduce((a, b) => a + b, 0) / span >= 2 * expected;
  });
}

const folder = datasetPath('gas-turbine');
describe.skipIf(folder === undefined)('gas turbine, trained on 2011-12, predicting 2013', () => {
  const read = (year: number) =>
    readFileSync(join(folder ?? '', `gt_${year}.csv`), 'utf8')
      .trim()
      .split('\n');
  const trainingLines = () => [...read(2011), ...read(2012).slice(1)];

  it('meets error, coverage and drift bounds wherever in its quarter the reference week lies', {
    timeout: 180_000,
  }, () => {
    const [training, later] = [turbineOf(trainingLines()), turbineOf(read(2013))];
    const monitor = trainMonitor(training.columns, training.target);
    for (const place of [0, 0.25, 0.5, 0.75, 1]) {
      const rows = rowsOf(later.columns, 0, later.target.length).map((row, i) => ({
        ...row,
        reference: isCampaign(i, place) ? later.target[i] : undefined,
      }));
      const predictions = [...monitorRows(monitor, rows)];
      const errors = predictions.map((p, i) => Math.abs(p.predicted - (later.target[i] ?? 0)));
      expect(errors.reduce((a, b) => a + b, 0) / errors.length, `error, ${place}`).toBeLessThan(5.6);
      expect(coverage(predictions, later.target), `coverage, ${place}`).toBeGreaterThan(0.86);
      expect(coverage(predictions, later.target), `coverage, ${place}`).toBeLessThan(0.94);
      const doubled = firstDoubling(predictions, later.target, monitor.expectedError, MONTH_ROWS);
      expect(doubled).toBeGreaterThan(0);
      const before = predictions.slice(Math.max(0, doubled - MONTH_ROWS), doubled);
      expect(
        before.some(({ drift }) => drift),
        `drift, ${place}`,
      ).toBe(true);
      const raised = predictions.filter(({ drift }, i) => drift && predictions[i - 1]?.drift !== true);
      expect(raised.length, `drift alarms, ${place}`).toBeLessThanOrEqual(10);
      expect(predictions.slice(0, 168).some(({ drift }) => drift)).toBe(false);
    }
  });

  it('the command gives the same figures', { timeout: 180_000 }, async () => {
    const training = trainingLines();
    const trainRows = training.length - 1;
    const later = turbineOf(read(2013));
    const file = temporaryFile('gt.csv', [...training, ...read(2013).slice(1)].join('\n'));
    const weeks = [0, 1, 2, 3]
      .map((k) => trainRows + 1 + k * QUARTER_ROWS)
      .map((row) => `${row}-${row + 167}`);
    const options = [
      '--train-rows',
      String(trainRows),
      '--target',
      'NOX',
      '--reference-rows',
      weeks.join(','),
    ];
    const rows = csvRows(await runAnalyse('pems', file, ...options));
    expect(rows).toHaveLength(later.target.length);
    expect(rows[0]?.row).toBe(String(trainRows + 1));
    const errors = rows.map((row, i) => Math.abs(Number(row.predicted) - (later.target[i] ?? 0)));
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(5.6);
  });
});

const [QUARTER_ROWS, MONTH_ROWS] = [1788, 720];

/** One week in each quarter, from its first rows (0) to its last (1). */
function isCampaign(row: number, place: number): boolean {
  const within = row % QUARTER_ROWS;
  const start = Math.floor(place * (QUARTER_ROWS - 168));
  return within >= start && within < start + 168;
}

function turbineOf([header = '', ...lines]: readonly string[]) {
  const names = header.split(',');
  const values = lines.map((line) => line.split(',').map(Number));
  const column = (name: string) => Float64Array.from(values, (row) => row[names.indexOf(name)] ?? 0);
  const inputs = names.filter((name) => !['NOX', 'CO', 'AFDP'].includes(name));
  return { columns: inputs.map(column), target: column('NOX') };
}

describe('analyse pems', () => {
  const { columns, target } = plant(400, 8);
  const header = 'AT,TIT,TAT,TEY,CO,NOX';
  const line = (i: number) => [...columns.map((c) => c[i]), 999, target[i]].join(',');
  const lines = Array.from({ length: 400 }, (_, i) => line(i));

  it('numbers rows from 1, and leaves a row without an input blank', async () => {
    lines[320] = `,${line(320).split(',').slice(1).join(',')}`;
    const rows = csvRows(
      await runAnalyse('pems', temporaryFile('p.csv', [header, ...lines].join('\n')), '--train-rows', '300'),
    );
    expect(rows).toHaveLength(100);
    expect(rows[0]?.row).toBe('301');
    expect(rows[20]).toEqual({ row: '321', predicted: '', low: '', high: '', drift: '' });
  });

  it('refuses ranges and row numbers that make no sense', async () => {
    const file = temporaryFile('p.csv', [header, ...lines].join('\n'));
    await expect(runAnalyse('pems', file, '--train-rows', '500')).rejects.toMatchObject({
      code: 'pems-train-rows',
    });
    await expect(runAnalyse('pems', file, '--train-rows', '300', '--reference-rows', '9-3')).rejects.toThrow(
      /range/,
    );
    await expect(runAnalyse('pems', file, '--train-rows', '300', '--target', 'SO2')).rejects.toMatchObject({
      code: 'csv-column-missing',
    });
  });
});
