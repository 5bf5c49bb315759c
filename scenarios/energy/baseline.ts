import { PlantscopeError } from '../../model/error.ts';
import { type ChangePointKind, fitChangePoint } from './baseline-change-point.ts';
import { fitTimeOfWeek, type TimeOfWeekOptions } from './baseline-time-of-week.ts';
import { leastSquares } from './least-squares.ts';

/** `mean`; `slr` straight line; `3pc`, `3ph`, `4p`, `5p` change point; `towt` time of week and temperature. */
export const baselineKinds = ['mean', 'slr', '3pc', '3ph', '4p', '5p', 'towt'] as const;
export type BaselineKind = (typeof baselineKinds)[number];

/** Energy of one interval and the mean outdoor temperature in it. */
export interface BaselinePoint {
  /** Start of the interval. */
  readonly timeMs: number;
  /** In the meter's unit, usually kWh. */
  readonly energy: number;
  /** °C or °F, the same over the whole series. */
  readonly temperature: number;
}

export type ParameterValue = number | string | readonly number[];

export interface BaselineModel {
  readonly kind: BaselineKind;
  /** Named results of the fit: `b0`, `b1`, change points, knots. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /**
   * p of the statistics: the regression coefficients that were fitted, intercepts included.
   * A change point found by search is not one of them (as R's `segmented` followed by `lm` counts).
   */
  readonly parameterCount: number;
  /** Expected energy; undefined where the model never saw that time of week. */
  readonly predict: (point: Pick<BaselinePoint, 'timeMs' | 'temperature'>) => number | undefined;
}

/**
 * Fits an energy baseline.
 * @throws PlantscopeError `baseline-too-few-points`, `baseline-flat-temperature`
 * @see ASHRAE Guideline 14-2014 annex D (change-point models); ISO 50006:2014
 */
export function fitBaseline(
  kind: BaselineKind,
  points: readonly BaselinePoint[],
  options: TimeOfWeekOptions,
): BaselineModel {
  checkPoints(kind, points);
  switch (kind) {
    case 'mean':
      return fitMean(points);
    case 'slr':
      return fitLine(points);
    case 'towt':
      return fitTimeOfWeek(points, options);
    default:
      return fitChangePoint(kind satisfies ChangePointKind, points);
  }
}

function checkPoints(kind: BaselineKind, points: readonly BaselinePoint[]): void {
  const least = kind === 'mean' ? 2 : 12;
  if (points.length < least) {
    throw new PlantscopeError(
      'baseline-too-few-points',
      `The ${kind} baseline needs ${least} intervals with energy and temperature, but has ${points.length}`,
      { hint: 'Energy and temperature must both cover the baseline period: take a longer one, or wait.' },
    );
  }
  const first = points[0]?.temperature;
  if (kind !== 'mean' && points.every((point) => point.temperature === first)) {
    throw new PlantscopeError('baseline-flat-temperature', 'The temperature never changes over the baseline');
  }
}

function fitMean(points: readonly BaselinePoint[]): BaselineModel {
  const b0 = points.reduce((sum, point) => sum + point.energy, 0) / points.length;
  return { kind: 'mean', parameters: { b0 }, parameterCount: 1, predict: () => b0 };
}

function fitLine(points: readonly BaselinePoint[]): BaselineModel {
  const temperatures = points.map((point) => point.temperature);
  const fit = leastSquares(
    [points.map(() => 1), temperatures],
    points.map((point) => point.energy),
  );
  const [b0 = 0, b1 = 0] = fit.coefficients;
  return {
    kind: 'slr',
    parameters: { b0, b1 },
    parameterCount: fit.rank,
    predict: ({ temperature }) => b0 + b1 * temperature,
  };
}
