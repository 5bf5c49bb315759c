import { hourMs, minuteMs } from '../../model/window.ts';
import {
  type DataFlag,
  FLAG_CLASS,
  type InvalidCause,
  type MinuteClass,
  OUT_OF_CONTROL,
} from './data-flag.ts';
import type { StackRules } from './stack-rules.ts';
import { emissionRateKgPerH, oxygenCorrected } from './stack-units.ts';

/** One reading of an outlet (a minute, or an hour), at the standard state and dry. Window [startMs, startMs + durationMs). */
export interface StackSample {
  readonly startMs: number;
  readonly durationMs: number;
  readonly flag: DataFlag;
  /** Marks of single pollutants where they differ from the record's. */
  readonly itemFlags?: Readonly<Record<string, DataFlag>>;
  /** Measured dry concentration at the standard state, mg/m3, by pollutant; absent = missing. */
  readonly measuredMgPerM3: Readonly<Record<string, number>>;
  /** Dry oxygen, per cent of volume. */
  readonly oxygenPercent?: number;
  /** Dry flow at the standard state, m3/h. */
  readonly flowM3PerH?: number;
  /** Start-up or shutdown of the source: measured and weighed, but not judged against a limit. */
  readonly transient?: boolean;
}

/** Valid: judged and counted. Partial: the source ran too short for a valid hour, its mass still counts. */
export type HourStatus = 'valid' | 'partial' | 'stopped' | 'invalid';

export interface StackHourItem {
  readonly status: HourStatus;
  /** The class most minutes were lost to, for an invalid hour. */
  readonly cause?: InvalidCause;
  readonly outOfControl: boolean;
  readonly validMinutes: number;
  readonly measuredMgPerM3?: number;
  /** At the reference oxygen; absent where the oxygen is missing or near air. */
  readonly correctedMgPerM3?: number;
  /** True where oxygen was measured but too near air to correct. */
  readonly oxygenGuarded: boolean;
  /** Absent where flow or concentration is missing; zero for a stopped hour. */
  readonly massKg?: number;
}

export interface StackHour {
  readonly startMs: number;
  /** Minutes in which the source ran, as far as the marks tell: 60 less the stopped ones. */
  readonly operatingMinutes: number;
  readonly transient: boolean;
  readonly oxygenPercent?: number;
  readonly flowM3PerH?: number;
  readonly items: Readonly<Record<string, StackHourItem>>;
}

export interface OutletSettings {
  readonly pollutants: readonly string[];
  /** Reference oxygen of the outlet, per cent; absent: concentrations are judged uncorrected. */
  readonly referenceOxygenPercent?: number;
}

/**
 * Hours from `startMs` (a full hour) to `endMs` of an outlet, one for each hour, with or without samples.
 * The correction uses the hour means of concentration and oxygen. Samples are in time order and do not overlap.
 */
export function stackHours(
  samples: readonly StackSample[],
  startMs: number,
  endMs: number,
  outlet: OutletSettings,
  rules: StackRules,
): StackHour[] {
  const byHour = new Map<number, StackSample[]>();
  for (const sample of samples) {
    const hour = Math.floor(sample.startMs / hourMs) * hourMs;
    const list = byHour.get(hour);
    if (list === undefined) byHour.set(hour, [sample]);
    else list.push(sample);
  }
  const hours: StackHour[] = [];
  for (let at = startMs; at < endMs; at += hourMs) {
    hours.push(stackHour(at, byHour.get(at) ?? [], outlet, rules));
  }
  return hours;
}

function stackHour(
  startMs: number,
  samples: readonly StackSample[],
  outlet: OutletSettings,
  rules: StackRules,
): StackHour {
  const operatingMinutes = 60 - minutesOf(samples.filter(({ flag }) => FLAG_CLASS[flag] === 'stopped'));
  const sound = samples.filter(({ flag }) => FLAG_CLASS[flag] === 'valid');
  const oxygenPercent = weightedMean(sound, (s) => s.oxygenPercent);
  const flowM3PerH = weightedMean(sound, (s) => s.flowM3PerH);
  const frame = { operatingMinutes, oxygenPercent, flowM3PerH };
  return {
    startMs,
    operatingMinutes,
    transient: samples.some(({ transient }) => transient === true),
    ...(oxygenPercent !== undefined && { oxygenPercent }),
    ...(flowM3PerH !== undefined && { flowM3PerH }),
    items: Object.fromEntries(
      outlet.pollutants.map((name) => [name, hourItem(name, samples, frame, outlet, rules)]),
    ),
  };
}

interface HourFrame {
  readonly operatingMinutes: number;
  readonly oxygenPercent: number | undefined;
  readonly flowM3PerH: number | undefined;
}

