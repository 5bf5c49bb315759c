import { dayTypes, minuteOfDay } from '../model/tariff.ts';
import type { TariffFile, TariffScheduleFile, TariffVersionFile } from './energy-schema.ts';
import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';

type Path = Problem['path'];

/** A tariff prices each minute of each day exactly once. */
export function energyProblems({ energy }: PlantFile): Problem[] {
  if (!energy?.tariff) return [];
  const { holidays = [] } = energy.tariff;
  return [
    ...tariffProblems(energy.tariff, ['energy', 'tariff', 'versions']),
    ...holidays.flatMap((date, index) => dateProblems(date, ['energy', 'tariff', 'holidays', index])),
  ];
}

function tariffProblems({ versions }: TariffFile, path: Path): Problem[] {
  return versions.flatMap((version, index) => {
    const at = [...path, index];
    const isTwice = versions.findIndex(({ from }) => from === version.from) < index;
    return [
      ...(isTwice
        ? [problem('tariff-overlap', [...at, 'from'], `two versions begin on ${version.from}`, ONE_VERSION)]
        : []),
      ...dateProblems(version.from, [...at, 'from']),
      ...version.schedules.flatMap((schedule, i) =>
        scheduleProblems(schedule, version, [...at, 'schedules', i]),
      ),
      ...dayProblems(version.schedules, [...at, 'schedules']),
    ];
  });
}

const ONE_VERSION = 'A version is in force until the next one begins.';

function dateProblems(from: string, path: Path): Problem[] {
  const time = Date.parse(from);
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(from);
  return isDay ? [] : [problem('not-a-date', path, `"${from}" is no day of the calendar`, 'As 2025-06-01.')];
}

function scheduleProblems(
  { slots }: TariffScheduleFile,
  { energyPrices }: TariffVersionFile,
  path: Path,
): Problem[] {
  const placed = slots.map(({ start, end, period }, index) => ({
    ...{ start, end, period, path: [...path, 'slots', index] },
    ...{ from: minuteOfDay(start) ?? 0, to: minuteOfDay(end) ?? 0 },
  }));
  const unpriced = placed.filter(({ period }) => energyPrices[period] === undefined);
  const backward = placed.filter(({ from, to }) => from >= to);
  return [
    ...unpriced.map(({ period, path: at }) =>
      problem(
        'tariff-price-missing',
        [...at, 'period'],
        `period ${period} has no price`,
        'Add it to energyPrices.',
      ),
    ),
    ...backward.map(({ start, end, path: at }) =>
      problem(
        'tariff-slot-backward',
        at,
        `${start}-${end} ends before it begins`,
        'Write a slot over midnight as two.',
      ),
    ),
    ...(backward.length > 0 ? [] : coverProblems(placed, [...path, 'slots'])),
  ];
}

interface PlacedSlot {
  readonly start: string;
  readonly end: string;
  readonly from: number;
  readonly to: number;
  readonly path: Path;
}

const COVER_DAY = 'The slots cover 00:00 to 24:00, each minute once.';

/** Overlaps and gaps of one day. */
function coverProblems(slots: readonly PlacedSlot[], path: Path): Problem[] {
  const problems: Problem[] = [];
  let [covered, coveredText] = [0, '00:00'];
  for (const slot of slots.toSorted((a, b) => a.from - b.from)) {
    if (slot.from < covered) {
      const message = `${slot.start}-${slot.end} overlaps the slot that ends at ${coveredText}`;
      problems.push(problem('tariff-overlap', slot.path, message, COVER_DAY));
    } else if (slot.from > covered) {
      const message = `no slot covers ${coveredText}-${slot.start}`;
      problems.push(problem('tariff-gap', slot.path, message, COVER_DAY));
    }
    if (slot.to > covered) [covered, coveredText] = [slot.to, slot.end];
  }
  if (covered < 1440)
    problems.push(problem('tariff-gap', path, `no slot covers ${coveredText}-24:00`, COVER_DAY));
  return problems;
}

/** Each month and kind of day has one schedule; the first that has not is told. */
function dayProblems(schedules: readonly TariffScheduleFile[], path: Path): Problem[] {
  for (let month = 1; month <= 12; month++) {
    for (const dayType of dayTypes) {
      const matching = schedules.flatMap((schedule, index) =>
        (schedule.months?.includes(month) ?? true) && (schedule.dayTypes?.includes(dayType) ?? true)
          ? [index]
          : [],
      );
      if (matching.length === 1) continue;
      const [, second] = matching;
      const days = `${dayType} days of month ${month}`;
      return second === undefined
        ? [problem('tariff-gap', path, `no schedule is for ${days}`, ONE_SCHEDULE)]
        : [problem('tariff-overlap', [...path, second], `a second schedule is for ${days}`, ONE_SCHEDULE)];
    }
  }
  return [];
}

const ONE_SCHEDULE = 'Each month and day type has one schedule.';

const problem = (code: string, path: Path, message: string, hint: string): Problem => ({
  code,
  path,
  message,
  hint,
});
