import type { TSchema } from 'typebox';
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

/** Columns that `flatRow` gives to what a schema describes, all of them. @param schema of a row, or of a list of rows */
export function columnsOf(schema: TSchema): string[] {
  const { items, properties = {} } = schema as Described;
  if (items) return columnsOf(items);
  return Object.entries(properties).flatMap(([name, value]) => {
    const inner = value as Described;
    if (inner.properties) return columnsOf(value).map((column) => `${name}.${column}`);
    return (inner.items as Described | undefined)?.properties ? [] : [name];
  });
}

interface Described {
  readonly items?: TSchema;
  readonly properties?: Readonly<Record<string, TSchema>>;
}
