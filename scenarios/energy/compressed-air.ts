import type { TimeWindow } from '../../model/window.ts';
import { hourMs } from '../../model/window.ts';
import type { EnergyInterval } from './interval-energy.ts';

export interface AirFigures {
  readonly energyKwh: number;
  readonly airM3: number;
  /** kWh per m³ of delivered air; undefined where none was delivered. */
  readonly specificEnergyKwhPerM3: number | undefined;
  /** kW per m³/min: 60 × kWh/m³, the figure of GB 19153. */
  readonly specificPowerKwPerM3Min: number | undefined;
}

/** Specific energy and power of a compressor station over one window. @see GB 19153-2019 (specific power of compressors) */
export function airFigures(energyKwh: number, airM3: number): AirFigures {
  const specific = airM3 > 0 ? energyKwh / airM3 : undefined;
  return {
    energyKwh,
    airM3,
    specificEnergyKwhPerM3: specific,
    specificPowerKwPerM3Min: specific === undefined ? undefined : 60 * specific,
  };
}

export interface LeakEstimate {
  /** Flow while nothing draws air: the leaks. */
  readonly leakM3PerHour: number;
  /** Leak over the whole span as a share of the air delivered. */
  readonly leakShare: number;
  /** Hours the estimate rests on. */
  readonly idleHours: number;
  /** Energy that the leaks cost over the span, at the span's specific energy; undefined without an energy. */
  readonly leakEnergyKwh: number | undefined;
}

/**
 * Leaks from idle hours: the median of the flow while no consumer runs.
 * @param air interval volumes, m³
 * @param idle windows in which no consumer of air runs, in order
 * @returns undefined where fewer than `leastIdleHours` (default 2) of idle time are known
 */
export function leakEstimate(
  air: readonly EnergyInterval[],
  idle: readonly TimeWindow[],
  energyKwh?: number,
  leastIdleHours = 2,
): LeakEstimate | undefined {
  const within = air.filter((interval) =>
    idle.some((window) => window.startMs <= interval.startMs && interval.endMs <= window.endMs),
  );
  const flows = within.flatMap(({ startMs, endMs, value }) =>
    value === undefined ? [] : [value / ((endMs - startMs) / hourMs)],
  );
  const idleHours = within.reduce(
    (sum, { startMs, endMs, value }) => sum + (value === undefined ? 0 : (endMs - startMs) / hourMs),
    0,
  );
  if (flows.length === 0 || idleHours < leastIdleHours) return undefined;
  const leakM3PerHour = flows.sort((a, b) => a - b)[Math.floor(flows.length / 2)] ?? 0;
  const known = air.filter((interval) => interval.value !== undefined);
  const hours = known.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / hourMs, 0);
  const airM3 = known.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const leakShare = airM3 > 0 ? Math.min(1, (leakM3PerHour * hours) / airM3) : 0;
  return {
    leakM3PerHour,
    leakShare,
    idleHours,
    leakEnergyKwh: energyKwh === undefined ? undefined : energyKwh * leakShare,
  };
}
