import { PlantscopeError } from '../../../model/error.ts';
import type { TimeWindow } from '../../../model/window.ts';
import { type ForestModel, scoreForest, trainForest } from '../anomaly/isolation-forest.ts';
import { type PcaModel, scorePca, smoothed, trainPca } from '../anomaly/principal-components.ts';
import { median, standardDeviation } from '../anomaly/sample-statistics.ts';
import { type RegimeBaseline, type RegimeSample, trainRegimes } from '../baseline/regime-baseline.ts';
import {
  type LearnedNormal,
  learnNormal,
  type NormalRow,
  normalResiduals,
} from '../normal/learned-normal.ts';
import { CusumChart, DEFAULT_CUSUM, DEFAULT_EWMA, EwmaChart } from '../warning/control-chart.ts';

/** One short stretch of a machine: the means of what it measures. */
export interface ConditionRow {
  readonly timeMs: number;
  /** Whether it ran through the whole stretch. */
  readonly isRunning: boolean;
  /** By quantity. */
  readonly values: Readonly<Record<string, number>>;
}

/** A quantity watched against what load and speed explain, with limits learned from the machine's own healthy time. */
export interface TrendModel {
  readonly normal: LearnedNormal;
  /** Limits of the charts on residuals, in sigmas of the chart: never under the textbook's. */
  readonly ewmaSigmas: number;
  readonly cusumDecision: number;
}

/** Everything learned of one machine: what a model file holds. */
export interface MachineModel {
  readonly kind: 'machine';
  readonly format: 1;
  readonly asset: string;
  /** Counts from 1 for each machine. */
  readonly version: number;
  readonly trainedFromMs: number;
  readonly trainedToMs: number;
  readonly reason: 'first' | 'more-data' | 'rejected' | 'new-normal' | 'manual';
  /** Who asked for it, where a person did. */
  readonly by?: string;
  readonly loadQuantity: string | undefined;
  readonly features: readonly string[];
  readonly pca?: PcaModel;
  readonly forest?: ForestModel;
  readonly trends: Readonly<Record<string, TrendModel>>;
  readonly regimes: readonly RegimeBaseline[];
  /** Median of quantities whose drop is judged by itself. */
  readonly levels: Readonly<Record<string, number>>;
  readonly metrics: ModelMetrics;
}

export interface ModelMetrics {
  readonly rows: number;
  readonly runningRows: number;
  readonly recordings: number;
  readonly explainedVariance?: number;
  /** Share of the last fifth of the training time that a model of the first four fifths calls odd. */
  readonly falseAlarmShare?: number;
}

export interface TrainingData {
  readonly asset: string;
  readonly version: number;
  readonly span: TimeWindow;
  readonly reason: MachineModel['reason'];
  readonly by?: string;
  /** By ascending time, standing stretches too: the memory of load needs them. */
  readonly rows: readonly ConditionRow[];
  readonly recordings: readonly RegimeSample[];
}

/** Measures of load, best first. */
const LOADS = ['load', 'activePower', 'current'] as const;
/** Quantities that follow from others or that say where the machine is in its work, not how it is. */
const NOT_WATCHED = new Set(['load', 'activePower', 'speed', 'state', 'running', 'toolWear']);
const LEVEL_QUANTITIES = ['suctionPressure'];
const MIN_RUNNING_ROWS = 72;
/** What a healthy machine reached while it was learned, with a third on top. */
const LEARNED_MARGIN = 1.33;

/**
 * Learns a machine from its own healthy time.
 * @throws PlantscopeError `training-too-short` where it did not run long enough
 */
export function trainMachineModel(data: TrainingData): MachineModel {
  const running = data.rows.filter(({ isRunning }) => isRunning);
  if (running.length < MIN_RUNNING_ROWS && data.recordings.length < MIN_RUNNING_ROWS)
    throw new PlantscopeError(
      'training-too-short',
      `${running.length} running stretches; ${MIN_RUNNING_ROWS} are needed`,
    );
  const features = movingColumns(running);
  const matrix = running.flatMap((row) => rowOf(row, features) ?? []);
  const loadQuantity = LOADS.find((name) => running.some(({ values }) => values[name] !== undefined));
  const enough = features.length >= 2 && matrix.length >= 10 * features.length && matrix.length >= 60;
  const pca = enough ? trainPca(features, matrix) : undefined;
  const forest = enough ? trainForest(features, matrix) : undefined;
  return {
    ...{ kind: 'machine', format: 1, asset: data.asset, version: data.version, reason: data.reason },
    ...(data.by !== undefined && { by: data.by }),
    ...{ trainedFromMs: data.span.startMs, trainedToMs: data.span.endMs, loadQuantity, features },
    ...(pca && { pca }),
    ...(forest && { forest }),
    trends: trendModels(data.rows, features, loadQuantity),
    regimes: trainRegimes(data.recordings),
    levels: levelsOf(running),
    metrics: {
      rows: data.rows.length,
      runningRows: running.length,
      recordings: data.recordings.length,
      ...(pca && { explainedVariance: pca.explained }),
      ...(enough && falseAlarmMetric(features, matrix)),
    },
  };
}

