import { fitQuadratic, predictQuadratic, type QuadraticModel } from './pems-quadratic.ts';
import { type Column, fitTrees, predictTrees, type TreeModel, type TreeSettings } from './pems-trees.ts';

/** Two views of the same process, averaged: trees follow kinks, the quadratic one extrapolates calmly. */
export interface EmissionModel {
  readonly trees: TreeModel;
  readonly quadratic: QuadraticModel;
}

export const EMISSION_TREES: TreeSettings = {
  trees: 200,
  depth: 5,
  learningRate: 0.08,
  minLeaf: 40,
  shrinkage: 5,
};

/** Rows; the inputs of a turbine move together, and a year fitted with less was worse on the other year. */
const QUADRATIC_RIDGE = 30;

export function fitEmission(columns: readonly Column[], target: Column): EmissionModel {
  return {
    trees: fitTrees(columns, target, EMISSION_TREES),
    quadratic: fitQuadratic(columns, target, QUADRATIC_RIDGE),
  };
}

export function predictEmission(model: EmissionModel, row: ArrayLike<number>): number {
  return (predictTrees(model.trees, row) + predictQuadratic(model.quadratic, row)) / 2;
}

/**
 * Errors (measured - predicted) of a model on time it was not trained on: each half of the rows is predicted from the
 * other half. In the order of the rows.
 */
export function outOfTimeErrors(columns: readonly Column[], target: Column): Float64Array {
  const half = Math.floor(target.length / 2);
  const errors = new Float64Array(target.length);
  for (const [from, to] of [
    [0, half],
    [half, target.length],
  ] as const) {
    const rest = (column: Column) => Float64Array.from([...column.subarray(0, from), ...column.subarray(to)]);
    const model = fitEmission(columns.map(rest), rest(target));
    for (let i = from; i < to; i += 1) {
      errors[i] =
        (target[i] ?? 0) -
        predictEmission(
          model,
          columns.map((column) => column[i] ?? 0),
        );
    }
  }
  return errors;
}
