import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { PlantscopeError } from '../../../model/error.ts';
import { mean, standardDeviation } from './sample-statistics.ts';

/** Principal components of one machine's healthy readings. Plain JSON: part of a model file. */
export interface PcaModel {
  readonly columns: readonly string[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
  /** Unit vectors, one a component. */
  readonly components: readonly (readonly number[])[];
  readonly variances: readonly number[];
  /** Share of the variance that the components explain. */
  readonly explained: number;
  readonly t2Limit: number;
  readonly qLimit: number;
}

export interface PcaScore {
  /** Hotelling's T² over its limit: within the plane of what usually goes together, but far out. 1 is the limit. */
  readonly t2: number;
  /** Squared prediction error Q over its limit: what usually goes together no longer does. */
  readonly q: number;
  /** Share of each column in the larger of the two, 0..1, largest first. */
  readonly contributions: readonly { readonly name: string; readonly share: number }[];
}

const EXPLAINED = 0.9;
const MIN_ROWS_PER_COLUMN = 10;
/** A column that hardly moved in training is not taken as exact: its scale is at least this share of its size. */
const MIN_SCALE_SHARE = 0.005;
/** The limit is the largest value of training with this margin: healthy extremes lie a little beyond those seen. */
const LIMIT_MARGIN = 1.5;

/** @throws PlantscopeError `training-too-short` */
export function trainPca(columns: readonly string[], rows: readonly (readonly number[])[]): PcaModel {
  if (rows.length < MIN_ROWS_PER_COLUMN * columns.length)
    throw new PlantscopeError(
      'training-too-short',
      `${rows.length} rows are too few for ${columns.length} columns; ${MIN_ROWS_PER_COLUMN * columns.length} are needed`,
    );
  const byColumn = columns.map((_, i) => rows.map((row) => row[i] as number));
  const means = byColumn.map(mean);
  const scales = byColumn.map((values, i) =>
    Math.max(standardDeviation(values), MIN_SCALE_SHARE * Math.abs(means[i] as number), 1e-9),
  );
  const scaled = new Matrix(rows.map((row) => standardised(row, means, scales)));
  const covariance = scaled
    .transpose()
    .mmul(scaled)
    .div(rows.length - 1);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const order = realEigenvalues
    .map((_, i) => i)
    .sort((a, b) => Number(realEigenvalues[b]) - Number(realEigenvalues[a]));
  const total = realEigenvalues.reduce((sum, value) => sum + value, 0);
  const kept = keptComponents(order, realEigenvalues, total);
  const draft = {
    ...{ columns, means, scales },
    components: kept.map((i) => eigenvectorMatrix.getColumn(i)),
    variances: kept.map((i) => Math.max(Number(realEigenvalues[i]), 1e-6)),
    explained: kept.reduce((sum, i) => sum + Number(realEigenvalues[i]), 0) / total,
    ...{ t2Limit: 1, qLimit: 1 },
  };
  const statistics = rows.map((row) => scorePca(draft, row));
  const limit = (of: (score: PcaScore) => number): number =>
    LIMIT_MARGIN * Math.max(1e-6, ...smoothed(statistics.map(of)));
  return { ...draft, t2Limit: limit(({ t2 }) => t2), qLimit: limit(({ q }) => q) };
}

/** At least one component, and one left over, so that both statistics mean something. */
function keptComponents(order: readonly number[], values: readonly number[], total: number): number[] {
  const kept: number[] = [];
  let sum = 0;
  for (const i of order.slice(0, Math.max(1, order.length - 1))) {
    kept.push(i);
    sum += Number(values[i]);
    if (sum >= EXPLAINED * total) break;
  }
  return kept;
}

/** Median of three neighbours, as the detector decides: one odd row in training sets no limit. */
export function smoothed(values: readonly number[]): number[] {
  return values.map((value, i) => {
    const three = [values[i - 1] ?? value, value, values[i + 1] ?? value].sort((a, b) => a - b);
    return three[1] as number;
  });
}

export function scorePca(model: PcaModel, row: readonly number[]): PcaScore {
  const z = standardised(row, model.means, model.scales);
  const scores = model.components.map((component) => dot(component, z));
  const t2 =
    scores.reduce((sum, score, k) => sum + score ** 2 / (model.variances[k] as number), 0) / model.t2Limit;
  const residual = z.map(
    (value, i) => value - scores.reduce((sum, score, k) => sum + score * Number(model.components[k]?.[i]), 0),
  );
  const q = residual.reduce((sum, value) => sum + value * value, 0) / model.qLimit;
  const parts = q >= t2 ? residual.map((value) => value * value) : t2Parts(model, z, scores);
  return { t2, q, contributions: shares(model.columns, parts) };
}

/** Each column's part of T²: its term of every component's score, as far as it drives the score outwards. */
function t2Parts(
  { components, variances }: PcaModel,
  z: readonly number[],
  scores: readonly number[],
): number[] {
  return z.map((value, i) =>
    scores.reduce((sum, score, k) => {
      const part = (score / Number(variances[k])) * value * Number(components[k]?.[i]);
      return sum + Math.max(0, part);
    }, 0),
  );
}

function shares(columns: readonly string[], parts: readonly number[]): PcaScore['contributions'] {
  const total = parts.reduce((sum, part) => sum + part, 0);
  return columns
    .map((name, i) => ({ name, share: total > 0 ? (parts[i] as number) / total : 0 }))
    .sort((a, b) => b.share - a.share);
}

const standardised = (
  row: readonly number[],
  means: readonly number[],
  scales: readonly number[],
): number[] => row.map((value, i) => (value - Number(means[i])) / Number(scales[i]));

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * Number(b[i]), 0);
