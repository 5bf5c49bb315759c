import { type DecisionTree, growTree, treeProbability } from './decision-tree.ts';
import {
  failureModes,
  type OperatingPoint,
  spindlePowerW,
  strainRatio,
  temperatureDifferenceK,
} from './operating-point.ts';

/** A learned failure model, stored with what it was learned from. */
export interface FailureModel {
  readonly kind: 'machining-failure-tree';
  readonly version: number;
  readonly trainedOn: { readonly source: string; readonly rows: number; readonly failures: number };
  /** Pooled five-fold cross-validation on the training rows. */
  readonly metrics: { readonly crossValidatedF1: number };
  readonly features: readonly string[];
  readonly tree: DecisionTree;
}

export const FAILURE_FEATURES = [
  'conditionsMet',
  'temperatureDifferenceK',
  'speedRpm',
  'spindlePowerW',
  'strainRatio',
  'toolWearMin',
  'torqueNm',
] as const;

/** Shallow: the causes are few, and a deeper tree learns single rows by heart. */
export const TREE_OPTIONS = { maxDepth: 5, minLeafRows: 10 } as const;

/** Physical quantities, and how many of the known failure conditions they meet; a failure's mode columns are never an input. */
export function failureFeatures(point: OperatingPoint): number[] {
  return [
    failureModes(point).length,
    temperatureDifferenceK(point),
    point.speedRpm,
    spindlePowerW(point),
    strainRatio(point),
    point.toolWearMin,
    point.torqueNm,
  ];
}

export function trainFailureTree(
  points: readonly OperatingPoint[],
  failed: readonly boolean[],
): DecisionTree {
  return growTree(points.map(failureFeatures), failed, TREE_OPTIONS);
}

/** Probability of a machine failure at this operating point, 0..1. */
export function failureProbability(model: { readonly tree: DecisionTree }, point: OperatingPoint): number {
  return treeProbability(model.tree, failureFeatures(point));
}

/** Which of `folds` folds each row belongs to: rows of either class are dealt out in file order. */
export function stratifiedFolds(failed: readonly boolean[], folds: number): number[] {
  const dealt = { true: 0, false: 0 };
  return failed.map((label) => dealt[label ? 'true' : 'false']++ % folds);
}
