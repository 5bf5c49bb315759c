import { type Command, InvalidArgumentError, Option } from 'commander';
import { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { hourMs } from '../../model/window.ts';
import { localPeriods } from '../../scenarios/environment/local-period.ts';
import { type StackHour, stackHours } from '../../scenarios/environment/stack-hour.ts';
import { type PeriodKind, stackPeriods } from '../../scenarios/environment/stack-report.ts';
import { HJ75_2017, type StackRules } from '../../scenarios/environment/stack-rules.ts';
import { type ConcentrationBasis, standardiseReading } from '../../scenarios/environment/stack-sample.ts';
import { type HourMass, substituteMass } from '../../scenarios/environment/stack-substitution.ts';
import { printCsv, printJson, readCsv } from '../io.ts';
import { readStackFile, type StackFile } from './environment-cems-input.ts';

const DETAILS = `
FILE.csv holds minute or hourly rows in time order, one outlet a file:
  time                     start of the row, ISO 8601; without offset in --time-zone
  so2, nox, pm, ...        measured mg/m3; NAME_ppm for ppm of volume; no and no2 make nox as NO2
  flag, NAME_flag          N F M S D C T B (HJ 212); blank is N; NAME_flag for one pollutant
  state                    run, start-up, shut-down or off; blank is run
  o2                       per cent of volume
  temperature, pressure    degC; Pa relative to the atmosphere
  atmosphere, moisture     Pa; per cent of volume
  velocity, flow, flow_std m/s; m3/h in the duct; m3/h dry at 0 degC and 101325 Pa
A blank cell is a missing value. Prints JSON with hours, days, months, quarters and totals of each pollutant; with
--format csv, one line for each hour and pollutant. The full contract is in docs/analyse-cems.md.`;

interface CemsOptions {
  readonly oxygenReference: number | 'none';
  readonly basis: ConcentrationBasis;
  readonly oxygenBasis: 'dry' | 'wet';
  readonly ductArea?: number;
  readonly atmosphericPressure?: number;
  readonly timeZone: string;
  readonly rowMinutes?: number;
  readonly validMinutes: number;
  readonly validDayHours: number;
  readonly validDayShare?: number;
  readonly oxygenGuard: number;
  readonly format: 'json' | 'csv';
}

/** `plantscope analyse cems FILE.csv --oxygen-reference X` */
export function register(analyse: Command): void {
  const bases = ['standard-dry', 'standard-wet', 'actual-dry', 'actual-wet'];
  analyse
    .command('cems')
    .description('Stack emissions: corrected hours, validity, substitution and totals (HJ 75-2017)')
    .argument('<file>', 'CSV file, - for standard input')
    .requiredOption(
      '--oxygen-reference <percent>',
      'reference oxygen of the outlet, or none',
      oxygenReference,
    )
    .addOption(
      new Option('--basis <basis>', 'what the concentrations refer to')
        .choices(bases)
        .default('standard-dry'),
    )
    .addOption(new Option('--oxygen-basis <basis>', 'oxygen reading').choices(['dry', 'wet']).default('dry'))
    .option('--duct-area <m2>', 'duct cross-section, needed with velocity', number)
    .option(
      '--atmospheric-pressure <pa>',
      'where the file has no atmosphere column (default: 101325)',
      number,
    )
    .option('--time-zone <zone>', 'time zone of days and of times without offset', 'Asia/Shanghai')
    .option('--row-minutes <minutes>', 'length of a row (default: the commonest step)', number)
    .option('--valid-minutes <n>', 'valid minutes of a valid hour', number, HJ75_2017.minValidMinutes)
    .option('--valid-day-hours <n>', 'valid hours of a valid day', number, 20)
    .option('--valid-day-share <share>', 'share of operating hours, instead of a count', number)
    .option('--oxygen-guard <percent>', 'no correction from here on', number, HJ75_2017.oxygenGuardPercent)
    .addOption(new Option('--format <format>', 'output').choices(['json', 'csv']).default('json'))
    .addHelpText('after', DETAILS)
    .action((file: string, options: CemsOptions) => run(file, options));
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Not a number.');
  return value;
}

function oxygenReference(text: string): number | 'none' {
  if (text === 'none') return 'none';
  const value = number(text);
  if (value >= 21) throw new InvalidArgumentError('It is below 21 per cent.');
  return value;
}

function run(file: string, options: CemsOptions): void {
  const calendar = zoneCalendar(options.timeZone);
  const stack = readStackFile(readCsv(file), file, calendar, options.rowMinutes);
  const rules = rulesOf(options);
  const hours = hoursOf(stack, options, rules);
  const periodOf = localPeriods(calendar);
  const calibrations = calibrationEnds(stack);
  const pollutants = stack.pollutants.map((name) => ({
    name,
    masses: substituteMass(hours, name, rules, periodOf, calibrations),
  }));
  const times = { iso: (ms: number) => calendar.toIso(ms) };
  if (options.format === 'csv') {
    printHours(hours, pollutants, times);
    return;
  }
  const report = (kind: PeriodKind) =>
    Object.fromEntries(
      pollutants.map(({ name, masses }) => [name, stackPeriods(kind, hours, masses, name, rules, periodOf)]),
    );
  printJson({
    settings: { ...options, rules },
    hours: hourRows(hours, pollutants, times),
    days: report('day'),
    months: report('month'),
    quarters: report('quarter'),
    totals: Object.fromEntries(pollutants.map(({ name, masses }) => [name, totals(masses)])),
  });
}

function zoneCalendar(zone: string): PlantCalendar {
  try {
    return new PlantCalendar(zone);
  } catch (cause) {
    throw new PlantscopeError('time-zone', `"${zone}" is no time zone`, {
      cause,
      hint: 'Use an IANA name such as Asia/Shanghai.',
    });
  }
}

function rulesOf(options: CemsOptions): StackRules {
  return {
    ...HJ75_2017,
    minValidMinutes: options.validMinutes,
    validDay:
      options.validDayShare === undefined
        ? { minHours: options.validDayHours }
        : { minShareOfOperating: options.validDayShare },
    oxygenGuardPercent: options.oxygenGuard,
  };
}

function hoursOf(stack: StackFile, options: CemsOptions, rules: StackRules): StackHour[] {
  const first = stack.readings[0];
  const last = stack.readings.at(-1);
  if (first === undefined || last === undefined) return [];
  const outlet = {
    basis: options.basis,
    oxygenBasis: options.oxygenBasis,
    ductAreaM2: options.ductArea,
    atmosphericPressurePa: options.atmosphericPressure,
    measuresNo2: stack.measuresNo2,
  };
  const samples = stack.readings.map((reading) => standardiseReading(reading, outlet));
  return stackHours(
    samples,
    Math.floor(first.startMs / hourMs) * hourMs,
    last.startMs + last.durationMs,
    {
      pollutants: stack.pollutants,
      ...(options.oxygenReference !== 'none' && { referenceOxygenPercent: options.oxygenReference }),
    },
    rules,
  );
}

/** Ends of the stretches marked C: each is taken as a calibration that was passed. */
function calibrationEnds({ readings }: StackFile): number[] {
  return readings.flatMap((reading, i) =>
    reading.flag === 'C' && readings[i + 1]?.flag !== 'C' ? [reading.startMs + reading.durationMs] : [],
  );
}

interface PollutantMasses {
  readonly name: string;
  readonly masses: readonly HourMass[];
}

interface Times {
  iso(ms: number): string;
}

function hourRows(hours: readonly StackHour[], pollutants: readonly PollutantMasses[], times: Times) {
  return hours.flatMap((hour, i) =>
    pollutants.map(({ name, masses }) => {
      const mass = masses[i];
      return {
        time: times.iso(hour.startMs),
        pollutant: name,
        ...hour.items[name],
        oxygenPercent: hour.oxygenPercent,
        flowM3PerH: hour.flowM3PerH,
        operatingMinutes: hour.operatingMinutes,
        transient: hour.transient,
        massKg: mass?.massKg,
        massOrigin: mass?.origin,
      };
    }),
  );
}

const HOUR_COLUMNS = [
  'time',
  'pollutant',
  'status',
  'cause',
  'validMinutes',
  'operatingMinutes',
  'transient',
  'measuredMgPerM3',
  'correctedMgPerM3',
  'oxygenGuarded',
  'oxygenPercent',
  'flowM3PerH',
  'massKg',
  'massOrigin',
] as const;

function printHours(hours: readonly StackHour[], pollutants: readonly PollutantMasses[], times: Times): void {
  const rows = hourRows(hours, pollutants, times).map((row) =>
    HOUR_COLUMNS.map((column) => printed(row[column])),
  );
  printCsv(HOUR_COLUMNS, rows);
}

function printed(value: unknown): unknown {
  return typeof value === 'boolean' ? String(value) : value;
}

function totals(masses: readonly HourMass[]) {
  const kg = (origin: HourMass['origin']) =>
    masses.reduce((sum, m) => (m.origin === origin ? sum + (m.massKg ?? 0) : sum), 0);
  const count = (origin: HourMass['origin']) => masses.filter((m) => m.origin === origin).length;
  return {
    measuredKg: kg('measured'),
    substitutedKg: kg('substituted'),
    totalKg: kg('measured') + kg('substituted'),
    hours: {
      measured: count('measured'),
      stopped: count('stopped'),
      substituted: count('substituted'),
      undetermined: count('undetermined'),
    },
  };
}
