import type { BasicCharge } from './energy-settings.ts';

/** 尖 sharp, 峰 peak, 平 flat, 谷 valley, 深谷 deep valley. */
export const tariffPeriods = ['sharp', 'peak', 'flat', 'valley', 'deepValley'] as const;
export type TariffPeriod = (typeof tariffPeriods)[number];

export const dayTypes = ['working', 'weekend', 'holiday'] as const;
export type DayType = (typeof dayTypes)[number];

/** A stretch of the local day, half-open. */
export interface TariffSlot {
  /** `HH:MM`, from 00:00. */
  readonly start: string;
  /** `HH:MM`, to 24:00. */
  readonly end: string;
  readonly period: TariffPeriod;
}

/** The day's slots for some months and kinds of day. */
export interface TariffSchedule {
  /** 1 to 12. */
  readonly months: readonly number[];
  readonly dayTypes: readonly DayType[];
  /** Cover 00:00 to 24:00 exactly, in any order. */
  readonly slots: readonly TariffSlot[];
}

/** Prices and times from one date on, until the next version. */
export interface TariffVersion {
  /** First local day, `YYYY-MM-DD`. */
  readonly from: string;
  /** Document that sets it: named on each result. */
  readonly edition: string;
  /** Price per kWh by period, in the currency of the tariff; every period of the schedules has one. */
  readonly energyPrices: Readonly<Partial<Record<TariffPeriod, number>>>;
  /** 基本电费; absent where the contract has none. */
  readonly basicCharge?: BasicCharge;
  /** Target of 力调电费; absent where the contract has no adjustment. */
  readonly powerFactorTarget?: 0.9 | 0.85 | 0.8;
  readonly schedules: readonly TariffSchedule[];
}

export interface Tariff {
  readonly name: string;
  readonly currency: string;
  /** Unit of the metered energy the prices are for, usually kWh. */
  readonly unit: string;
  readonly versions: readonly TariffVersion[];
  /** Local days, `YYYY-MM-DD`, that are of day type `holiday`. */
  readonly holidays?: readonly string[];
}

/**
 * Minute of the day; undefined where the text is no time from 00:00 to 24:00.
 * @param text `HH:MM`
 */
export function minuteOfDay(text: string): number | undefined {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (!match) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= 1440 ? minutes : undefined;
}
