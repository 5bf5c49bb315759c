import {
  AQI_LEVELS,
  AQI_STANDARDS,
  type AqiEdition,
  type AqiItem,
  type AqiLevel,
  type AqiPeriod,
  type AqiStandard,
  CONCENTRATION_DECIMALS,
  INDEX_NODES,
} from './aqi-tables.ts';
import { ceilInteger, roundHalfEven } from './rounding.ts';

/** Mean concentrations of one station and period; an absent item is missing. CO in mg/m3, all others in ug/m3. */
export type Concentrations = Readonly<Partial<Record<AqiItem, number>>>;

export interface AirQualityIndex {
  /** Undefined where the edition gives no index: nothing measured, or incomplete and not above 100 (2026). */
  readonly aqi: number | undefined;
  readonly level: AqiLevel | undefined;
  /** Items that share the highest index above 50; empty at or below 50. In the order of {@link AqiStandard.countedItems}. */
  readonly primary: readonly AqiItem[];
  /** Individual index of every item that counted. */
  readonly individual: Readonly<Partial<Record<AqiItem, number>>>;
  /** Items that the edition requires and that are missing. */
  readonly missing: readonly AqiItem[];
  readonly edition: AqiEdition;
}

/**
 * Individual index of one item, an integer 0..500: concentration rounded half to even, linear between nodes, rounded up.
 * Undefined for a missing, negative or non-finite concentration.
 * @see HJ 633-2012 4.2, HJ 633-2026
 */
export function individualAqi(
  standard: AqiStandard,
  period: AqiPeriod,
  item: AqiItem,
  concentration: number | undefined,
): number | undefined {
  if (concentration === undefined || !Number.isFinite(concentration) || concentration < 0) return undefined;
  const rounded = roundHalfEven(concentration, CONCENTRATION_DECIMALS[item]);
  const { nodes, above } = standard.tables[period][item];
  const inTable = interpolate(nodes, rounded);
  if (inTable !== undefined) return inTable;
  return typeof above === 'number' ? above : (interpolate(above, rounded) ?? INDEX_NODES.at(-1));
}

function interpolate(nodes: readonly number[], concentration: number): number | undefined {
  const upper = nodes.findIndex((node, i) => i > 0 && concentration <= node);
  if (upper < 0) return undefined;
  const [lowC = 0, highC = 0] = [nodes[upper - 1], nodes[upper]];
  const [lowI = 0, highI = 0] = [INDEX_NODES[upper - 1], INDEX_NODES[upper]];
  return ceilInteger(((highI - lowI) * (concentration - lowC)) / (highC - lowC) + lowI);
}

/**
 * Air quality index, level and primary pollutants of one station and period.

 * @see HJ 633-2012 4.3-4.5; HJ 633-2026 5.3 for incomplete records
 */
export function airQualityIndex(
  edition: AqiEdition,
  period: AqiPeriod,
  concentrations: Concentrations,
): AirQualityIndex {
  const standard = AQI_STANDARDS[edition];
  const individual: Partial<Record<AqiItem, number>> = {};
  for (const item of standard.countedItems[period]) {
    const index = individualAqi(standard, period, item, concentrations[item]);
    if (index !== undefined) individual[item] = index;
  }
  const missing = standard.requiredItems[period].filter((item) => individual[item] === undefined);
  const aqi = publishable(Object.values(individual), missing.length === 0);
  const primary =
    aqi !== undefined && aqi > 50
      ? standard.countedItems[period].filter((item) => individual[item] === aqi)
      : [];
  return { aqi, level: aqi === undefined ? undefined : aqiLevel(aqi), primary, individual, missing, edition };
}

function publishable(indices: readonly number[], complete: boolean): number | undefined {
  if (indices.length === 0) return undefined;
  const highest = Math.max(...indices);
  return complete || highest > 100 ? highest : undefined;
}

/** Level of an index (0 and up). */
export function aqiLevel(aqi: number): AqiLevel {
  const level = AQI_LEVELS.find(({ upTo }) => aqi <= upTo);
  if (level === undefined) throw new RangeError(`An air quality index is a number, not ${aqi}`);
  return level;
}
