/** Wind of one hour: speed m/s, direction it comes from, degrees clockwise from north. */
export interface WindHour {
  readonly speedMPerS: number;
  readonly fromDeg: number;
}

/** Below this speed the vane does not turn; own default, between 0.2 and 0.5 m/s in use. */
export const CALM_BELOW_M_PER_S = 0.5;

/** Names of the sectors, clockwise; each is centred on its direction. */
export const SECTORS = [
  ...(['N', 'NNE', 'NE', 'ENE', 'E', 'ESE', 'SE', 'SSE'] as const),
  ...(['S', 'SSW', 'SW', 'WSW', 'W', 'WNW', 'NW', 'NNW'] as const),
] as const;
export type Sector = (typeof SECTORS)[number];

/** Upper bounds of the speed classes of a rose, m/s; the last class is open. */
export const SPEED_CLASSES_M_PER_S = [2, 4, 6, 8] as const;

/** The sector a direction falls into. */
export function sectorOf(fromDeg: number): Sector {
  const width = 360 / SECTORS.length;
  const index = Math.floor((((fromDeg % 360) + 360 + width / 2) % 360) / width);
  return SECTORS[index] ?? 'N';
}

export interface RoseSector {
  readonly sector: Sector;
  readonly hours: number;
  /** Of all hours, calm ones among them. */
  readonly share: number;
  readonly meanSpeedMPerS: number | undefined;
  /** Hours by speed class, see {@link SPEED_CLASSES_M_PER_S}. */
  readonly byClass: readonly number[];
  /** Mean of what was measured with this wind: the pollution rose. */
  readonly meanValue: number | undefined;
}

export interface WindRose {
  readonly hours: number;
  readonly calmShare: number;
  readonly meanValueInCalm: number | undefined;
  readonly sectors: readonly RoseSector[];
}

/** Wind rose, and with values the pollution rose, of hours; 16 sectors, calm hours apart. */
export function windRose(hours: readonly (WindHour & { readonly value?: number | undefined })[]): WindRose {
  const windy = hours.filter(({ speedMPerS }) => speedMPerS >= CALM_BELOW_M_PER_S);
  const calm = hours.filter(({ speedMPerS }) => speedMPerS < CALM_BELOW_M_PER_S);
  const sectors = SECTORS.map((sector): RoseSector => {
    const own = windy.filter(({ fromDeg }) => sectorOf(fromDeg) === sector);
    return {
      ...{ sector, hours: own.length, share: hours.length === 0 ? 0 : own.length / hours.length },
      meanSpeedMPerS: meanOf(own.map(({ speedMPerS }) => speedMPerS)),
      byClass: countClasses(own),
      meanValue: meanOf(own.flatMap(({ value }) => value ?? [])),
    };
  });
  return {
    hours: hours.length,
    calmShare: hours.length === 0 ? 0 : calm.length / hours.length,
    meanValueInCalm: meanOf(calm.flatMap(({ value }) => value ?? [])),
    sectors,
  };
}

function countClasses(hours: readonly WindHour[]): number[] {
  const counts = new Array<number>(SPEED_CLASSES_M_PER_S.length + 1).fill(0);
  for (const { speedMPerS } of hours) {
    const found = SPEED_CLASSES_M_PER_S.findIndex((bound) => speedMPerS < bound);
    const index = found < 0 ? SPEED_CLASSES_M_PER_S.length : found;
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

/** Mean direction as a vector: 350 and 10 degrees give 0, not 180. Undefined where the directions cancel out. */
export function meanDirectionDeg(directions: readonly number[]): number | undefined {
  const sum = (of: (radians: number) => number) =>
    directions.reduce((total, degrees) => total + of((degrees * Math.PI) / 180), 0);
  const [east, north] = [sum(Math.sin), sum(Math.cos)];
  if (Math.hypot(east, north) < 1e-9 * Math.max(1, directions.length)) return undefined;
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

const meanOf = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length;
