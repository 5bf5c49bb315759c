import type { BaselineModel, BaselinePoint } from './baseline.ts';
import { searchChangePoints } from './change-point-search.ts';
import { HingeSums } from './hinge-sums.ts';
import { leastSquares } from './least-squares.ts';

export type ChangePointKind = '3pc' | '3ph' | '4p' | '5p';

/** A change point keeps this share of the points, and at least so many, on each side of it that has a slope. */
const EDGE_SHARE = 0.02;
const LEAST_EDGE_POINTS = 3;

interface Shape {
  readonly changePoints: readonly [string] | readonly [string, string];
  readonly coefficients: readonly string[];
  /** Values of the regression columns after the constant, at one temperature. */
  readonly columns: (temperature: number, changePoints: readonly number[]) => number[];
  /** The change point of the slope below it and of the one above it, as {@link HingeSums} takes them. */
  readonly sides: (
    changePoints: readonly number[],
  ) => readonly [below: number | undefined, above: number | undefined];
}

const above = (temperature: number, limit: number): number => Math.max(temperature - limit, 0);
const below = (temperature: number, limit: number): number => Math.max(limit - temperature, 0);

/** Slopes are per degree away from the change point: b0 is the energy at (or between) the change points. */
const shapes: Readonly<Record<ChangePointKind, Shape>> = {
  '3pc': {
    changePoints: ['coolingChangePoint'],
    coefficients: ['b0', 'coolingSlope'],
    columns: (t, [tc = 0]) => [above(t, tc)],
    sides: ([tc]) => [undefined, tc],
  },
  '3ph': {
    changePoints: ['heatingChangePoint'],
    coefficients: ['b0', 'heatingSlope'],
    columns: (t, [th = 0]) => [below(t, th)],
    sides: ([th]) => [th, undefined],
  },
  '4p': {
    changePoints: ['changePoint'],
    coefficients: ['b0', 'leftSlope', 'rightSlope'],
    columns: (t, [cp = 0]) => [below(t, cp), above(t, cp)],
    sides: ([cp]) => [cp, cp],
  },
  '5p': {
    changePoints: ['heatingChangePoint', 'coolingChangePoint'],
    coefficients: ['b0', 'heatingSlope', 'coolingSlope'],
    columns: (t, [th = 0, tc = 0]) => [below(t, th), above(t, tc)],
    sides: ([th, tc]) => [th, tc],
  },
};

/**
 * Change-point model: the change points by search, the rest by least squares.
 * 3pc: b0 + coolingSlope·max(T - Tc, 0). 3ph: b0 + heatingSlope·max(Th - T, 0).
 * 4p: b0 + leftSlope·max(Tcp - T, 0) + rightSlope·max(T - Tcp, 0). 5p: both, with Th <= Tc.
 * @see ASHRAE Guideline 14-2014 annex D; Kissock, Haberl, Claridge: Inverse Modeling Toolkit, ASHRAE RP-1050
 */
export function fitChangePoint(kind: ChangePointKind, points: readonly BaselinePoint[]): BaselineModel {
  const shape = shapes[kind];
  const energies = points.map((point) => point.energy);
  const sums = new HingeSums(points);
  const changePoints = searchChangePoints(
    sums.temperatures,
    rangeOf(sums.temperatures, kind),
    shape.changePoints.length,
    (at) => sums.residual(...shape.sides(at)),
  );
  const fit = leastSquares(designOf(shape, points, changePoints), energies);
  const coefficients = fit.coefficients.map((value) => value ?? 0);
  return {
    kind,
    parameters: {
      ...named(shape.coefficients, coefficients),
      ...named(shape.changePoints, changePoints),
    },
    parameterCount: fit.rank,
    predict: ({ temperature }) =>
      [1, ...shape.columns(temperature, changePoints)].reduce(
        (sum, value, index) => sum + value * (coefficients[index] ?? 0),
        0,
      ),
  };
}

const named = (names: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? 0]));

function designOf(
  shape: Shape,
  points: readonly BaselinePoint[],
  changePoints: readonly number[],
): number[][] {
  const rows = points.map((point) => shape.columns(point.temperature, changePoints));
  return shape.coefficients.map((_, index) =>
    index === 0 ? points.map(() => 1) : rows.map((row) => row[index - 1] ?? 0),
  );
}

/**
 * Lowest and highest place of a change point. The edge guards a slope that would hang on a few points; a flat side needs none, and
 * without it the model is the straight line.
 * @param sorted temperatures, ascending
 */
function rangeOf(sorted: readonly number[], kind: ChangePointKind): [low: number, high: number] {
  const edge = Math.min(
    Math.max(LEAST_EDGE_POINTS, Math.ceil(sorted.length * EDGE_SHARE)),
    Math.floor((sorted.length - 1) / 2),
  );
  const [least, most] = [kind === '3pc' ? 0 : edge, kind === '3ph' ? 0 : edge];
  return [sorted[least] ?? 0, sorted[sorted.length - 1 - most] ?? 0];
}
