import type { Factor } from './factor-table.ts';

const grid = (year: number, value: number, evidence: Factor['evidence'], publishedOn?: string): Factor => ({
  carrier: 'electricity',
  region: 'CN',
  fromYear: year,
  toYear: year,
  value,
  unit: 'kgCO2/kWh',
  edition: `national grid average ${year}`,
  source: '生态环境部, 电力二氧化碳排放因子',
  evidence,
  ...(publishedOn === undefined ? {} : { publishedOn }),
});

/**
 * Emission factors by year. The grid factor is the national average for a footprint; 0.5703 and 0.5810 are for ETS reporting and
 * are not in this table. 2024 and later are not published as far as known: ask with `allowOlder` and name the year.
 */
export const carbonFactors: readonly Factor[] = [
  grid(2021, 0.5568, 'secondary'),
  grid(2022, 0.5366, 'verified'),
  grid(2023, 0.5306, 'verified', '2025-12-31'),
  {
    carrier: 'natural-gas',
    region: 'CN',
    value: 2.162,
    unit: 'kgCO2/m3',
    edition: '389.31 GJ/10⁴ m³ × 0.0153 tC/GJ × 99 % × 44/12',
    source: 'enterprise accounting guides, recomputed',
    evidence: 'verified',
  },
  {
    carrier: 'raw-coal',
    region: 'CN',
    value: 1.9003,
    unit: 'kgCO2/kg',
    edition: 'enterprise accounting guides',
    source: 'one secondary source',
    evidence: 'secondary',
  },
];

export interface FuelAnalysis {
  /** Net calorific value, GJ per unit of fuel. */
  readonly heatingValueGj: number;
  /** tC per GJ. */
  readonly carbonPerGj: number;
  /** Share of the carbon that burns, 0 to 1. */
  readonly oxidation: number;
}

/** Emission of a fuel, t CO2: AD × NCV × CC × OF × 44/12. @see the accounting guides for enterprises (企业温室气体排放核算) */
export const fuelEmissionT = (
  amount: number,
  { heatingValueGj, carbonPerGj, oxidation }: FuelAnalysis,
): number => (amount * heatingValueGj * carbonPerGj * oxidation * 44) / 12;
