import { PlantscopeError } from '../../../model/error.ts';
import { smoothed } from './principal-components.ts';

/** A node: a split [column, threshold, left, right], or a leaf [rows]. */
type ForestNode = readonly [number, number, ForestNode, ForestNode] | readonly [number];

/** Random trees that isolate a row the quicker the odder it is. Plain JSON: part of a model file. */
export interface ForestModel {
  readonly columns: readonly string[];
  readonly sampleSize: number;
  readonly trees: readonly ForestNode[];
  /** Score, 0..1, at which a row counts as odd. */
  readonly limit: number;
}

const TREES = 60;
const SAMPLE_SIZE = 128;
const MIN_ROWS = 60;
/** What lies between the oddest healthy rows and certainty is split: the limit stands this far above the former. */
const LIMIT_SHARE = 0.1;

/**
 * Trains an isolation forest. The trees are random in form only: the same rows give the same forest.
 * @throws PlantscopeError `training-too-short`
 */
export function trainForest(columns: readonly string[], rows: readonly (readonly number[])[]): ForestModel {
  if (rows.length < MIN_ROWS)
    throw new PlantscopeError('training-too-short', `${rows.length} rows; ${MIN_ROWS} are needed`);
  const next = generator(rows.length * 31 + columns.length);
  const sampleSize = Math.min(SAMPLE_SIZE, rows.length);
  const depth = Math.ceil(Math.log2(sampleSize));
  const trees = Array.from({ length: TREES }, () => {
    const sample = Array.from(
      { length: sampleSize },
      () => rows[Math.floor(next() * rows.length)] as readonly number[],
    );
    return grow(sample, depth, next);
  });
  const draft = { columns, sampleSize, trees, limit: 1 };
  const oddest = Math.max(...smoothed(rows.map((row) => isolation(draft, row))));
  return { ...draft, limit: oddest + LIMIT_SHARE * (1 - oddest) };
}

/** Score over its limit: 1 and more is odd. */
export const scoreForest = (model: ForestModel, row: readonly number[]): number =>
  isolation(model, row) / model.limit;

/** 2 to the minus mean depth over the depth expected: near 1 for what is alone, about 0.5 for what is usual. */
function isolation({ trees, sampleSize }: ForestModel, row: readonly number[]): number {
  const mean = trees.reduce((sum, tree) => sum + depthOf(tree, row, 0), 0) / trees.length;
  return 2 ** (-mean / expectedDepth(sampleSize));
}

function depthOf(node: ForestNode, row: readonly number[], depth: number): number {
  if (node.length === 1) return depth + expectedDepth(node[0]);
  const [column, threshold, left, right] = node;
  return depthOf((row[column] as number) < threshold ? left : right, row, depth + 1);
}

/** Mean depth of an unsuccessful search in a binary tree of n rows. */
function expectedDepth(n: number): number {
  if (n <= 1) return 0;
  return 2 * (Math.log(n - 1) + 0.5772156649) - (2 * (n - 1)) / n;
}

function grow(rows: readonly (readonly number[])[], depth: number, next: () => number): ForestNode {
  const width = rows[0]?.length ?? 0;
  if (rows.length <= 1 || depth === 0 || width === 0) return [rows.length];
  const column = Math.floor(next() * width);
  const values = rows.map((row) => row[column] as number);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low === high) return [rows.length];
  const threshold = low + next() * (high - low);
  const [left, right] = [
    rows.filter((row) => (row[column] as number) < threshold),
    rows.filter((row) => (row[column] as number) >= threshold),
  ];
  return [
    column,
    Number(threshold.toPrecision(6)),
    grow(left, depth - 1, next),
    grow(right, depth - 1, next),
  ];
}

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
