import { PlantscopeError } from '../../model/error.ts';

/** A quoted identifier. @throws PlantscopeError `query-invalid` for anything but a plain name */
export function identifier(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_.:-]*$/.test(name)) {
    throw new PlantscopeError('query-invalid', `"${name}" can't be the name of a measurement, tag or field`);
  }
  return `"${name}"`;
}

/** Values go as bind parameters; this gives each a name. */
export class Binding {
  readonly params: Record<string, string> = {};
  #count = 0;

  /** @returns `$p0` */
  of(value: string): string {
    const name = `p${this.#count++}`;
    this.params[name] = value;
    return `$${name}`;
  }
}

/**
 * A statement with its parameters (`$p0` ...) written out, for a server that binds none. What a value holds is never
 * looked at again, so one that reads like a parameter stays a value.
 */
export function withLiterals(statement: string, params: Readonly<Record<string, string>>): string {
  return statement.replace(/\$(p\d+)/g, (_, name: string) => literal(params[name] ?? ''));
}

/** A string in InfluxQL: within single quotes only the backslash, the quote and the line feed mean something. */
function literal(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}
