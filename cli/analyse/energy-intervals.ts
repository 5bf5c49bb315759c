import type { Command } from 'commander';
import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs } from '../../model/window.ts';
import { type EnergyInterval, intervalEnergy } from '../../scenarios/energy/interval-energy.ts';
import { type IntervalLength, plantWindows } from '../../scenarios/energy/plant-windows.ts';
import {
  checkRule,
  type RegisterEvent,
  type RegisterLeg,
  registerLegs,
} from '../../scenarios/energy/register-legs.ts';
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
    .requiredOption('--every <length>', '1m, 15m, 1h, 1d or 1mo')
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
  for (const event of events) process.stderr.write(`${describeEvent(event, calendar)}\n`);
  const [first, last] = [legs[0], legs.at(-1)];
  if (!first || !last) throw tooShort(options.register, rule.digits, events);
  const windows = plantWindows({ startMs: first.startMs, endMs: last.endMs }, length, calendar);
  const rows = intervalEnergy(withJumps(legs, events), windows).map((interval) => csvRow(interval, calendar));
  printCsv(['start', 'end', 'value', 'method', 'completeness'], rows);
}

/**
 * The legs with the energy of each implausible jump, which the platform holds back until a person has judged it. A file has no such
 * person: its sum stays last - first, and the jump's rows carry the method `implausible` and completeness 0.
 */
function withJumps(legs: readonly RegisterLeg[], events: readonly RegisterEvent[]): RegisterLeg[] {
  const held = new Map(
    events.flatMap(({ timeMs, heldEnergy }) => (heldEnergy === undefined ? [] : [[timeMs, heldEnergy]])),
  );
  return legs.map((leg) => (leg.kind === 'implausible' ? { ...leg, energy: held.get(leg.endMs) } : leg));
}

function tooShort(path: string, digits: number, events: readonly RegisterEvent[]): PlantscopeError {
  const outside = events.filter(({ kind }) => kind === 'out-of-range').length;
  return new PlantscopeError('series-too-short', `${path} has fewer than two register readings`, {
    where: path,
    ...(outside > 0 && {
      hint: `${outside} readings lie outside 0 to ${10 ** digits}, which a register of --digits ${digits} can't show.`,
    }),
  });
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
  const held = heldEnergy === undefined ? '' : `; ${heldEnergy} is faster than --max-rate: look at it`;
  return `${kind} at ${calendar.toIso(timeMs)}: register ${value}${held}`;
}
