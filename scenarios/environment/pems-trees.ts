/** Settings of {@link fitTrees}; no random draw is made, so the same rows give the same trees. */
export interface TreeSettings {
  readonly trees: number;
  readonly depth: number;
  /** Share of each tree's answer that is added, 0..1. */
  readonly learningRate: number;
  /** Rows (by weight) that a leaf holds at least. */
  readonly minLeaf: number;
  /** Ridge on the leaf values, in rows. */
  readonly shrinkage: number;
}

/** Regression trees whose sum, above a base value, is the answer. */
export interface TreeModel {
  readonly base: number;
  readonly trees: readonly Tree[];
}

/** A binary tree in arrays: node n has children 2n+1 and 2n+2; `feature` is -1 in a leaf. */
interface Tree {
  readonly feature: Int16Array;
  readonly threshold: Float64Array;
  readonly value: Float64Array;
}

/** Numbers of one input over all rows. */
export type Column = Float64Array;

const BINS = 128;

/**
 * Gradient boosting of squared error over histograms (Friedman 2001).
 * @param columns one column an input, all of the target's length
 */
export function fitTrees(columns: readonly Column[], target: Column, settings: TreeSettings): TreeModel {
  const rows = target.length;
  const base = target.reduce((a, b) => a + b, 0) / Math.max(1, rows);
  const edges = columns.map(binEdges);
  const bins = columns.map((column, j) => binned(column, edges[j] ?? new Float64Array()));
  const answer = new Float64Array(rows).fill(base);
  const residual = new Float64Array(rows);
  const trees: Tree[] = [];
  for (let t = 0; t < settings.trees; t += 1) {
    for (let i = 0; i < rows; i += 1) residual[i] = (target[i] ?? 0) - (answer[i] ?? 0);
    const { tree, leafOf } = growTree(bins, edges, residual, settings);
    for (let i = 0; i < rows; i += 1) answer[i] = (answer[i] ?? 0) + (tree.value[leafOf[i] ?? 0] ?? 0);
    trees.push(tree);
  }
  return { base, trees };
}

/** Answer for one row of inputs, in the order of the columns. */
export function predictTrees(model: TreeModel, row: ArrayLike<number>): number {
  let sum = model.base;
  for (const { feature, threshold, value } of model.trees) {
    let node = 0;
    for (let f = feature[0] ?? -1; f >= 0; f = feature[node] ?? -1) {
      node = 2 * node + ((row[f] ?? 0) <= (threshold[node] ?? 0) ? 1 : 2);
    }
    sum += value[node] ?? 0;
  }
  return sum;
}

/** Cuts between equal counts of rows; a value belongs to the bin of the first edge that is not below it. */
function binEdges(column: Column): Float64Array {
  const sorted = column.slice().sort();
  const edges: number[] = [];
  for (let b = 1; b < BINS; b += 1) {
    const at = Math.floor((b * sorted.length) / BINS);
    const cut = ((sorted[at - 1] ?? 0) + (sorted[at] ?? 0)) / 2;
    if (edges.length === 0 || cut > (edges.at(-1) ?? 0)) edges.push(cut);
  }
  return Float64Array.from(edges);
}

function binned(column: Column, edges: Float64Array): Uint8Array {
  const bins = new Uint8Array(column.length);
  column.forEach((value, i) => {
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (value <= (edges[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    bins[i] = low;
  });
  return bins;
}

interface Split {
  readonly feature: number;
  readonly bin: number;
  readonly gain: number;
}

function growTree(
  bins: readonly Uint8Array[],
  edges: readonly Float64Array[],
  residual: Float64Array,
  settings: TreeSettings,
): { tree: Tree; leafOf: Int32Array } {
  const size = 2 ** (settings.depth + 1) - 1;
  const tree: Tree = {
    feature: new Int16Array(size).fill(-1),
    threshold: new Float64Array(size),
    value: new Float64Array(size),
  };
  const leafOf = new Int32Array(residual.length);
  const grow = (node: number, rows: Int32Array, depth: number): void => {
    const split = depth < settings.depth ? bestSplit(bins, residual, rows, settings) : undefined;
    if (split === undefined) {
      let sum = 0;
      for (const i of rows) sum += residual[i] ?? 0;
      tree.value[node] = (settings.learningRate * sum) / (rows.length + settings.shrinkage);
      for (const i of rows) leafOf[i] = node;
      return;
    }
    tree.feature[node] = split.feature;
    tree.threshold[node] = edges[split.feature]?.[split.bin] ?? 0;
    const own = bins[split.feature] ?? new Uint8Array();
    grow(
      2 * node + 1,
      rows.filter((i) => (own[i] ?? 0) <= split.bin),
      depth + 1,
    );
    grow(
      2 * node + 2,
      rows.filter((i) => (own[i] ?? 0) > split.bin),
      depth + 1,
    );
  };
  grow(0, Int32Array.from(residual.keys()), 0);
  return { tree, leafOf };
}

function bestSplit(
  bins: readonly Uint8Array[],
  residual: Float64Array,
  rows: Int32Array,
  settings: TreeSettings,
): Split | undefined {
  let best: Split | undefined;
  bins.forEach((own, feature) => {
    const split = bestSplitOf(own, feature, residual, rows, settings);
    if (split !== undefined && split.gain > (best?.gain ?? 1e-9)) best = split;
  });
  return best;
}

function bestSplitOf(
  own: Uint8Array,
  feature: number,
  residual: Float64Array,
  rows: Int32Array,
  { minLeaf, shrinkage }: TreeSettings,
): Split | undefined {
  const sums = new Float64Array(BINS);
  const counts = new Float64Array(BINS);
  let total = 0;
  for (const i of rows) {
    const bin = own[i] ?? 0;
    const r = residual[i] ?? 0;
    sums[bin] = (sums[bin] ?? 0) + r;
    counts[bin] = (counts[bin] ?? 0) + 1;
    total += r;
  }
  let best: Split | undefined;
  let [leftSum, left] = [0, 0];
  for (let bin = 0; bin < BINS - 1; bin += 1) {
    leftSum += sums[bin] ?? 0;
    left += counts[bin] ?? 0;
    const right = rows.length - left;
    if (left < minLeaf) continue;
    if (right < minLeaf) break;
    const rightSum = total - leftSum;
    const gain =
      leftSum ** 2 / (left + shrinkage) +
      rightSum ** 2 / (right + shrinkage) -
      total ** 2 / (rows.length + shrinkage);
    if (gain > (best?.gain ?? 0)) best = { feature, bin, gain };
  }
  return best;
}
