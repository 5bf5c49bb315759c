/** Places tried for one change point, and for each of a pair. */
const PLACES = { 1: 1200, 2: 150 } as const;
/** The deepest valleys of the grid are all searched on: the lowest place of a grid need not lie in the lowest valley. */
const VALLEYS = 12;
/** The search ends at steps of this share of the range. */
const FINEST_SHARE = 1e-9;

/** Residual sum of squares of the best fit at these change points, which ascend. */
type ResidualAt = (changePoints: readonly number[]) => number;

interface Found {
  readonly at: readonly number[];
  readonly residual: number;
}

/**
 * The change points with the least residual: a grid of temperatures as measured, so that it is fine where the data are, then ever
 * finer steps down each of its deepest valleys.
 * @param sorted temperatures, ascending
 * @param range lowest and highest place of a change point
 */
export function searchChangePoints(
  sorted: readonly number[],
  range: readonly [low: number, high: number],
  count: 1 | 2,
  residualAt: ResidualAt,
): readonly number[] {
  const places = placesIn(sorted, range, PLACES[count]);
  const grid =
    count === 1
      ? places.map((place) => [place])
      : places.flatMap((low, index) => places.slice(index).map((high) => [low, high]));
  const step = widestStep(places);
  return valleysOf(grid, step, residualAt)
    .map((start) => descend(start, step, range, residualAt))
    .reduce(better).at;
}

const better = (a: Found, b: Found): Found => (b.residual < a.residual ? b : a);

function placesIn(sorted: readonly number[], [low, high]: readonly [number, number], most: number): number[] {
  const within = [...new Set([low, ...sorted.filter((t) => t > low && t < high)])];
  const stride = Math.max(1, within.length / most);
  const picked = within.filter((_, index) => Math.floor(index / stride) > Math.floor((index - 1) / stride));
  return [...new Set([...picked, high])];
}

const widestStep = (places: readonly number[]): number =>
  places.reduce((widest, place, index) => Math.max(widest, place - (places[index - 1] ?? place)), 0);

/** The best places of the grid that lie more than a step apart, the best first. */
function valleysOf(grid: readonly (readonly number[])[], step: number, residualAt: ResidualAt): Found[] {
  const ranked = grid.map((at) => ({ at, residual: residualAt(at) })).sort((a, b) => a.residual - b.residual);
  const valleys: Found[] = [];
  for (const candidate of ranked) {
    if (valleys.length === VALLEYS) break;
    const isNear = ({ at }: Found): boolean =>
      at.every((v, i) => Math.abs(v - (candidate.at[i] ?? v)) <= step);
    if (!valleys.some(isNear)) valleys.push(candidate);
  }
  return valleys;
}

/** Moves the change points by a step, one alone or both, while that helps, then halves the step. */
function descend(
  start: Found,
  firstStep: number,
  [low, high]: readonly [number, number],
  residualAt: ResidualAt,
): Found {
  const moves = movesOf(start.at.length);
  let best = start;
  for (let step = firstStep; step > FINEST_SHARE * (high - low); ) {
    const next = moves
      .map((move) => best.at.map((v, i) => Math.min(high, Math.max(low, v + step * (move[i] ?? 0)))))
      .filter((at) => at.every((v, i) => v >= (at[i - 1] ?? v)))
      .map((at) => ({ at, residual: residualAt(at) }))
      .reduce(better, best);
    if (next === best) step /= 2;
    else best = next;
  }
  return best;
}

const oneMove = [-1, 0, 1];
const movesOf = (count: number): number[][] =>
  (count === 1 ? oneMove.map((a) => [a]) : oneMove.flatMap((a) => oneMove.map((b) => [a, b]))).filter(
    (move) => move.some((part) => part !== 0),
  );