/** Quantities that every running stretch has, or nearly, and that move at all. */
function movingColumns(running: readonly ConditionRow[]): string[] {
  const names = new Set(running.flatMap(({ values }) => Object.keys(values)));
  return [...names].sort().filter((name) => {
    const values = running.flatMap((row) => row.values[name] ?? []);
    return values.length >= 0.9 * running.length && standardDeviation(values) > 0 && !NOT_FEATURES.has(name);
  });
}

const NOT_FEATURES = new Set(['state', 'running', 'toolWear']);

export function rowOf({ values }: ConditionRow, features: readonly string[]): number[][] | undefined {
  const row = features.map((name) => values[name]);
  return row.every((value) => value !== undefined) ? [row as number[]] : undefined;
}

function falseAlarmMetric(
  features: readonly string[],
  matrix: readonly number[][],
): { falseAlarmShare?: number } {
  const cut = Math.floor(0.8 * matrix.length);
  if (cut < Math.max(60, 10 * features.length)) return {};
  const [pca, forest] = [
    trainPca(features, matrix.slice(0, cut)),
    trainForest(features, matrix.slice(0, cut)),
  ];
  const rest = matrix.slice(cut);
  const odd = smoothed(rest.map((row) => anomalyOf(pca, forest, row).score)).filter((score) => score >= 1);
  return { falseAlarmShare: odd.length / rest.length };
}

export interface AnomalyParts {
  /** 1 at the limit; the strictest of the three. */
  readonly score: number;
  readonly t2: number;
  readonly q: number;
  readonly forest: number;
  readonly contributions: readonly { readonly name: string; readonly share: number }[];
}

export function anomalyOf(pca: PcaModel, forest: ForestModel, row: readonly number[]): AnomalyParts {
  const { t2, q, contributions } = scorePca(pca, row);
  const isolated = scoreForest(forest, row);
  return { score: Math.max(t2, q, isolated), t2, q, forest: isolated, contributions };
}

function trendModels(
  rows: readonly ConditionRow[],
  features: readonly string[],
  loadQuantity: string | undefined,
): Record<string, TrendModel> {
  const watched = features.filter((name) => !NOT_WATCHED.has(name) && name !== loadQuantity);
  return Object.fromEntries(
    watched.flatMap((name) => {
      const inputs = normalRows(rows, name, loadQuantity);
      if (inputs.filter(({ value }) => value !== undefined).length < MIN_RUNNING_ROWS) return [];
      return [[name, trendModel(inputs)]];
    }),
  );
}

/** A machine within its first half hour is as cold as it stood, and not judged. */
const WARM_UP_MS = 30 * 60_000;

/** A quantity's rows as the learned normal takes them. */
export function normalRows(
  rows: readonly ConditionRow[],
  quantity: string,
  loadQuantity: string | undefined,
): NormalRow[] {
  let runningSinceMs: number | undefined;
  return rows.map(({ timeMs, isRunning, values }) => {
    runningSinceMs = isRunning ? (runningSinceMs ?? timeMs) : undefined;
    const isWarm = runningSinceMs !== undefined && timeMs - runningSinceMs >= WARM_UP_MS;
    const load = loadQuantity === undefined ? Number(isRunning) : (values[loadQuantity] ?? 0);
    return { timeMs, load, rpm: values.speed, value: isWarm ? values[quantity] : undefined };
  });
}

function trendModel(rows: readonly NormalRow[]): TrendModel {
  const normal = learnNormal(rows);
  const residuals = normalResiduals(normal, rows).flatMap((value) => value ?? []);
  const baseline = { level: 0, scale: normal.residualScale, samples: residuals.length };
  const [ewma, cusum] = [new EwmaChart(baseline, DEFAULT_EWMA), new CusumChart(baseline, DEFAULT_CUSUM)];
  let [reachedEwma, reachedCusum] = [0, 0];
  for (const residual of residuals) {
    reachedEwma = Math.max(reachedEwma, Math.abs(ewma.push(residual).score));
    reachedCusum = Math.max(reachedCusum, Math.abs(cusum.push(residual).score));
  }
  return {
    normal,
    ewmaSigmas: DEFAULT_EWMA.limitSigmas * Math.max(1, LEARNED_MARGIN * reachedEwma),
    cusumDecision: DEFAULT_CUSUM.decision * Math.max(1, LEARNED_MARGIN * reachedCusum),
  };
}

const levelsOf = (running: readonly ConditionRow[]): Record<string, number> =>
  Object.fromEntries(
    LEVEL_QUANTITIES.flatMap((name) => {
      const values = running.flatMap((row) => row.values[name] ?? []);
      return values.length === 0 ? [] : [[name, median(values)]];
    }),
  );
