import { hourMs } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { type CheckVerdict, type OutOfControlSpell, outOfControlAt } from '../environment/out-of-control.ts';

/** Verdicts of each quantity of one outlet. @param rows of `drift_check`, by ascending time */
export function verdictsOf(rows: readonly ResultRow[]): ReadonlyMap<string, readonly CheckVerdict[]> {
  const verdicts = new Map<string, CheckVerdict[]>();
  for (const { series, timeMs, fields } of rows) {
    const { driftPassed, worstDriftPct, driftLimitPct } = fields;
    if (typeof driftPassed !== 'boolean' || fields.withdrawn === true) continue;
    const quantity = series.pollutant ?? '';
    const own = verdicts.get(quantity) ?? [];
    own.push({
      ...{ endMs: timeMs + hourMs, passed: driftPassed },
      ...{ worstDriftPct: Number(worstDriftPct), driftLimitPct: Number(driftLimitPct) },
    });
    verdicts.set(quantity, own);
  }
  return verdicts;
}

/** Why each quantity was out of control in an hour. */
export function spellsAt(
  rows: readonly ResultRow[],
  startMs: number,
): (quantity: string) => OutOfControlSpell | undefined {
  const verdicts = verdictsOf(rows);
  return (quantity) => outOfControlAt(startMs, verdicts.get(quantity) ?? []);
}
