import type { AssetAnswer } from './api.ts';

/** What a reading is judged by: the limits that the plant file sets for its quantity. */
export interface Bounds {
  readonly low?: number;
  readonly high?: number;
}

/** Properties that hold a limit, by quantity. A stack's limits are for corrected hourly means, not for single readings. */
const highProperties: Readonly<Record<string, string>> = {
  cod: 'limitCodMgPerL',
  ammoniaNitrogen: 'limitAmmoniaMgPerL',
  totalNitrogen: 'limitTnMgPerL',
  totalPhosphorus: 'limitTpMgPerL',
  ph: 'limitPhHigh',
};
const lowProperties: Readonly<Record<string, string>> = { ph: 'limitPhLow' };

export function boundsOf({ properties }: AssetAnswer, quantity: string): Bounds {
  const numberOf = (name: string | undefined): number | undefined => {
    const value = properties.find((property) => property.name === name)?.value;
    return typeof value === 'number' ? value : undefined;
  };
  const [low, high] = [numberOf(lowProperties[quantity]), numberOf(highProperties[quantity])];
  return { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };
}

export function isOutside(value: unknown, { low, high }: Bounds): boolean {
  if (typeof value !== 'number') return false;
  return (low !== undefined && value < low) || (high !== undefined && value > high);
}
