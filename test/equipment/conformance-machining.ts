import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  FAILURE_FEATURES,
  type FailureModel,
  failureProbability,
  stratifiedFolds,
  trainFailureTree,
} from '../../scenarios/equipment/machining/failure-model.ts';
import {
  type FailureMode,
  failureModes,
  type OperatingPoint,
} from '../../scenarios/equipment/machining/operating-point.ts';
import { csvRows } from './run-analyse.ts';

export interface MachiningRow {
  readonly row: number;
  readonly point: OperatingPoint;
  readonly failed: boolean;
  readonly labels: Readonly<Record<FailureMode, boolean>>;
}

const FOLDS = 5;

export function readMachining(folder: string): MachiningRow[] {
  return csvRows(readFileSync(join(folder, 'ai4i2020_train.csv'), 'utf8')).map((cells, row) => {
    const [, , quality, air, process, speed, torque, wear, failed, , hdf, pwf, osf] = cells;
    const point = {
      quality: quality as OperatingPoint['quality'],
      airTemperatureK: Number(air),
      processTemperatureK: Number(process),
      speedRpm: Number(speed),
      torqueNm: Number(torque),
      toolWearMin: Number(wear),
    };
    const labels = { HDF: hdf === '1', PWF: pwf === '1', OSF: osf === '1' };
    return { row, point, failed: failed === '1', labels };
  });
}

export interface ModeErrors {
  readonly falsePositives: number[];
  readonly missed: number[];
}

export function modeErrors(rows: readonly MachiningRow[], mode: FailureMode): ModeErrors {
  const said = (row: MachiningRow): boolean => failureModes(row.point).includes(mode);
  return {
    falsePositives: rows.filter((row) => said(row) && !row.labels[mode]).map(({ row }) => row),
    missed: rows.filter((row) => !said(row) && row.labels[mode]).map(({ row }) => row),
  };
}

export function f1(rows: readonly MachiningRow[], said: (row: MachiningRow) => boolean): number {
  const tp = rows.filter((row) => said(row) && row.failed).length;
  const wrong = rows.filter((row) => said(row) !== row.failed).length;
  return (2 * tp) / (2 * tp + wrong);
}

/** Each row is judged by a model that never saw it. */
export function crossValidated(rows: readonly MachiningRow[]): boolean[] {
  const fold = stratifiedFolds(
    rows.map(({ failed }) => failed),
    FOLDS,
  );
  const trees = Array.from({ length: FOLDS }, (_, k) => train(rows.filter((_row, i) => fold[i] !== k)));
  return rows.map(({ point }, i) => {
    const tree = trees[fold[i] as number];
    return tree !== undefined && failureProbability({ tree }, point) >= 0.5;
  });
}

const train = (rows: readonly MachiningRow[]): FailureModel['tree'] =>
  trainFailureTree(
    rows.map(({ point }) => point),
    rows.map(({ failed }) => failed),
  );

/** What the shipped file must hold. */
export function trainedModel(rows: readonly MachiningRow[], crossValidatedF1: number): FailureModel {
  return {
    kind: 'machining-failure-tree',
    version: 2,
    trainedOn: {
      source: `AI4I 2020, ${rows.length.toLocaleString('en')} rows`,
      rows: rows.length,
      failures: rows.filter(({ failed }) => failed).length,
    },
    metrics: { crossValidatedF1: Math.round(crossValidatedF1 * 1e4) / 1e4 },
    features: [...FAILURE_FEATURES],
    tree: train(rows),
  };
}

/** Writes the shipped file anew; the formatter lays it out. */
export function writeShippedModel(model: FailureModel): void {
  const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const text = `import type { FailureModel } from './failure-model.ts';

/** Generated from the AI4I training rows and proved current by test/equipment/conformance.test.ts; learned thresholds, no data. */
export const SHIPPED_FAILURE_MODEL: FailureModel = ${JSON.stringify(model)};
`;
  writeFileSync(join(root, 'scenarios/equipment/machining/shipped-failure-model.ts'), text);
}

export function machiningSection(rows: readonly MachiningRow[], predicted: readonly boolean[]): string {
  const numbers = (list: readonly number[]): string => (list.length === 0 ? 'none' : list.join(', '));
  const modes = (['PWF', 'OSF', 'HDF'] as const).map((mode) => {
    const { falsePositives, missed } = modeErrors(rows, mode);
    return `| ${mode} | ${rows.filter((row) => row.labels[mode]).length} | ${numbers(falsePositives)} | ${numbers(missed)} |`;
  });
  const missed = rows.filter((row, i) => row.failed && !predicted[i]).map(({ row }) => row);
  const extra = rows.filter((row, i) => !row.failed && predicted[i]).map(({ row }) => row);
  return `## AI4I machining rows

Method: physical rules for power, overstrain and heat dissipation; a classification tree of depth 5 on six physical quantities and the
number of conditions they meet, mode columns never read; ${FOLDS}-fold cross-validation, rows of either class dealt out in file order, counts pooled. Rows count from 0.

| mode | labelled | false positives | missed |
|---|---|---|---|
${modes.join('\n')}

F1 of any failure on the same rows: rules ${f1(rows, ({ point }) => failureModes(point).length > 0).toFixed(4)}, learned model
${f1(rows, ({ row }) => predicted[row] as boolean).toFixed(4)} (cross-validated).

Rows with a failure that the learned model misses: ${numbers(missed)}.

Rows without one that it reports: ${numbers(extra)}.
`;
}
