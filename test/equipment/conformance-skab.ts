import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SensorRow, trainLevelModel } from '../../scenarios/equipment/anomaly/level-model.ts';
import { LevelScorer } from '../../scenarios/equipment/anomaly/level-scorer.ts';

export const TRAIN_ROWS = 400;

export interface SkabFile {
  readonly name: string;
  readonly rows: readonly SensorRow[];
  /** All false in the anomaly-free file, which has no label column. */
  readonly anomalous: readonly boolean[];
}

export interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

const SENSORS = 8;
const names = Array.from({ length: SENSORS }, (_, i) => `sensor ${i + 1}`);

export function readSkab(path: string, name: string): SkabFile {
  const cells = readFileSync(path, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(';').slice(1).map(Number));
  return {
    name,
    rows: cells.map((row) => row.slice(0, SENSORS)),
    anomalous: cells.map((row) => row[SENSORS] === 1),
  };
}

export function readValve1(folder: string): SkabFile[] {
  const files = readdirSync(join(folder, 'valve1')).sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
  return files.map((file) => readSkab(join(folder, 'valve1', file), file));
}

/** Decisions on `rest` of a model trained on `training`, which the scorer also saw before. */
export function decisions(training: readonly SensorRow[], rest: readonly SensorRow[]): boolean[] {
  const scorer = new LevelScorer(trainLevelModel(names, training));
  for (const row of training) scorer.push(row);
  return rest.map((row) => scorer.push(row).anomaly);
}

export function countsOf({ rows, anomalous }: SkabFile): Counts {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  const alarms = decisions(rows.slice(0, TRAIN_ROWS), rows.slice(TRAIN_ROWS));
  for (const [i, alarm] of alarms.entries()) {
    const bad = anomalous[TRAIN_ROWS + i] as boolean;
    counts[alarm ? (bad ? 'tp' : 'fp') : bad ? 'fn' : 'tn']++;
  }
  return counts;
}

export function pooled(all: readonly Counts[]): Counts & { f1: number; far: number; mar: number } {
  const sum = (of: (counts: Counts) => number): number =>
    all.reduce((total, counts) => total + of(counts), 0);
  const [tp, fp, fn, tn] = [sum((c) => c.tp), sum((c) => c.fp), sum((c) => c.fn), sum((c) => c.tn)];
  return { tp, fp, fn, tn, f1: (2 * tp) / (2 * tp + fp + fn), far: fp / (fp + tn), mar: fn / (fn + tp) };
}

export function skabSection(files: readonly SkabFile[], freeShare: number): string {
  const percent = (share: number): string => (100 * share).toFixed(2);
  const line = (name: string, { f1, far, mar, fp, fn }: ReturnType<typeof pooled>): string =>
    `| ${name} | ${f1.toFixed(4)} | ${percent(far)} | ${percent(mar)} | ${fp} | ${fn} |`;
  const counts = files.map(countsOf);
  return `## SKAB, valve1

Method: level and spread of each sensor, learned from the first ${TRAIN_ROWS} rows of each file; streaming; a decision is the median of
the scores of the last 15 rows. One configuration for all files; counts pooled over all test rows.

| file | F1 | FAR % | MAR % | false alarms, rows | missed rows |
|---|---|---|---|---|---|
${files.map(({ name }, i) => line(name, pooled([counts[i] as Counts]))).join('\n')}
${line('**pooled**', pooled(counts))}

Anomaly-free run, trained on 4,000 rows: alarms on ${percent(freeShare)} % of the rest.
`;
}
