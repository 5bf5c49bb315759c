import { hourMs, type TimeWindow } from '../../model/window.ts';
import { type AirQualityIndex, airQualityIndex } from './aqi.ts';
import type { AqiEdition, AqiItem } from './aqi-tables.ts';
import { type HourValue, movingMeans } from './moving-mean.ts';

/** Hours that a daily mean needs, and 8 h means that the day's highest one needs. @see GB 3095-2012 table 4, HJ 663-2013 */
export const AIR_DAY_RULES = { hoursNeeded: 20, eightHourMeansNeeded: 14, firstEightHourEnd: 8 } as const;

/** Daily means of one station; an item without enough hours is absent. O3 is the day's highest 8 h mean (`o3_8h`). */
export interface AirDay {
  readonly concentrations: Readonly<Partial<Record<AqiItem, number>>>;
  readonly validHours: Readonly<Record<string, number>>;
}

const DAILY_MEANS = ['so2', 'no2', 'co', 'pm10', 'pm25'] as const;

/**
 * @param hours of each item, by ascending time, from at least seven hours before the day
 * @param day local day
 */
export function airDay(hours: Readonly<Record<string, readonly HourValue[]>>, day: TimeWindow): AirDay {
  const concentrations: Partial<Record<AqiItem, number>> = {};
  const validHours: Record<string, number> = {};
  for (const item of DAILY_MEANS) {
    const values = within(hours[item] ?? [], day).flatMap(({ value }) => value ?? []);
    validHours[item] = values.length;
    if (values.length >= AIR_DAY_RULES.hoursNeeded)
      concentrations[item] = values.reduce((a, b) => a + b, 0) / values.length;
  }
  const ozone = hours.o3 ?? [];
  validHours.o3 = within(ozone, day).filter(({ value }) => value !== undefined).length;
  const highest = highestEightHours(ozone, day);
  if (highest !== undefined) concentrations.o3_8h = highest;
  return { concentrations, validHours };
}

/** 8 h means that end from 08:00 to 24:00: they lie wholly in the day. */
function highestEightHours(ozone: readonly HourValue[], day: TimeWindow): number | undefined {
  const from = day.startMs + AIR_DAY_RULES.firstEightHourEnd * hourMs;
  const means = movingMeans(ozone).filter(({ endMs }) => endMs >= from && endMs <= day.endMs);
  if (means.length < AIR_DAY_RULES.eightHourMeansNeeded) return undefined;
  return Math.max(...means.map(({ value }) => value));
}

const within = (hours: readonly HourValue[], { startMs, endMs }: TimeWindow): readonly HourValue[] =>
  hours.filter((hour) => hour.startMs >= startMs && hour.startMs < endMs);

/** The daily index of a day in both editions, so that years compare. */
export function dailyIndices(day: AirDay): Readonly<Record<AqiEdition, AirQualityIndex>> {
  return {
    'HJ633-2012': airQualityIndex('HJ633-2012', 'daily', day.concentrations),
    'HJ633-2026': airQualityIndex('HJ633-2026', 'daily', day.concentrations),
  };
}
