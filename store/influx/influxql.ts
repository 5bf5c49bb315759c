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
