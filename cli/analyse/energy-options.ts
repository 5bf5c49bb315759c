import { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { parseDurationMs } from '../../model/window.ts';

export const zoneOption = ['--zone <name>', 'IANA time zone of naive times', 'Asia/Shanghai'] as const;

/** @throws PlantscopeError `zone-unknown` */
export function calendarOf(zone: string): PlantCalendar {
  try {
    return new PlantCalendar(zone);
  } catch (cause) {
    throw new PlantscopeError('zone-unknown', `"${zone}" is not an IANA time zone`, {
      cause,
      where: '--zone',
      hint: 'Write it like Asia/Shanghai.',
    });
  }
}

/** @throws PlantscopeError `duration-malformed` */
export function durationOf(text: string, option: string): number {
  const durationMs = parseDurationMs(text);
  if (durationMs === undefined || durationMs <= 0) {
    throw new PlantscopeError('duration-malformed', `"${text}" is not a duration`, {
      where: option,
      hint: 'Write it like 15m, 1h or 1d.',
    });
  }
  return durationMs;
}

/** @throws PlantscopeError `option-out-of-range` */
export function numberOf(
  text: string,
  option: string,
  range: { above?: number; least?: number; whole?: boolean } = {},
): number {
  const value = Number(text);
  const isIn =
    text.trim() !== '' &&
    Number.isFinite(value) &&
    value > (range.above ?? Number.NEGATIVE_INFINITY) &&
    value >= (range.least ?? Number.NEGATIVE_INFINITY) &&
    (range.whole !== true || Number.isInteger(value));
  if (isIn) return value;
  const wanted = [
    range.whole ? 'a whole number' : 'a number',
    range.above === undefined ? '' : `above ${range.above}`,
    range.least === undefined ? '' : `of at least ${range.least}`,
  ];
  throw new PlantscopeError(
    'option-out-of-range',
    `${option} is "${text}", but needs ${wanted.join(' ').trim()}`,
    {
      where: option,
    },
  );
}

/** @throws PlantscopeError `option-unknown-choice` */
export function choiceOf<T extends string>(text: string, option: string, choices: readonly T[]): T {
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new PlantscopeError('option-unknown-choice', `${option} is "${text}"`, {
    where: option,
    hint: `One of: ${choices.join(', ')}`,
  });
}
