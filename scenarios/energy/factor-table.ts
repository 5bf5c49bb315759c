import { PlantscopeError } from '../../model/error.ts';

/** Whether a figure was `verified` in a source, quoted by a `secondary` one, or is an `unverified` editable default. */
export type Evidence = 'verified' | 'secondary' | 'unverified';

/** One row of a conversion table: `value` in `unit`, e.g. kgce per kWh. */
export interface Factor {
  readonly carrier: string;
  readonly region: string;
  /** Calendar years it holds for, both included; open where undefined. */
  readonly fromYear?: number;
  readonly toYear?: number;
  readonly value: number;
  readonly unit: string;
  readonly edition: string;
  readonly source: string;
  readonly publishedOn?: string;
  readonly evidence: Evidence;
}

/**
 * The row for a carrier, region and year. A region's own row goes before `CN`; of rows that hold, the latest year counts.
 * Where the year is past the last row, the last one is used only with `allowOlder`, since a factor is published late.
 * @throws PlantscopeError `factor-missing`
 */
export function findFactor(
  table: readonly Factor[],
  carrier: string,
  year: number,
  options: { readonly region?: string; readonly allowOlder?: boolean } = {},
): Factor {
  const rows = table.filter((row) => row.carrier === carrier && (row.fromYear ?? year) <= year);
  const holding = rows.filter((row) => options.allowOlder === true || (row.toYear ?? year) >= year);
  const found = [options.region, 'CN']
    .map((region) => latest(holding.filter((row) => row.region === region)))
    .find((row) => row !== undefined);
  if (found) return found;
  throw new PlantscopeError('factor-missing', `No factor for ${carrier} in ${year}`, {
    where: `factor table, ${carrier}, ${options.region ?? 'CN'}, ${year}`,
    hint: 'Add the row, or allow the latest older one.',
  });
}

const latest = (rows: readonly Factor[]): Factor | undefined =>
  rows.reduce<Factor | undefined>(
    (best, row) => (best === undefined || (row.fromYear ?? 0) > (best.fromYear ?? 0) ? row : best),
    undefined,
  );

export interface Converted {
  readonly amount: number;
  readonly unit: string;
  readonly factor: Factor;
}

/** amount × factor, in the factor's numerator: `kgce/kWh` gives `kgce`. */
export const convert = (amount: number, factor: Factor): Converted => ({
  amount: amount * factor.value,
  unit: factor.unit.split('/')[0] ?? factor.unit,
  factor,
});
