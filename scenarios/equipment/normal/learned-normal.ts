import { Matrix, solve } from 'ml-matrix';
import { PlantscopeError } from '../../../model/error.ts';
import { hourMs, minuteMs } from '../../../model/window.ts';
import { quantile, robustScale, standardDeviation } from '../anomaly/sample-statistics.ts';

/** One moment of a running machine: what drives a quantity, and the quantity. By ascending time. */
export interface NormalRow {
  readonly timeMs: number;
  /** Any measure of load that the machine has: %, kW or A, the same throughout. 0 while it stands. */
  readonly load: number;
  /** Shaft speed; undefined where it is not measured. */
  readonly rpm: number | undefined;
  /** Undefined: not measured, or the machine stands and the moment is not judged. */
  readonly value: number | undefined;
}

/** What a quantity is where the machine is healthy, as a function of load, speed and what they were in the last hours. Plain JSON. */
export interface LearnedNormal {
  readonly coefficients: readonly number[];
  readonly means: readonly number[];
  readonly scales: readonly number[];
  /** Standard deviation of the residual, with the wander of its hourly means. */
  readonly residualScale: number;
  readonly rows: number;
  readonly usesSpeed: boolean;
}

/** A bearing warms within half an hour, a housing and the room around it within hours. */
const LAGS_MS = [30 * minuteMs, 2 * hourMs];
const MEMORY_MS = 2 * hourMs;
const MIN_ROWS = 60;
/** Farther from a first fit, in its robust scatter, than a healthy machine strays. */
const TRIM_SIGMAS = 8;
/** Keeps inputs that say the same from getting huge opposite weights. */
const RIDGE = 1e-2;
/** A speed that hardly moved while it was learned is not outside what was learned for a turn more. */
const MIN_SCALE_SHARE = 0.02;
/** After a pause longer than this the memory of load begins anew. */
const MAX_GAP_MS = hourMs;

/**
 * Learns the normal of a quantity from healthy rows by ridge regression on load, load squared, lagged load and speed.
 * @throws PlantscopeError `training-too-short`
 */
export function learnNormal(rows: readonly NormalRow[]): LearnedNormal {
  const first = fitNormal(rows);
  const residuals = normalResiduals(first, rows);
  const limit = TRIM_SIGMAS * robustScale(residuals.flatMap((residual) => residual ?? []));
  if (!(limit > 0)) return first;
  const isOdd = (i: number): boolean => Math.abs(residuals[i] ?? 0) > limit;
  // A fault that nobody noticed shall not become part of the normal.
  return fitNormal(rows.map((row, i) => (isOdd(i) ? { ...row, value: undefined } : row)));
}

function fitNormal(rows: readonly NormalRow[]): LearnedNormal {
  const inputs = inputsOf(rows);
  const used = rows.flatMap(({ value }, i) => {
    const x = inputs[i];
    return value === undefined || x === undefined ? [] : [{ value, x }];
  });
  if (used.length < MIN_ROWS)
    throw new PlantscopeError('training-too-short', `${used.length} values; ${MIN_ROWS} are needed`);
  const columns = (used[0] as { x: number[] }).x.map((_, column) => used.map(({ x }) => x[column] as number));
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / column.length);
  const scales = columns.map((column, i) =>
    Math.max(standardDeviation(column), MIN_SCALE_SHARE * Math.abs(means[i] as number), 1e-9),
  );
  const design = new Matrix(used.map(({ x }) => [1, ...scaled(x, means, scales)]));
  const target = Matrix.columnVector(used.map(({ value }) => value));
  const gram = design.transpose().mmul(design);
  for (let i = 1; i < gram.rows; i++) gram.set(i, i, gram.get(i, i) + RIDGE * used.length);
  const coefficients = solve(gram, design.transpose().mmul(target)).to1DArray();
  const residuals = used.map(({ value, x }) => value - fitted(coefficients, scaled(x, means, scales)));
  return {
    ...{ coefficients, means, scales },
    residualScale: residualScale(residuals),
    rows: used.length,
    usesSpeed: rows.some(({ rpm }) => rpm !== undefined),
  };
}

/**
 * Residuals of rows against a learned normal, in the quantity's unit; undefined where nothing was measured, or where the inputs lie
 * far outside what was learned.
 */
export function normalResiduals(normal: LearnedNormal, rows: readonly NormalRow[]): (number | undefined)[] {
  return inputsOf(rows).map((x, i) => {
    const value = rows[i]?.value;
    if (x === undefined) return undefined;
    const z = scaled(x, normal.means, normal.scales);
    const isKnown = z.every((one) => Math.abs(one) <= MAX_INPUT_SIGMAS);
    return value === undefined || !isKnown ? undefined : value - fitted(normal.coefficients, z);
  });
}

/** Beyond this the straight line would be carried into loads that the machine never had. */
const MAX_INPUT_SIGMAS = 4;

/** Load, its square, its lagged values, and speed; undefined until the memory of load holds more than its first value. */
function inputsOf(rows: readonly NormalRow[]): (number[] | undefined)[] {
  const lagged = LAGS_MS.map(() => Number.NaN);
  let previousMs = Number.NEGATIVE_INFINITY;
  let beganMs = Number.NEGATIVE_INFINITY;
  return rows.map(({ timeMs, load, rpm }) => {
    const stepMs = timeMs - previousMs;
    if (stepMs > MAX_GAP_MS) beganMs = timeMs;
    for (const [i, lagMs] of LAGS_MS.entries()) {
      const keep = stepMs > MAX_GAP_MS || Number.isNaN(lagged[i]) ? 0 : Math.exp(-stepMs / lagMs);
      lagged[i] = keep === 0 ? load : keep * (lagged[i] as number) + (1 - keep) * load;
    }
    previousMs = timeMs;
    return timeMs - beganMs < MEMORY_MS ? undefined : [load, load * load, ...lagged, rpm ?? 0];
  });
}

const scaled = (x: readonly number[], means: readonly number[], scales: readonly number[]): number[] =>
  x.map((value, i) => (value - (means[i] as number)) / (scales[i] as number));

const fitted = ([constant = 0, ...weights]: readonly number[], z: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * (z[i] as number), constant);

/** Residuals of neighbouring moments are alike, so their scatter is taken over the whole and never below what ninety-nine in a hundred show. */
function residualScale(residuals: readonly number[]): number {
  const sizes = residuals.map(Math.abs);
  return Math.max(robustScale(residuals), quantile(sizes, 0.95) / 1.96, quantile(sizes, 0.99) / 2.58, 1e-6);
}
