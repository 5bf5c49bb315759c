import { Matrix, solve } from 'ml-matrix';
import type { Column } from './pems-trees.ts';

/** Ridge regression on standardised inputs, their squares and products. */
export interface QuadraticModel {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly weights: Float64Array;
}

/** @param ridge in rows; keeps the fit tame where inputs move together */
export function fitQuadratic(columns: readonly Column[], target: Column, ridge = 1): QuadraticModel {
  const mean = Float64Array.from(columns, (column) => column.reduce((a, b) => a + b, 0) / column.length);
  const deviation = Float64Array.from(columns, (column, j) => {
    const variance = column.reduce((sum, v) => sum + (v - (mean[j] ?? 0)) ** 2, 0) / column.length;
    return Math.sqrt(variance) || 1;
  });
  const row = new Float64Array(columns.length);
  const terms = termCount(columns.length);
  const normal = new Float64Array(terms * terms);
  const right = new Float64Array(terms);
  const basis = new Float64Array(terms);
  for (let i = 0; i < target.length; i += 1) {
    for (let j = 0; j < row.length; j += 1) row[j] = columns[j]?.[i] ?? 0;
    fillTerms(basis, row, mean, deviation);
    addOuter(normal, right, basis, target[i] ?? 0);
  }
  return { mean, deviation, weights: solveRidge(normal, right, ridge) };
}

export function predictQuadratic(model: QuadraticModel, row: ArrayLike<number>): number {
  const basis = new Float64Array(model.weights.length);
  fillTerms(basis, row, model.mean, model.deviation);
  return basis.reduce((sum, term, k) => sum + term * (model.weights[k] ?? 0), 0);
}

const termCount = (inputs: number) => 1 + inputs + (inputs * (inputs + 1)) / 2;

function fillTerms(
  basis: Float64Array,
  row: ArrayLike<number>,
  mean: Float64Array,
  deviation: Float64Array,
): void {
  const inputs = mean.length;
  const scaled = (j: number) => ((row[j] ?? 0) - (mean[j] ?? 0)) / (deviation[j] ?? 1);
  basis[0] = 1;
  let k = 1 + inputs;
  for (let a = 0; a < inputs; a += 1) {
    const za = scaled(a);
    basis[1 + a] = za;
    for (let b = a; b < inputs; b += 1) {
      basis[k] = za * scaled(b);
      k += 1;
    }
  }
}

function addOuter(normal: Float64Array, right: Float64Array, basis: Float64Array, y: number): void {
  const n = basis.length;
  for (let a = 0; a < n; a += 1) {
    const va = basis[a] ?? 0;
    right[a] = (right[a] ?? 0) + va * y;
    for (let b = 0; b <= a; b += 1) normal[a * n + b] = (normal[a * n + b] ?? 0) + va * (basis[b] ?? 0);
  }
}

function solveRidge(normal: Float64Array, right: Float64Array, ridge: number): Float64Array {
  const n = right.length;
  const matrix = Matrix.zeros(n, n);
  for (let a = 0; a < n; a += 1) {
    for (let b = 0; b <= a; b += 1) {
      const value = (normal[a * n + b] ?? 0) + (a === b && a > 0 ? ridge : 0);
      matrix.set(a, b, value);
      matrix.set(b, a, value);
    }
  }
  return Float64Array.from(solve(matrix, Matrix.columnVector([...right])).to1DArray());
}
