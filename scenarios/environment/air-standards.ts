/** Averaging time of a concentration limit of ambient air. */
export type AirPeriod = 'hour' | 'eight-hours' | 'day' | 'year';

/** Class II (residential, commercial, industrial, rural) limits; class I is for nature reserves. */
export interface AirStandard {
  readonly edition: string;
  /** In force from this instant, epoch ms (00:00 in China). */
  readonly fromMs: number;
  readonly limits: Readonly<
    Record<string, Readonly<Partial<Record<AirPeriod, readonly [I: number, II: number]>>>>
  >;
}

const chinaMidnight = (year: number, month: number, day: number): number =>
  Date.UTC(year, month - 1, day) - 8 * 3_600_000;

/**
 * CO in mg/m3, all others in ug/m3; [class I, class II]. Editions by ascending date; the one in force at the time of the
 * measurement counts. The 2012 edition includes its 2018 amendment.
 * @see GB 3095-2012 tables 1 and 2; GB 3095-2026 (transition limits to 2030-12-31, final ones after)
 */
export const AIR_STANDARDS: readonly AirStandard[] = [
  {
    edition: 'GB 3095-2012',
    fromMs: chinaMidnight(2016, 1, 1),
    limits: {
      so2: { hour: [150, 500], day: [50, 150], year: [20, 60] },
      no2: { hour: [200, 200], day: [80, 80], year: [40, 40] },
      co: { hour: [10, 10], day: [4, 4] },
      o3: { hour: [160, 200], 'eight-hours': [100, 160] },
      pm10: { day: [50, 150], year: [40, 70] },
      pm25: { day: [35, 75], year: [15, 35] },
      tsp: { day: [120, 300], year: [80, 200] },
    },
  },
  {
    edition: 'GB 3095-2026, transition',
    fromMs: chinaMidnight(2026, 3, 1),
    limits: {
      so2: { hour: [150, 500], day: [50, 150], year: [20, 60] },
      no2: { hour: [200, 200], day: [80, 80], year: [40, 40] },
      co: { hour: [10, 10], day: [4, 4] },
      o3: { hour: [160, 200], 'eight-hours': [100, 160] },
      pm10: { day: [50, 120], year: [40, 60] },
      pm25: { day: [35, 60], year: [15, 30] },
      tsp: { day: [120, 300], year: [80, 200] },
    },
  },
  {
    edition: 'GB 3095-2026',
    fromMs: chinaMidnight(2031, 1, 1),
    limits: {
      so2: { hour: [150, 150], day: [50, 50], year: [20, 20] },
      no2: { hour: [200, 200], day: [50, 50], year: [30, 30] },
      co: { hour: [10, 10], day: [4, 4] },
      o3: { hour: [160, 200], 'eight-hours': [100, 160] },
      pm10: { day: [50, 100], year: [20, 50] },
      pm25: { day: [25, 50], year: [10, 25] },
      tsp: { day: [120, 300], year: [80, 200] },
    },
  },
];

export interface AirLimit {
  readonly value: number;
  readonly edition: string;
}

/** The limit of the edition in force, class II unless told; undefined where the edition sets none. */
export function airLimitAt(
  item: string,
  period: AirPeriod,
  atMs: number,
  areaClass: 'I' | 'II' = 'II',
): AirLimit | undefined {
  const standard = AIR_STANDARDS.findLast(({ fromMs }) => fromMs <= atMs);
  const pair = standard?.limits[item]?.[period];
  if (!standard || !pair) return undefined;
  return { value: areaClass === 'I' ? pair[0] : pair[1], edition: standard.edition };
}