function hourItem(
  name: string,
  samples: readonly StackSample[],
  frame: HourFrame,
  outlet: OutletSettings,
  rules: StackRules,
): StackHourItem {
  const classes = classMinutes(name, samples);
  const validMinutes = classes.get('valid') ?? 0;
  const status = hourStatus(validMinutes, frame.operatingMinutes, rules.minValidMinutes);
  if (status === 'stopped')
    return { status, outOfControl: false, validMinutes, oxygenGuarded: false, massKg: 0 };
  if (status === 'invalid') {
    const cause = dominantCause(classes);
    return { status, cause, outOfControl: OUT_OF_CONTROL.has(cause), validMinutes, oxygenGuarded: false };
  }
  const measured = weightedMean(
    samples.filter((sample) => minuteClass(name, sample) === 'valid'),
    (sample) => sample.measuredMgPerM3[name],
  );
  return {
    status,
    outOfControl: false,
    validMinutes,
    ...concentrations(measured, frame, outlet, rules),
    ...mass(measured, frame),
  };
}

function concentrations(
  measured: number | undefined,
  { oxygenPercent }: HourFrame,
  { referenceOxygenPercent }: OutletSettings,
  rules: StackRules,
): Pick<StackHourItem, 'measuredMgPerM3' | 'correctedMgPerM3' | 'oxygenGuarded'> {
  if (measured === undefined) return { oxygenGuarded: false };
  if (referenceOxygenPercent === undefined) {
    return { measuredMgPerM3: measured, correctedMgPerM3: measured, oxygenGuarded: false };
  }
  if (oxygenPercent === undefined) return { measuredMgPerM3: measured, oxygenGuarded: false };
  const corrected = oxygenCorrected(
    measured,
    oxygenPercent,
    referenceOxygenPercent,
    rules.oxygenGuardPercent,
  );
  return corrected === undefined
    ? { measuredMgPerM3: measured, oxygenGuarded: true }
    : { measuredMgPerM3: measured, correctedMgPerM3: corrected, oxygenGuarded: false };
}

function mass(
  measured: number | undefined,
  { flowM3PerH, operatingMinutes }: HourFrame,
): Pick<StackHourItem, 'massKg'> {
  if (measured === undefined || flowM3PerH === undefined) return {};
  return { massKg: (emissionRateKgPerH(measured, flowM3PerH) * operatingMinutes) / 60 };
}

/** A short run counts as partial when the same share of its minutes is valid as a full hour needs. */
function hourStatus(validMinutes: number, operatingMinutes: number, minValidMinutes: number): HourStatus {
  if (operatingMinutes <= 0) return 'stopped';
  if (validMinutes >= minValidMinutes) return 'valid';
  const shortRun = operatingMinutes < minValidMinutes;
  return shortRun && validMinutes >= (minValidMinutes / 60) * operatingMinutes ? 'partial' : 'invalid';
}

function minuteClass(name: string, sample: StackSample): MinuteClass {
  const own = FLAG_CLASS[sample.itemFlags?.[name] ?? sample.flag];
  return own === 'valid' && sample.measuredMgPerM3[name] === undefined ? 'missing' : own;
}

function classMinutes(name: string, samples: readonly StackSample[]): Map<MinuteClass, number> {
  const minutes = new Map<MinuteClass, number>();
  let known = 0;
  for (const sample of samples) {
    const kind = minuteClass(name, sample);
    const length = sample.durationMs / minuteMs;
    minutes.set(kind, (minutes.get(kind) ?? 0) + length);
    known += length;
  }
  if (known < 60) minutes.set('missing', (minutes.get('missing') ?? 0) + 60 - known);
  return minutes;
}

function dominantCause(classes: ReadonlyMap<MinuteClass, number>): InvalidCause {
  let cause: InvalidCause = 'missing';
  let most = 0;
  for (const [kind, minutes] of classes) {
    if (kind === 'valid' || kind === 'stopped' || minutes <= most) continue;
    cause = kind;
    most = minutes;
  }
  return cause;
}

function minutesOf(samples: readonly StackSample[]): number {
  return samples.reduce((sum, { durationMs }) => sum + durationMs / minuteMs, 0);
}

function weightedMean(
  samples: readonly StackSample[],
  read: (sample: StackSample) => number | undefined,
): number | undefined {
  let sum = 0;
  let weight = 0;
  for (const sample of samples) {
    const value = read(sample);
    if (value === undefined) continue;
    sum += value * sample.durationMs;
    weight += sample.durationMs;
  }
  return weight === 0 ? undefined : sum / weight;
}
