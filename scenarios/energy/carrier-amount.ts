import { PlantscopeError } from '../../model/error.ts';
import { type CarrierAmount, type CarrierTables, carrierRows } from './carrier-summary.ts';

/** Standard coal and CO2 of one metered amount, each with its edition; or why there is none. */
export interface ConvertedAmount extends CarrierAmount {
  readonly kgce?: number;
  readonly coalEdition?: string;
  readonly kgCo2?: number;
  readonly carbonEdition?: string;
  /** What the conversion takes for granted. */
  readonly assumption?: string;
  readonly notConverted?: string;
}

/** Converts an amount as metered; a carrier without a factor keeps the reason in place of a figure. */
export function convertedAmount(
  amount: CarrierAmount,
  year: number,
  tables: CarrierTables = {},
): ConvertedAmount {
  try {
    const { row: inTable, assumption } = asInTable(amount);
    const [row] = carrierRows([inTable], year, tables);
    if (!row) return amount;
    return {
      ...amount,
      ...(assumption !== undefined && { assumption }),
      kgce: row.kgce,
      coalEdition: row.coalFactor.edition,
      ...(row.kgCo2 !== undefined && { kgCo2: row.kgCo2 }),
      ...(row.carbonFactor && { carbonEdition: row.carbonFactor.edition }),
    };
  } catch (error) {
    if (error instanceof PlantscopeError) return { ...amount, notConverted: error.message };
    throw error;
  }
}

/** The amount as the factor tables name and count it, with what that takes for granted. */
function asInTable(row: CarrierAmount): { row: CarrierAmount; assumption?: string } {
  if (row.carrier === 'gas') {
    const assumption = 'gas is natural gas, its volume as metered taken as standard cubic metres';
    return { row: { ...row, carrier: 'natural-gas' }, assumption };
  }
  if (row.carrier === 'water' && row.unit === 'm3') {
    // Right within 0.5 % up to 30 °C.
    return { row: { ...row, unit: 't' }, assumption: 'a cubic metre of water weighs one tonne' };
  }
  return { row };
}
