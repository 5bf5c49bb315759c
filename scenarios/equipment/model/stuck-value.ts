import type { ConditionRow } from './machine-model.ts';

/** Quantities that never stand still while a machine runs; power and current do on a steady load. */
const RESTLESS = ['vibrationVelocity', 'vibrationAcceleration'];

/**
 * How long, up to the newest row, the most stubborn of the restless quantities has shown one and the same value on a running machine, in
 * minutes.
 * @param moving quantities that moved while the machine was learned
 */
export function stuckMinutes(rows: readonly ConditionRow[], moving: readonly string[]): number {
  const watched = RESTLESS.filter((name) => moving.includes(name));
  return Math.max(0, ...watched.map((name) => stuckFor(rows, name)));
}

function stuckFor(rows: readonly ConditionRow[], name: string): number {
  const last = rows.at(-1);
  const value = last?.values[name];
  if (last === undefined || value === undefined) return 0;
  let first = last;
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i] as ConditionRow;
    if (!row.isRunning || row.values[name] !== value) break;
    first = row;
  }
  return (last.timeMs - first.timeMs) / 60_000;
}
