import { converter } from '../../model/unit.ts';
import { carbonFactors } from './carbon.ts';
import { convert, type Factor, findFactor } from './factor-table.ts';
import { standardCoalFactors } from './standard-coal.ts';

/** Consumption of one carrier over a window. */
export interface CarrierAmount {
  /** Name in the factor tables, as `electricity`. */
  readonly carrier: string;
  readonly amount: number;
  readonly unit: string;
  readonly completeness: number;
}

export interface CarrierRow extends CarrierAmount {
  readonly kgce: number;
  readonly coalFactor: Factor;
  /** Undefined where the table has no emission factor for the carrier. */
  readonly kgCo2: number | undefined;
  readonly carbonFactor: Factor | undefined;
}

export interface CarrierTables {
  readonly coal?: readonly Factor[];
  readonly carbon?: readonly Factor[];
  readonly region?: string;
}

/**
 * Standard coal and CO2 of each carrier, with the factors that were used. A year whose factor is not yet published takes the latest
 * one before it: the row's factor names its year.
 * @throws PlantscopeError `factor-missing` without a standard coal factor; `unit-mismatch` where the amount's unit does not convert
 */
export function carrierRows(
  amounts: readonly CarrierAmount[],
  year: number,
  tables: CarrierTables = {},
): CarrierRow[] {
  const options = { allowOlder: true, ...(tables.region === undefined ? {} : { region: tables.region }) };
  const carbon = tables.carbon ?? carbonFactors;
  return amounts.map((row) => {
    const coalFactor = findFactor(tables.coal ?? standardCoalFactors, row.carrier, year, options);
    const hasCarbon = carbon.some(({ carrier }) => carrier === row.carrier);
    const carbonFactor = hasCarbon ? findFactor(carbon, row.carrier, year, options) : undefined;
    return {
      ...row,
      kgce: inUnitOf(row, coalFactor),
      coalFactor,
      kgCo2: carbonFactor && inUnitOf(row, carbonFactor),
      carbonFactor,
    };
  });
}

/** The factor's own unit of amount is what stands after its slash. */
function inUnitOf({ amount, unit }: CarrierAmount, factor: Factor): number {
  const perUnit = factor.unit.split('/')[1] ?? unit;
  return convert(converter(unit, perUnit)(amount), factor).amount;
}
