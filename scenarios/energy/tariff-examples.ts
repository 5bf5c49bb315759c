import type { Tariff, TariffPeriod, TariffSchedule, TariffSlot } from '../../model/tariff.ts';

const everyDay = ['working', 'weekend', 'holiday'] as const;

/** `0-6 valley, 6-11 flat` as slots; half hours as `19:30`. */
function slotsOf(text: string): TariffSlot[] {
  return text.split(',').map((part) => {
    const [times = '', period = ''] = part.trim().split(' ');
    const [start = '', end = ''] = times.split('-').map((time) => {
      const [hour = '', minute = '00'] = time.split(':');
      return `${hour.padStart(2, '0')}:${minute}`;
    });
    return { start, end, period: period as TariffPeriod };
  });
}

const schedule = (months: readonly number[], text: string): TariffSchedule => ({
  months,
  dayTypes: everyDay,
  slots: slotsOf(text),
});

/** Price of each period as a multiple of the flat price. */
const priced = (
  flat: number,
  factors: Partial<Record<TariffPeriod, number>>,
): Partial<Record<TariffPeriod, number>> =>
  Object.fromEntries(Object.entries(factors).map(([period, factor]) => [period, flat * factor]));

/**
 * Examples to start from; times and ratios as secondary sources quote the documents, the flat price 0.65 CNY/kWh is a
 * round figure of ours. A plant puts its own tariff in their place.
 */
export const jiangsuExample: Tariff = {
  name: 'Jiangsu industrial (example)',
  currency: 'CNY',
  unit: 'kWh',
  versions: [
    {
      from: '2025-06-01',
      edition: '苏发改价格发〔2025〕426号',
      energyPrices: priced(0.65, { sharp: 2.04, peak: 1.7, flat: 1, valley: 0.35 }),
      schedules: [
        schedule(
          [7, 8],
          '0-6 valley, 6-11 flat, 11-13 valley, 13-14 flat, 14-15 sharp, 15-19:30 peak, 19:30-21:30 sharp, 21:30-22 peak, 22-24 flat',
        ),
        schedule([6], '0-6 valley, 6-11 flat, 11-13 valley, 13-14 flat, 14-22 peak, 22-24 flat'),
        schedule(
          [1, 12],
          '0-6 valley, 6-11 flat, 11-13 valley, 13-14 flat, 14-18 peak, 18-20 sharp, 20-22 peak, 22-24 flat',
        ),
        schedule([2], '0-6 valley, 6-11 flat, 11-13 valley, 13-14 flat, 14-22 peak, 22-24 flat'),
        schedule(
          [3, 4, 5, 9, 10, 11],
          '0-2 flat, 2-6 valley, 6-10 flat, 10-14 valley, 14-15 flat, 15-22 peak, 22-24 flat',
        ),
      ],
    },
  ],
};

export const guangdongExample: Tariff = {
  name: 'Guangdong industrial (example)',
  currency: 'CNY',
  unit: 'kWh',
  versions: [
    {
      from: '2021-10-01',
      edition: '粤发改价格〔2021〕331号',
      energyPrices: priced(0.65, { sharp: 2.125, peak: 1.7, flat: 1, valley: 0.38 }),
      schedules: [
        schedule(
          [7, 8, 9],
          '0-8 valley, 8-10 flat, 10-11 peak, 11-12 sharp, 12-14 flat, 14-15 peak, 15-17 sharp, 17-19 peak, 19-24 flat',
        ),
        schedule(
          [1, 2, 3, 4, 5, 6, 10, 11, 12],
          '0-8 valley, 8-10 flat, 10-12 peak, 12-14 flat, 14-19 peak, 19-24 flat',
        ),
      ],
    },
  ],
};
