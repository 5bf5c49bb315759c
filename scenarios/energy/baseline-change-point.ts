import type { BaselineModel, BaselinePoint } from './baseline.ts';
import { type LeastSquaresFit, leastSquares } from './least-squares.ts';

export type ChangePointKind = '3pc' | '3ph' | '4p' | '5p';

const GRID_STEPS = 60;
/** A change point keeps this share of the points, and at least three, on each side of it. */
const EDGE_SHARE = 0.02;

interface Shape {
  readonly changePoints: readonly string[];
  readonly coefficients: readonly string[];
  /** Values of the regression columns after the constant, at one temperature. */
  readonly columns: (temperature: number, changePoints: readonly number[]) => number[];
}

const above = (temperature: number, limit: number): number => Math.max(temperature - limit, 0);
const below = (temperature: number, limit: number): number => Math.max(limit - temperature, 0);

/** Slopes are per degree away from the change point: b0 is the energy at (or between) the change points. */
const shapes: Readonly<Record<ChangePointKind, Shape>> = {
  '3pc': {
    changePoints: ['coolingChangePoint'],
    coefficients: ['b0', 'coolingSlope'],
    columns: (t, [tc = 0]) => [above(t, tc)],
  },
  '3ph': {
    changePoints: ['heatingChangePoint'],
    coefficients: ['b0', 'heatingSlope'],
    columns: (t, [th = 0]) => [below(t, th)],
  },
  '4p': {
    changePoints: ['changePoint'],
    coefficients: ['b0', 'leftSlope', 'rightSlope'],
    columns: (t, [cp = 0]) => [below(t, cp), above(t, cp)],
  },
  '5p': {
    changePoints: ['heatingChangePoint', 'coolingChangePoint'],
    coefficients: ['b0', 'heatingSlope', 'coolingSlope'],
    columns: (t, [th = 0, tc = 0]) => [below(t, th), above(t, tc)],
  },
};

/**
 * Change-point model: the change points by search (a grid, then ever finer steps around its best), the rest by least squares.
 * 3pc: b0 + coolingSlope·max(T - Tc, 0). 3ph: b0 + heatingSlope·max(Th - T, 0).
 * 4p: b0 + leftSlope·max(Tcp - T, 0) + rightSlope·max(T - Tcp, 0). 5p: both, with Th <= Tc.
 * @see ASHRAE Guideline 14-2014 annex D; Kissock, Haberl, Claridge: Inverse Modeling Toolkit, ASHRAE RP-1050
 */
export function fitChangePoint(kind: ChangePointKind, points: readonly BaselinePoint[]): BaselineModel {
  const shape = shapes[kind];
  const energies = points.map((point) => point.energy);
  const fitAt = (changePoints: readonly number[]): LeastSquaresFit =>
    leastSquares(designOf(shape, points, changePoints), energies);
  const grid = gridOf(points.map((point) => point.temperature));
  const coarse = bestOnGrid(grid, shape.changePoints.length, (at) => fitAt(at).sse);
  const changePoints = refine(coarse, grid, (at) => fitAt(at).sse);
  const fit = fitAt(changePoints);
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

function gridOf(temperatures: readonly number[]): number[] {
  const sorted = [...temperatures].sort((a, b) => a - b);
  const edge = Math.min(
    Math.max(3, Math.ceil(sorted.length * EDGE_SHARE)),
    Math.floor((sorted.length - 1) / 2),
  );
  const low = sorted[edge] ?? 0;
  const high = sorted[sorted.length - 1 - edge] ?? low;
  return Array.from({ length: GRID_STEPS + 1 }, (_, index) => low + ((high - low) * index) / GRID_STEPS);
}

function bestOnGrid(
  grid: readonly number[],
  count: number,
  sseAt: (at: readonly number[]) => number,
): number[] {
  const candidates =
    count === 1
      ? grid.map((value) => [value])
      : grid.flatMap((low, index) => grid.slice(index).map((high) => [low, high]));
  return bestOf(candidates, sseAt).at;
}

function bestOf(
  candidates: readonly number[][],
  sseAt: (at: readonly number[]) => number,
): { at: number[]; sse: number } {
  let best = { at: candidates[0] ?? [], sse: Number.POSITIVE_INFINITY };
  for (const at of candidates) {
    const sse = sseAt(at);
    if (sse < best.sse) best = { at, sse };
  }
  return best;
}

/** Pattern search: moves each change point by a step while that helps, then halves the step. */
function refine(
  start: readonly number[],
  grid: readonly number[],
  sseAt: (at: readonly number[]) => number,
): number[] {
  const low = grid[0] ?? 0;
  const high = grid.at(-1) ?? low;
  let best = { at: [...start], sse: sseAt(start) };
  let step = (high - low) / GRID_STEPS;
  while (step > (high - low) * 1e-7) {
    const neighbours = best.at
      .flatMap((_, index) => [-step, step].map((move) => best.at.map((v, i) => (i === index ? v + move : v))))
      .filter((at) => at.every((v, i) => v >= low && v <= high && v >= (at[i - 1] ?? v)));
    const next = bestOf(neighbours, sseAt);
    if (next.sse < best.sse) best = next;
    else step /= 2;
  }
  return best.at;
}
