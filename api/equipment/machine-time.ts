import { quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { plannedSeconds } from './planned-time.ts';

/** What the stored state windows of one machine say of the planned time, seconds. */
export interface MachineTime {
  readonly knownS: number;
  readonly allocatedS: number;
  readonly productionS: number;
  readonly faultS: number;
  readonly unplannedProductionS: number;
  /** By start of a state window: the share of what happened in it that counts as planned, 0..1. */
  readonly plannedShares: ReadonlyMap<number, number>;
}

export const TIME_RULE =
  'from 15 min windows: production is running time; the rest of a window is a fault where fault is its dominant state, ' +
  'and not allocated where it is mostly stopped; time of unknown state is left out of planned time and losses';

/** @param planned not overlapping; where a shift ends within a window, the window counts in proportion */
export function machineTime(rows: readonly ResultRow[], planned: readonly TimeWindow[]): MachineTime {
  const plannedShares = new Map<number, number>();
  let [knownS, allocatedS, productionS, faultS, unplannedProductionS] = [0, 0, 0, 0, 0];
  for (const { timeMs, fields } of rows) {
    const window = { startMs: timeMs, endMs: timeMs + quarterHourMs };
    const windowKnownS = (Number(fields.completeness) * quarterHourMs) / 1000;
    const runningS = Number(fields.runningS);
    // A row without these figures says nothing of time.
    if (!(windowKnownS > 0 && Number.isFinite(runningS))) continue;
    const share = Math.min(1, plannedSeconds(window, planned) / windowKnownS);
    const notRunningS = Math.max(0, windowKnownS - runningS) * share;
    plannedShares.set(timeMs, share);
    knownS += windowKnownS * share;
    productionS += runningS * share;
    unplannedProductionS += runningS * (1 - share);
    allocatedS += runningS * share + (fields.state === 'stopped' ? 0 : notRunningS);
    faultS += fields.state === 'fault' ? notRunningS : 0;
  }
  return { knownS, allocatedS, productionS, faultS, unplannedProductionS, plannedShares };
}
