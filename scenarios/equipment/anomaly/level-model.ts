import { PlantscopeError } from '../../../model/error.ts';
import { blockWander, mean, median, standardDeviation } from './sample-statistics.ts';

/** One row of sensor values in column order; undefined = missing. */
export type SensorRow = readonly (number | undefined)[];

export interface LevelModelOptions {
  /** Rows of the mean that stands for a sensor's level. */
  readonly levelRows: number;
  /** Rows of the variance that stands for a sensor's spread. */
  readonly spreadRows: number;
  /** The decision is the median of the scores of this many last rows: one outlier raises no alarm and ends none. */
  readonly decisionRows: number;
  /** Deviations, in scales of training, at which the score is 1. */
  readonly levelLimit: number;
  readonly spreadLimit: number;
}

/** One configuration for every machine; what differs between machines is learned. */
export const DEFAULT_LEVEL_OPTIONS: LevelModelOptions = {
  levelRows: 6,
  spreadRows: 8,
  decisionRows: 15,
  levelLimit: 3.6,
  spreadLimit: 8,
};

export interface SensorBaseline {
  readonly name: string;
  readonly level: number;
  readonly levelScale: number;
  /** Median of ln(variance + floor). */
  readonly spread: number;
  readonly spreadScale: number;
  readonly varianceFloor: number;
  /** The sensor wandered during training, so its level says little; only a large excursion counts. */
  readonly wanders: boolean;
}

/** A model trained on one machine's healthy rows. Plain JSON: it is stored and versioned as it is. */
export interface LevelModel {
  readonly kind: 'level-spread';
  readonly version: 1;
  readonly trainingRows: number;
  readonly options: LevelModelOptions;
  readonly sensors: readonly SensorBaseline[];
}

/** Fewer healthy rows say nothing about how far a mean strays. */
const MIN_TRAINING_ROWS = 60;
const BLOCKS = 5;
/** Block means that differ by more than this share of the spread within blocks: the level wanders. */
const WANDER_LIMIT = 0.6;
/** How much farther than during training a wandering level may stray before it counts. */
const WANDER_REACH = 6;
/** Largest deviation expected of a well-behaved sensor in training, in scales; a larger one widens the scale. */
const TRAINING_EXTREME_LEVEL = 3;
const TRAINING_EXTREME_SPREAD = 3;
/** A variance below this share of the training variance is as quiet as it gets (quantised signals stand still). */
const VARIANCE_FLOOR_SHARE = 0.05;

/**
 * Learns each sensor's level and spread from healthy rows. The position of a row is no input; the rows' order is only
 * used to see how far means of neighbouring rows stray.
 * @throws PlantscopeError `training-too-short`, `sensor-without-data`
 */
export function trainLevelModel(
  names: readonly string[],
  rows: readonly SensorRow[],
  options: LevelModelOptions = DEFAULT_LEVEL_OPTIONS,
): LevelModel {
  if (rows.length < MIN_TRAINING_ROWS)
    throw new PlantscopeError(
      'training-too-short',
      `${rows.length} rows are too few to train on; ${MIN_TRAINING_ROWS} are needed`,
    );
  const sensors = names.map((name, column) => baselineOf(name, rows, column, options));
  return { kind: 'level-spread', version: 1, trainingRows: rows.length, options, sensors };
}

function baselineOf(
  name: string,
  rows: readonly SensorRow[],
  column: number,
  options: LevelModelOptions,
): SensorBaseline {
  const values = rows.flatMap((row) => (row[column] === undefined ? [] : [row[column]]));
  if (values.length < MIN_TRAINING_ROWS)
    throw new PlantscopeError(
      'sensor-without-data',
      `"${name}" has only ${values.length} values to train on`,
    );
  const deviation = standardDeviation(values);
  const resolution = Math.max(deviation, 1e-9 * Math.max(1, Math.abs(mean(values))));
  const varianceFloor = VARIANCE_FLOOR_SHARE * resolution ** 2;
  const levels = slidingMeans(values, options.levelRows);
  const spreads = slidingLogVariances(values, options.spreadRows, varianceFloor);
  const level = median(levels);
  const spread = median(spreads);
  const wander = blockWander(values, BLOCKS);
  const wanders = wander.ratio >= WANDER_LIMIT;
  const reach = wanders ? WANDER_REACH * wander.betweenBlocks : 0;
  const extremeLevel = levels.reduce((most, value) => Math.max(most, Math.abs(value - level)), 0);
  const extremeSpread = spreads.reduce((most, value) => Math.max(most, value - spread), 0);
  return {
    name,
    level,
    levelScale: Math.max(
      Math.hypot(standardDeviation(levels), reach),
      extremeLevel / TRAINING_EXTREME_LEVEL,
      1e-3 * resolution,
    ),
    spread,
    spreadScale: Math.max(standardDeviation(spreads), extremeSpread / TRAINING_EXTREME_SPREAD, 1e-3),
    varianceFloor,
    wanders,
  };
}

function slidingMeans(values: readonly number[], width: number): number[] {
  return slide(values, width, mean);
}

function slidingLogVariances(values: readonly number[], width: number, floor: number): number[] {
  return slide(values, width, (part) => logVariance(part, floor));
}

function slide(values: readonly number[], width: number, of: (part: readonly number[]) => number): number[] {
  return Array.from({ length: values.length - width + 1 }, (_, i) => of(values.slice(i, i + width)));
}

/** ln(population variance + floor). */
export function logVariance(values: readonly number[], floor: number): number {
  return Math.log(standardDeviation(values) ** 2 + floor);
}
