import type { ResultRow } from '../../../store/time-series-store.ts';

/** Fields without those that are not known, numbers to nine decimals: the same figure from the same intervals. */
export function rounded(
  fields: Readonly<Record<string, number | string | boolean | undefined>>,
): ResultRow['fields'] {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [[name, typeof value === 'number' ? Math.round(value * 1e9) / 1e9 : value]];
    }),
  );
}
