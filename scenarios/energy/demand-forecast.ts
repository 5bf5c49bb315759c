import { hourMs, type TimeWindow } from '../../model/window.ts';

export type DemandWarning = 'none' | 'early' | 'exceeded';

export interface RunningDemand {
  /** Demand of the window if the load stays as it is. */
  readonly expectedKw: number;
  /** Demand of the window if the load stopped now: less is no longer possible. */
  readonly certainKw: number;
  /** Power that may be drawn until the window's end without passing the limit; below 0 where it is passed already. */
  readonly allowedKw: number;
  readonly warning: DemandWarning;
}

/**
 * Forecast of the running demand window.
 * @param window the demand window; `nowMs` lies in it
 * @param energyKwh metered from the window's start to `nowMs`
 * @param powerKw present load
 * @param limitKw declared demand or target
 * @param warnShare share of the limit at which the early warning comes, default 0.95
 */
export function runningDemand(
  window: TimeWindow,
  nowMs: number,
  energyKwh: number,
  powerKw: number,
  limitKw: number,
  warnShare = 0.95,
): RunningDemand {
  const hours = (window.endMs - window.startMs) / hourMs;
  const left = (window.endMs - nowMs) / hourMs;
  const expectedKw = (energyKwh + powerKw * left) / hours;
  const certainKw = energyKwh / hours;
  return {
    expectedKw,
    certainKw,
    allowedKw: left > 0 ? (limitKw * hours - energyKwh) / left : 0,
    warning: certainKw > limitKw ? 'exceeded' : expectedKw >= warnShare * limitKw ? 'early' : 'none',
  };
}
