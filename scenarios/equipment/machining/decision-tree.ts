/** A leaf's probability of the positive class, or a split: `left` where the feature is below the threshold. */
export type DecisionTree =
  | { readonly probability: number }
  | {
      readonly feature: number;
      readonly threshold: number;
      readonly left: DecisionTree;
      readonly right: DecisionTree;
    };

export interface TreeOptions {
  readonly maxDepth: number;
  readonly minLeafRows: number;
}

interface Split {
  readonly feature: number;
  readonly threshold: number;
  readonly impurity: number;
}

/**
 * Grows a classification tree (CART: Breiman et al. 1984) by Gini impurity. Deterministic: ties go to the first feature
 * and the lowest threshold.
 * @param features one row of numbers a sample
 * @param labels the sample is positive
 */
export function growTree(
  features: readonly (readonly number[])[],
  labels: readonly boolean[],
  options: TreeOptions,
): DecisionTree {
  const rows = labels.map((_, row) => row);
  return grow(features, labels, rows, options, 0);
}

export function treeProbability(tree: DecisionTree, features: readonly number[]): number {
  let node = tree;
  while ('feature' in node)
    node = (features[node.feature] as number) < node.threshold ? node.left : node.right;
  return node.probability;
}

function grow(
  features: readonly (readonly number[])[],
  labels: readonly boolean[],
  rows: readonly number[],
  options: TreeOptions,
  depth: number,
): DecisionTree {
  const positives = rows.filter((row) => labels[row]).length;
  const leaf = { probability: positives / rows.length };
  if (depth >= options.maxDepth || positives === 0 || positives === rows.length) return leaf;
  const split = bestSplit(features, labels, rows, positives, options.minLeafRows);
  if (!split) return leaf;
  const isLeft = (row: number): boolean => (features[row]?.[split.feature] as number) < split.threshold;
  const child = (side: readonly number[]): DecisionTree => grow(features, labels, side, options, depth + 1);
  return {
    feature: split.feature,
    threshold: split.threshold,
    left: child(rows.filter(isLeft)),
    right: child(rows.filter((row) => !isLeft(row))),
  };
}

function bestSplit(
  features: readonly (readonly number[])[],
  labels: readonly boolean[],
  rows: readonly number[],
  positives: number,
  minLeafRows: number,
): Split | undefined {
  let best: Split | undefined;
  const width = features[rows[0] as number]?.length ?? 0;
  for (let feature = 0; feature < width; feature++) {
    const valueAt = (row: number): number => features[row]?.[feature] as number;
    const ordered = rows.toSorted((a, b) => valueAt(a) - valueAt(b));
    let left = 0;
    for (let i = 1; i < ordered.length; i++) {
      if (labels[ordered[i - 1] as number]) left++;
      if (i < minLeafRows || ordered.length - i < minLeafRows) continue;
      const below = valueAt(ordered[i - 1] as number);
      const above = valueAt(ordered[i] as number);
      if (below === above) continue;
      const impurity = gini(left, i) + gini(positives - left, ordered.length - i);
      if (best === undefined || impurity < best.impurity)
        best = { feature, threshold: midpoint(below, above), impurity };
    }
  }
  return best;
}

/** Gini impurity times the count of rows. */
function gini(positives: number, count: number): number {
  return (2 * positives * (count - positives)) / count;
}

/** Halfway, but never equal to the lower value: rounding must not move a row across. */
function midpoint(below: number, above: number): number {
  const middle = below + (above - below) / 2;
  return middle > below ? middle : above;
}
