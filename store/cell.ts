/**
 * What a stretch of one series comes to, in a form that can be merged with its neighbour without the readings: the one
 * building block of aggregates and rollups in both stores. Times are milliseconds with fraction.
 */
export interface Cell {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly minMs: number;
  readonly max: number;
  readonly maxMs: number;
  readonly first: number;
  readonly firstMs: number;
  readonly last: number;
  readonly lastMs: number;
  /** What a register gained from the first to the last reading. */
  readonly gain: number;
  /** Value times milliseconds from the first to the last reading, each value held until the next. */
  readonly area: number;
}

export interface Sample {
  readonly timeMs: number;
  readonly value: number;
}

export function cellOfSample({ timeMs, value }: Sample): Cell {
  return {
    count: 1,
    sum: value,
    min: value,
    minMs: timeMs,
    max: value,
    maxMs: timeMs,
    first: value,
    firstMs: timeMs,
    last: value,
    lastMs: timeMs,
    gain: 0,
    area: 0,
  };
}

/** @param later starts after `earlier` ends */
export function mergeCells(earlier: Cell, later: Cell): Cell {
  const minIsLater = later.min < earlier.min;
  const maxIsLater = later.max > earlier.max;
  return {
    count: earlier.count + later.count,
    sum: earlier.sum + later.sum,
    min: minIsLater ? later.min : earlier.min,
    minMs: minIsLater ? later.minMs : earlier.minMs,
    max: maxIsLater ? later.max : earlier.max,
    maxMs: maxIsLater ? later.maxMs : earlier.maxMs,
    first: earlier.first,
    firstMs: earlier.firstMs,
    last: later.last,
    lastMs: later.lastMs,
    gain: earlier.gain + gained(earlier.last, later.first) + later.gain,
    area: earlier.area + earlier.last * (later.firstMs - earlier.lastMs) + later.area,
  };
}

/** A register that reads less than before was reset or swapped and counted from zero since. */
export function gained(before: number, after: number): number {
  return after >= before ? after - before : after;
}
