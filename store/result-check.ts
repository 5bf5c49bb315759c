import { PlantscopeError } from '../model/error.ts';
import type { ResultRow } from './time-series-store.ts';

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** @throws PlantscopeError `result-refused`: nothing of the rows is stored */
export function checkResults(rows: readonly ResultRow[]): void {
  for (const row of rows) {
    const problem = problemOf(row);
    if (problem === undefined) continue;
    throw new PlantscopeError('result-refused', `A derived figure can't be stored: ${problem}`, {
      where: `${row.measurement} ${seriesKey(row.series)}`,
    });
  }
}

function problemOf({ measurement, series, timeMs, fields }: ResultRow): string | undefined {
  const names = [measurement, ...Object.keys(series), ...Object.keys(fields)];
  const odd = names.find((name) => !NAME.test(name));
  if (odd !== undefined) return `the name "${odd}" is not made of letters, digits, - and _`;
  if (!Number.isInteger(timeMs) || timeMs < 0) return `the time ${timeMs} is not whole milliseconds`;
  if (Object.keys(fields).length === 0) return 'it has no field';
  const blank = Object.entries(series).find(([, value]) => value === '' || /[\n\r\0]/.test(value));
  if (blank !== undefined) return `the series value of ${blank[0]} is empty or holds a line break`;
  const infinite = Object.entries(fields).find(
    ([, value]) => typeof value === 'number' && !Number.isFinite(value),
  );
  return infinite && `the field ${infinite[0]} is ${infinite[1]}`;
}

/** One text a series, whatever the order of its keys. */
export function seriesKey(series: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(series).sort(([a], [b]) => (a < b ? -1 : 1))));
}

export function typeConflict(measurement: string, field: string, cause?: unknown): PlantscopeError {
  return new PlantscopeError(
    'result-refused',
    `The field ${field} of ${measurement} already holds another type`,
    {
      where: measurement,
      cause,
    },
  );
}
