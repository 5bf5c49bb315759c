import type { Command } from 'commander';
import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs } from '../../model/window.ts';
import { type EnergyInterval, intervalEnergy } from '../../scenarios/energy/interval-energy.ts';
import { type IntervalLength, plantWindows } from '../../scenarios/energy/plant-windows.ts';
import { checkRule, type RegisterEvent, registerLegs } from '../../scenarios/energy/register-legs.ts';
import { printCsv } from '../io.ts';
import { calendarOf, durationOf, numberOf, zoneOption } from './energy-options.ts';
import { readSeriesRows } from './energy-series.ts';

interface IntervalOptions {
  readonly register: string;
  readonly every: string;
  readonly digits: string;
  readonly multiplier: string;
  readonly maxRate: string;
  readonly zone: string;
}

export function registerIntervals(analyse: Command): void {
  analyse
    .command('intervals')
    .description('Interval energy from the readings of a cumulating register')
    .requiredOption('--register <file>', 'CSV: time, register reading')
    .requiredOption('--every <length>', '1m, 15m, 1h, 1d or month')
    .requiredOption('--digits <n>', 'integer digits of the register')
    .requiredOption('--multiplier <m>', 'energy of one register unit (CT x PT)')
    .requiredOption('--max-rate <x>', 'fastest believable rise, register units per hour')
    .option(...zoneOption)
    .action(analyseIntervals);
}

function analyseIntervals(options: IntervalOptions): void {
  const calendar = calendarOf(options.zone);
  const rule = {
    digits: numberOf(options.digits, '--digits', { least: 1, whole: true }),
    multiplier: numberOf(options.multiplier, '--multiplier', { above: 0 }),
    maxRatePerHour: numberOf(options.maxRate, '--max-rate', { above: 0 }),
  };
  checkRule(rule);
  const length = lengthOf(options.every);
  const readings = readSeriesRows(options.register, calendar).flatMap(({ timeMs, value }) =>
    value === undefined ? [] : [{ timeMs, value }],
  );
  const { legs, events } = registerLegs(readings, rule);
  const [first, last] = [legs[0], legs.at(-1)];
  if (!first || !last) {
    throw new PlantscopeError(
      'series-too-short',
      `${options.register} has fewer than two register readings`,
      {
        where: options.register,
      },
    );
  }
  const windows = plantWindows({ startMs: first.startMs, endMs: last.endMs }, length, calendar);
  for (const event of events) process.stderr.write(`${describeEvent(event, calendar)}\n`);
  const rows = intervalEnergy(legs, windows).map((interval) => csvRow(interval, calendar));
  printCsv(['start', 'end', 'value', 'method', 'completeness'], rows);
}

function lengthOf(every: string): IntervalLength {
  if (every === 'month' || every === '1mo') return 'month';
  const lengthMs = durationOf(every, '--every');
  return lengthMs === dayMs ? 'day' : lengthMs;
}

const csvRow = (
  { startMs, endMs, value, method, completeness }: EnergyInterval,
  calendar: PlantCalendar,
): unknown[] => [
  calendar.toIso(startMs),
  calendar.toIso(endMs),
  value,
  method,
  Math.round(completeness * 1e6) / 1e6,
];

function describeEvent({ timeMs, kind, value, heldEnergy }: RegisterEvent, calendar: PlantCalendar): string {
  const held = heldEnergy === undefined ? '' : `; not booked: ${heldEnergy}`;
  return `${kind} at ${calendar.toIso(timeMs)}: register ${value}${held}`;
}
