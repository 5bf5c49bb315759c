/** A column whose part that is new to the columns before it is smaller than this share of it counts as aliased. */
const ALIAS_TOLERANCE = 1e-7;

export interface LeastSquaresFit {
  /** One a column; undefined where the column is a combination of the columns before it. */
  readonly coefficients: readonly (number | undefined)[];
  /** Columns that carry a coefficient. */
  readonly rank: number;
  readonly fitted: readonly number[];
  readonly sse: number;
}

/**
 * Ordinary least squares of `y` on `columns`, which include the constant column where one is wanted.
 * Columns are taken in order, and an aliased one is left out, so that a rank-deficient model still has one answer.
 * Modified Gram-Schmidt, each column made orthogonal twice.
 * @param columns each as long as `y`
 */
export function leastSquares(columns: readonly (readonly number[])[], y: readonly number[]): LeastSquaresFit {
  const basis: Float64Array[] = [];
  const kept: number[] = [];
  const triangle: number[][] = [];
  columns.forEach((column, index) => {
    const vector = Float64Array.from(column);
    const original = norm(vector);
    const row = orthogonalise(vector, basis);
    const left = norm(vector);
    if (left <= ALIAS_TOLERANCE * original) return;
    scale(vector, 1 / left);
    basis.push(vector);
    kept.push(index);
    triangle.push([...row, left]);
  });
  return solve(columns.length, basis, kept, triangle, y);
}

function solve(
  count: number,
  basis: readonly Float64Array[],
  kept: readonly number[],
  triangle: readonly (readonly number[])[],
  y: readonly number[],
): LeastSquaresFit {
  const residual = Float64Array.from(y);
  const projections = orthogonalise(residual, basis);
  const solution = backSubstitute(triangle, projections);
  const coefficients = new Array<number | undefined>(count).fill(undefined);
  kept.forEach((column, index) => {
    coefficients[column] = solution[index];
  });
  return {
    coefficients,
    rank: kept.length,
    fitted: y.map((value, index) => value - (residual[index] ?? 0)),
    sse: dot(residual, residual),
  };
}

/** Takes the parts along `basis` out of `vector`, in place; returns how much of each there was. */
function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): number[] {
  const amounts = new Array<number>(basis.length).fill(0);
  for (let pass = 0; pass < 2; pass++) {
    basis.forEach((direction, index) => {
      const amount = dot(vector, direction);
      addScaled(vector, direction, -amount);
      amounts[index] = (amounts[index] ?? 0) + amount;
    });
  }
  return amounts;
}

/** @param triangle column-wise upper triangle: row k holds R[0..k][k] */
function backSubstitute(triangle: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution = [...right];
  for (let k = triangle.length - 1; k >= 0; k--) {
    const column = triangle[k] ?? [];
    const value = (solution[k] ?? 0) / (column[k] ?? 1);
    solution[k] = value;
    for (let i = 0; i < k; i++) solution[i] = (solution[i] ?? 0) - value * (column[i] ?? 0);
  }
  return solution;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));

function addScaled(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + factor * (b[i] as number);
}

function scale(a: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) * factor;
}
