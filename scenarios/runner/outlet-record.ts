import { hourMs } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { InvalidCause } from '../environment/data-flag.ts';
import type { PeriodOf } from '../environment/local-period.ts';
import type { HourStatus, StackHour, StackHourItem } from '../environment/stack-hour.ts';
import { HJ75_2017, type StackRules } from '../environment/stack-rules.ts';
import { type HourMass, substituteMass } from '../environment/stack-substitution.ts';
import { type WaterHour, waterDay } from '../environment/water-day.ts';

/** Measurements that hold hours with a mass, by nature of the outlet. */
export const OUTLET_MEASUREMENTS = {
  'stack-monitor': 'stack_hourly',
  'wastewater-outlet': 'water_hourly',
} as const;

/**
 * The hours of one pollutant of a stack as the report's rules take them, from the rows of `stack_hourly`: one each hour
 * from the first row to `endMs`; an hour without a row is missing, time before the first is not claimed.
 * @param rows of one outlet and pollutant, by ascending time
 */
export function stackRecord(rows: readonly ResultRow[], pollutant: string, endMs: number): StackHour[] {
  const byHour = new Map(rows.map((row) => [row.timeMs, row]));
  const first = rows[0]?.timeMs;
  const hours: StackHour[] = [];
  if (first === undefined) return hours;
  for (let startMs = first; startMs < endMs; startMs += hourMs)
    hours.push(stackHourOf(startMs, pollutant, byHour.get(startMs)));
  return hours;
}

const MISSING: StackHourItem = {
  ...{ status: 'invalid', cause: 'missing', outOfControl: false, validMinutes: 0, oxygenGuarded: false },
};

function stackHourOf(startMs: number, pollutant: string, row: ResultRow | undefined): StackHour {
  const fields = row?.fields ?? {};
  const number = (name: string): number | undefined => {
    const value = fields[name];
    return typeof value === 'number' ? value : undefined;
  };
  const [oxygenPercent, flowM3PerH] = [number('oxygen'), number('flow')];
  return {
    startMs,
    operatingMinutes: number('operatingMinutes') ?? 60,
    transient: fields.transient === true,
    ...(oxygenPercent !== undefined && { oxygenPercent }),
    ...(flowM3PerH !== undefined && { flowM3PerH }),
    items: { [pollutant]: row ? itemOf(row, number) : MISSING },
  };
}

function itemOf({ fields }: ResultRow, number: (name: string) => number | undefined): StackHourItem {
  const status = fields.status as HourStatus;
  const outOfControl = fields.outOfControl === true;
  // A store merges the fields of a revised row: an hour taken back still shows what it once had.
  const known = (name: string, isTakenBack: boolean) => (isTakenBack ? undefined : number(name));
  const [measuredMgPerM3, correctedMgPerM3] = ['measured', 'value'].map((name) =>
    known(name, status === 'invalid'),
  );
  const massKg = known('massKg', outOfControl);
  return {
    status,
    ...(status === 'invalid' && { cause: String(fields.method) as InvalidCause }),
    outOfControl,
    validMinutes: Math.round((number('completeness') ?? 0) * 60),
    oxygenGuarded: fields.oxygenGuarded === true,
    ...(measuredMgPerM3 !== undefined && { measuredMgPerM3 }),
    ...(correctedMgPerM3 !== undefined && { correctedMgPerM3 }),
    ...(massKg !== undefined && { massKg }),
  };
}

export interface EmittedMass {
  readonly measuredKg: number;
  readonly substitutedKg: number;
  readonly totalKg: number;
  /** Hours whose mass is neither measured nor filled by rule: the total is a lower bound when above zero. */
  readonly undeterminedHours: number;
  /** Hours that the total speaks of. */
  readonly hours: number;
}

export interface MassContext {
  readonly endMs: number;
  readonly periodOf: PeriodOf;
  readonly rules?: StackRules;
  /** Ends of passed calibrations, ascending. */
  readonly passedCalibrationsMs?: readonly number[];
}

/** Mass of each hour of a stack's pollutant, gaps filled by HJ 75. @param rows of one outlet and pollutant, ascending */
export function stackMasses(
  rows: readonly ResultRow[],
  pollutant: string,
  { endMs, periodOf, rules = HJ75_2017, passedCalibrationsMs = [] }: MassContext,
): HourMass[] {
  return substituteMass(
    stackRecord(rows, pollutant, endMs),
    pollutant,
    rules,
    periodOf,
    passedCalibrationsMs,
  );
}

/** Emission of one outlet and pollutant over the rows' time; wastewater is filled by HJ 356. */
export function emittedMass(
  kind: keyof typeof OUTLET_MEASUREMENTS,
  rows: readonly ResultRow[],
  pollutant: string,
  context: MassContext,
): EmittedMass {
  if (kind === 'wastewater-outlet') return waterMass(waterRecord(rows, context.endMs));
  const masses = stackMasses(rows, pollutant, context);
  const sum = (origin: HourMass['origin']): number =>
    masses.reduce((total, mass) => (mass.origin === origin ? total + (mass.massKg ?? 0) : total), 0);
  const [measuredKg, substitutedKg] = [sum('measured'), sum('substituted')];
  const undeterminedHours = masses.filter(({ origin }) => origin === 'undetermined').length;
  return {
    ...{ measuredKg, substitutedKg, totalKg: measuredKg + substitutedKg },
    ...{ undeterminedHours, hours: masses.length - undeterminedHours },
  };
}

/** Hours of wastewater from the first row to `endMs`; an hour without a valid row has no value. */
export function waterRecord(rows: readonly ResultRow[], endMs: number): (WaterHour & { startMs: number })[] {
  const byHour = new Map(rows.map((row) => [row.timeMs, row.fields]));
  const hours: (WaterHour & { startMs: number })[] = [];
  const first = rows[0]?.timeMs;
  if (first === undefined) return hours;
  for (let startMs = first; startMs < endMs; startMs += hourMs) {
    const fields = byHour.get(startMs);
    const { value, volumeM3 } = fields ?? {};
    hours.push({
      startMs,
      value: fields?.status === 'valid' && typeof value === 'number' ? value : undefined,
      volumeM3: typeof volumeM3 === 'number' ? volumeM3 : undefined,
    });
  }
  return hours;
}

function waterMass(hours: readonly WaterHour[]): EmittedMass {
  const { measuredKg, substitutedKg } = waterDay(hours);
  return {
    ...{ measuredKg, substitutedKg, totalKg: measuredKg + substitutedKg },
    ...{ undeterminedHours: 0, hours: hours.length },
  };
}
