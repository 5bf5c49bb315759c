import type { TableRow } from './table.ts';

/**
 * One line of a table from an object of an answer: what lies in an object gets `outer.inner` as its column, a list of plain
 * values is one cell. Lists of objects are tables of their own and are left out.
 */
export function flatRow(object: object): TableRow {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]): [string, string | number | boolean][] => {
      if (value === undefined || value === null) return [];
      if (Array.isArray(value)) {
        return value.some((item) => typeof item === 'object') ? [] : [[name, value.join('; ')]];
      }
      if (typeof value !== 'object') return [[name, value]];
      return Object.entries(flatRow(value)).map(([inner, cell]) => [`${name}.${inner}`, cell ?? '']);
    }),
  );
}

export const flatRows = (objects: readonly object[]): TableRow[] => objects.map(flatRow);
