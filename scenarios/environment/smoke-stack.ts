import type { Plane } from './smoke-image.ts';

/** A structure that stands on the ground: columns [left, right], from its top row down. */
export interface Structure {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly base: number;
}

export interface Skyline {
  /** First row of the ground; the image height where there is none. */
  readonly groundRow: number;
  readonly structures: readonly Structure[];
}

interface Run {
  readonly left: number;
  readonly right: number;
}

/**
 * Finds the ground and what stands on it, in a plane that is above zero where a pixel is not sky.
 * A structure is followed upwards while its two edges stay straight; smoke widens, leans or frays, which ends it.
 */
export function findSkyline(notSky: Plane): Skyline {
  const groundRow = findGround(notSky);
  const base = groundRow - 2;
  if (base < 4) return { groundRow, structures: [] };
  const structures = runsOf(notSky, base)
    .filter(({ left, right }) => right - left + 1 <= 0.8 * notSky.width)
    .flatMap((run) => structuresOn(notSky, run, base, 0));
  return { groundRow, structures };
}

/** A roof may carry more structures: a hall with a stack, a stack on a plinth. */
const MAX_STOREYS = 5;

function structuresOn(notSky: Plane, run: Run, base: number, storey: number): Structure[] {
  const structure = followUp(notSky, run, base);
  if (storey >= MAX_STOREYS || structure.top < 4) return [structure];
  const least = 0.03 * notSky.height;
  const onRoof = roofRuns(notSky, run, structure.top)
    .flatMap(({ foot, row }) => structuresOn(notSky, foot, row, storey + 1))
    .filter(({ base: foot, top }) => foot - top >= least);
  return [structure, ...onRoof];
}

/** Narrower runs that stand on a roof; a ragged one (a hill, a pitched roof) lets go of them row by row. */
function roofRuns(notSky: Plane, under: Run, top: number): { foot: Run; row: number }[] {
  const width = under.right - under.left + 1;
  const found: { foot: Run; row: number }[] = [];
  for (let row = top - 1; row >= Math.max(0, top - 0.05 * notSky.height); row -= 1) {
    for (const foot of runsOf(notSky, row)) {
      const inside = foot.left >= under.left - 1 && foot.right <= under.right + 1;
      const known = found.some(({ foot: other }) => other.left <= foot.right && other.right >= foot.left);
      if (inside && !known && foot.right - foot.left + 1 < 0.75 * width) found.push({ foot, row });
    }
  }
  return found;
}

function findGround(notSky: Plane): number {
  let row = notSky.height;
  while (row > 0 && shareOfRow(notSky, row - 1) > 0.55) row -= 1;
  return row;
}

function shareOfRow({ width, at }: Plane, row: number): number {
  let count = 0;
  for (let x = 0; x < width; x += 1) if ((at[row * width + x] ?? 0) > 0) count += 1;
  return count / width;
}

function runsOf({ width, at }: Plane, row: number): Run[] {
  const runs: Run[] = [];
  let left = -1;
  for (let x = 0; x <= width; x += 1) {
    const set = x < width && (at[row * width + x] ?? 0) > 0;
    if (set && left < 0) left = x;
    if (!set && left >= 0) {
      runs.push({ left, right: x - 1 });
      left = -1;
    }
  }
  return runs;
}

function followUp(notSky: Plane, start: Run, base: number): Structure {
  const maxGap = Math.ceil(notSky.height * 0.08);
  let last: Run = start;
  let narrowest = start.right - start.left + 1;
  let top = base;
  for (let row = base - 1; row >= 0 && top - row <= maxGap; row -= 1) {
    const next = runsOf(notSky, row).find((run) => run.left <= last.right && run.right >= last.left);
    // A missing or ragged row may be a stripe in the colour of the sky: the edges go on above it.
    if (next === undefined || !continues(next, last, start, narrowest)) continue;
    last = next;
    narrowest = Math.min(narrowest, next.right - next.left + 1);
    top = row;
  }
  return { left: start.left, right: start.right, top, base };
}

function continues(next: Run, last: Run, start: Run, narrowest: number): boolean {
  const width = next.right - next.left + 1;
  const lastWidth = last.right - last.left + 1;
  const shift = Math.abs(next.left + next.right - start.left - start.right) / 2;
  return (
    width <= 1.15 * narrowest + 1.5 &&
    width >= 0.75 * lastWidth - 1 &&
    shift <= 0.15 * (start.right - start.left + 1) + 1 &&
    Math.abs(next.left - last.left) <= 2 &&
    Math.abs(next.right - last.right) <= 2
  );
}
