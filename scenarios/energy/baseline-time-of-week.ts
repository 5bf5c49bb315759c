import type { PlantCalendar } from '../../model/calendar.ts';
import type { BaselineModel, BaselinePoint } from './baseline.ts';
import { leastSquares } from './least-squares.ts';

export interface TimeOfWeekOptions {
  readonly calendar: PlantCalendar;
  /** Interval of the series, minutes: 15, 60 or 1440. */
  readonly intervalMinutes: number;
  readonly temperatureUnit: '°C' | '°F';
  /** A time of week is occupied where the load is above the temperature-only line more often than this. Default 0.65. */
  readonly occupancyThreshold?: number;
  /** Temperature segments with the same number of points each. Default 6. */
  readonly segments?: number;
}

/** A knot at either end goes while fewer points than this lie beyond it. */
const POINTS_BEYOND_END_KNOT = 20;

/** Below the first and above the second the load is taken to follow the temperature, when occupancy is found. */
const occupancyKnots = { '°F': [50, 65], '°C': [10, 55 / 3] } as const;

/**
 * Time-of-week-and-temperature baseline: an indicator for each interval of the week and a continuous piecewise-linear
 * temperature response, fitted apart for occupied and unoccupied times. Daily data has seven times of week.
 * @see Mathieu, Price, Kiliccote, Piette: Quantifying Changes in Building Electricity Use, IEEE Trans. Smart Grid 2(3), 2011;
 * knots and occupancy rule as in the LBNL implementation (RMV2.0) that nmecr follows
 */
export function fitTimeOfWeek(points: readonly BaselinePoint[], options: TimeOfWeekOptions): BaselineModel {
  const slotOf = (timeMs: number): number => slotOfWeek(timeMs, options);
  const occupied = occupiedSlots(points, slotOf, options);
  const knots = temperatureKnots(points, options.segments ?? 6);
  const parts = [true, false].map((isOccupied) =>
    fitPart(
      points.filter((point) => occupied.has(slotOf(point.timeMs)) === isOccupied),
      slotOf,
      knots,
    ),
  );
  const [occupiedPart, unoccupiedPart] = parts;
  return {
    kind: 'towt',
    parameters: parametersOf(occupied, knots, parts),
    parameterCount: parts.reduce((sum, part) => sum + (part?.rank ?? 0), 0),
    predict: ({ timeMs, temperature }) => {
      const slot = slotOf(timeMs);
      const value = (occupied.has(slot) ? occupiedPart : unoccupiedPart)?.predict(slot, temperature);
      // A load is never negative: the model does not predict feeding back.
      return value === undefined ? undefined : Math.max(0, value);
    },
  };
}

function parametersOf(
  occupied: ReadonlySet<number>,
  temperatureKnots: readonly number[],
  parts: readonly (TimeOfWeekPart | undefined)[],
): Record<string, number | readonly number[]> {
  return {
    temperatureKnots,
    occupiedSlotsOfWeek: [...occupied].sort((a, b) => a - b),
    occupiedTemperatureSlopes: parts[0]?.temperatureSlopes ?? [],
    unoccupiedTemperatureSlopes: parts[1]?.temperatureSlopes ?? [],
  };
}

/** Interval of the week in plant time, from 0 at Monday 00:00. */
function slotOfWeek(timeMs: number, { calendar, intervalMinutes }: TimeOfWeekOptions): number {
  const { weekday, hour, minute } = calendar.local(timeMs);
  return Math.floor(((weekday - 1) * 1440 + hour * 60 + minute) / intervalMinutes);
}

function occupiedSlots(
  points: readonly BaselinePoint[],
  slotOf: (timeMs: number) => number,
  { temperatureUnit, occupancyThreshold = 0.65 }: TimeOfWeekOptions,
): Set<number> {
  const [cold, warm] = occupancyKnots[temperatureUnit];
  const energies = points.map((point) => point.energy);
  const { fitted } = leastSquares(
    [
      points.map(() => 1),
      points.map((point) => Math.min(point.temperature - cold, 0)),
      points.map((point) => Math.max(point.temperature - warm, 0)),
    ],
    energies,
  );
  const counts = new Map<number, { all: number; above: number }>();
  points.forEach((point, index) => {
    const count = counts.get(slotOf(point.timeMs)) ?? { all: 0, above: 0 };
    count.all++;
    if (point.energy > (fitted[index] ?? 0)) count.above++;
    counts.set(slotOf(point.timeMs), count);
  });
  return new Set(
    [...counts].filter(([, { all, above }]) => above > occupancyThreshold * all).map(([slot]) => slot),
  );
}

/** Quantiles of the temperature, so that each segment has about as many points; end knots with few points beyond go. */
function temperatureKnots(points: readonly BaselinePoint[], segments: number): number[] {
  const sorted = points.map((point) => point.temperature).sort((a, b) => a - b);
  const n = sorted.length;
  const knots: number[] = [];
  for (let k = 0; k <= segments; k++) {
    const rank = Math.floor((n * k) / segments + 0.001);
    if (rank >= 1) knots.push(sorted[rank - 1] as number);
  }
  const countBeyond = (test: (temperature: number) => boolean): number => sorted.filter(test).length;
  while (knots.length > 1 && countBeyond((t) => t > (knots.at(-1) as number)) < POINTS_BEYOND_END_KNOT)
    knots.pop();
  while (knots.length > 1 && countBeyond((t) => t < (knots[0] as number)) < POINTS_BEYOND_END_KNOT)
    knots.shift();
  return knots;
}

interface TimeOfWeekPart {
  readonly rank: number;
  readonly temperatureSlopes: readonly number[];
  readonly predict: (slot: number, temperature: number) => number | undefined;
}

function fitPart(
  points: readonly BaselinePoint[],
  slotOf: (timeMs: number) => number,
  knots: readonly number[],
): TimeOfWeekPart | undefined {
  if (points.length === 0) return undefined;
  const slots = points.map((point) => slotOf(point.timeMs));
  const columnOfSlot = new Map([...new Set(slots)].sort((a, b) => a - b).map((slot, index) => [slot, index]));
  const temperatures = points.map((point) => segmentsOf(point.temperature, knots));
  const fit = leastSquares(
    [
      ...[...columnOfSlot.keys()].map((slot) => slots.map((other) => (other === slot ? 1 : 0))),
      ...Array.from({ length: knots.length + 1 }, (_, index) => temperatures.map((row) => row[index] ?? 0)),
    ],
    points.map((point) => point.energy),
  );
  const slopes = fit.coefficients.slice(columnOfSlot.size).map((value) => value ?? 0);
  return {
    rank: fit.rank,
    temperatureSlopes: slopes,
    predict: (slot, temperature) => {
      const column = columnOfSlot.get(slot);
      if (column === undefined) return undefined;
      const response = segmentsOf(temperature, knots).reduce((sum, t, i) => sum + t * (slopes[i] ?? 0), 0);
      return (fit.coefficients[column] ?? 0) + response;
    },
  };
}

/** Splits a temperature into its part below the first knot, between each pair of knots, and above the last. */
function segmentsOf(temperature: number, knots: readonly number[]): number[] {
  return Array.from({ length: knots.length + 1 }, (_, index) => {
    const low = knots[index - 1] ?? 0;
    const high = knots[index] ?? Number.POSITIVE_INFINITY;
    const capped = Math.min(temperature, high) - low;
    return index === 0 ? capped : Math.max(0, capped);
  });
}
