import { median } from '../anomaly/sample-statistics.ts';
import type { Observations } from '../diagnosis/observations.ts';
import { normalResiduals } from '../normal/learned-normal.ts';
import { CusumChart, DEFAULT_CUSUM, DEFAULT_EWMA, EwmaChart } from '../warning/control-chart.ts';
import {
  type AnomalyParts,
  anomalyOf,
  type ConditionRow,
  type MachineModel,
  normalRows,
  rowOf,
} from './machine-model.ts';

/** How one quantity stands against what load and speed explain. */
export interface TrendState {
  readonly quantity: string;
  readonly value: number;
  readonly expected: number;
  readonly residual: number;
  readonly sigmas: number;
  /** Over their limits: 1 and more is a warning; the sign tells the direction. */
  readonly ewma: number;
  readonly cusum: number;
}

export interface ConditionJudgement {
  readonly trends: readonly TrendState[];
  /** Undefined where the machine did not run or too little was measured. */
  readonly anomaly: AnomalyParts | undefined;
}

/** Rows whose median decides: one odd stretch raises nothing. */
const DECISION_ROWS = 3;

/**
 * Judges the newest of the rows, looking back only.
 * @param rows by ascending time, after the model's training time
 */
export function judgeCondition(model: MachineModel, rows: readonly ConditionRow[]): ConditionJudgement {
  return {
    trends: Object.keys(model.trends).flatMap((quantity) => trendState(model, quantity, rows) ?? []),
    anomaly: anomalyState(model, rows),
  };
}

function trendState(
  model: MachineModel,
  quantity: string,
  rows: readonly ConditionRow[],
): TrendState | undefined {
  const trend = model.trends[quantity];
  const inputs = normalRows(rows, quantity, model.loadQuantity);
  const value = inputs.at(-1)?.value;
  if (!trend || value === undefined) return undefined;
  const residuals = normalResiduals(trend.normal, inputs);
  const last = residuals.at(-1);
  if (last === undefined) return undefined;
  const known = residuals.flatMap((residual) => residual ?? []);
  const baseline = { level: 0, scale: trend.normal.residualScale, samples: trend.normal.rows };
  const ewma = new EwmaChart(baseline, { ...DEFAULT_EWMA, limitSigmas: trend.ewmaSigmas });
  const cusum = new CusumChart(baseline, { ...DEFAULT_CUSUM, decision: trend.cusumDecision });
  let points = { ewma: 0, cusum: 0 };
  for (const residual of known)
    points = { ewma: ewma.push(residual).score, cusum: cusum.push(residual).score };
  const recent = median(known.slice(-DECISION_ROWS));
  return {
    ...{ quantity, value, expected: value - last, residual: recent },
    sigmas: recent / trend.normal.residualScale,
    ...points,
  };
}

function anomalyState(
  { pca, forest, features }: MachineModel,
  rows: readonly ConditionRow[],
): AnomalyParts | undefined {
  if (!pca || !forest || rows.at(-1)?.isRunning !== true) return undefined;
  const recent = rows
    .filter(({ isRunning }) => isRunning)
    .slice(-DECISION_ROWS)
    .flatMap((row) => rowOf(row, features) ?? [])
    .map((row) => anomalyOf(pca, forest, row));
  const newest = recent.at(-1);
  if (!newest) return undefined;
  const middle = (of: (parts: AnomalyParts) => number): number => median(recent.map(of));
  return {
    score: middle(({ score }) => score),
    t2: middle(({ t2 }) => t2),
    q: middle(({ q }) => q),
    forest: middle((parts) => parts.forest),
    contributions: newest.contributions,
  };
}

/** What the scalars say to the rules of diagnosis. */
export function scalarObservations(
  model: MachineModel,
  { trends }: ConditionJudgement,
  newest: ConditionRow | undefined,
): Observations {
  const of = (quantity: string): TrendState | undefined =>
    trends.find((trend) => trend.quantity === quantity);
  const temperature = of('bearingTemperature') ?? of('spindleTemperature');
  const [flow, pressure] = [of('flow')?.sigmas, of('dischargePressure')?.sigmas];
  const drops = [flow, pressure].flatMap((sigmas) => (sigmas === undefined ? [] : [Math.max(0, -sigmas)]));
  const [usual, suction] = [model.levels.suctionPressure, newest?.values.suctionPressure];
  return {
    temperatureResidualK: temperature?.residual,
    temperatureSigmas: temperature?.sigmas,
    flowSigmas: flow,
    ...(drops.length > 0 && { processSigmas: Math.max(...drops) }),
    ...(usual !== undefined && suction !== undefined && { suctionPressureDropKpa: usual - suction }),
  };
}
