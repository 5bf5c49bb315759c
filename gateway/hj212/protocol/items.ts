/** Values by factor and suffix, as text: `{a21026: {Rtd: '35.0', Flag: 'N'}}`. */
export type Items = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface CommandParameters {
  readonly items: Items;
  /** What belongs to no factor: `DataTime`, `BeginTime`, `QnRtn`, `RtdInterval` ... */
  readonly params: Readonly<Record<string, string>>;
}

const EQUALS = 0x3d;
const DASH = 0x2d;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;

/**
 * Reads a CP text. Pairs are separated by `;` and `,`; the suffix is what follows the last `-` of a name.
 * Never throws: a piece without `=` is passed over. Of a repeated name the last value counts.
 */
export function parseItems(cp: string): CommandParameters {
  const reader = new ItemReader();
  let start = 0;
  let equals = -1;
  let dash = -1;
  // One pass over the characters: this is what most of a receiver's time goes into.
  for (let at = 0; at <= cp.length; at++) {
    const code = at === cp.length ? SEMICOLON : cp.charCodeAt(at);
    if (code === COMMA || code === SEMICOLON) {
      if (equals >= 0) reader.take(cp, start, dash, equals, at);
      start = at + 1;
      equals = -1;
      dash = -1;
    } else if (equals < 0) {
      if (code === EQUALS) equals = at;
      else if (code === DASH) dash = at;
    }
  }
  return { items: reader.items, params: reader.params };
}

class ItemReader implements CommandParameters {
  readonly items: Record<string, Record<string, string>> = {};
  readonly params: Record<string, string> = {};
  #factor: string | undefined;
  #values: Record<string, string> = {};

  /** One pair: its name is `cp[start, equals)` with the last dash at `dash` (-1: none), its value `cp[equals + 1, end)`. */
  take(cp: string, start: number, dash: number, equals: number, end: number): void {
    const value = cp.slice(equals + 1, end).trim();
    const factor = dash < 0 ? '' : cp.slice(start, dash).trimStart();
    if (factor === '') put(this.params, cp.slice(start, equals).trim(), value);
    else put(this.#valuesOf(factor), cp.slice(dash + 1, equals).trimEnd(), value);
  }

  #valuesOf(factor: string): Record<string, string> {
    if (factor === this.#factor) return this.#values;
    this.#factor = factor;
    this.#values = (Object.hasOwn(this.items, factor) ? this.items[factor] : undefined) ?? {};
    put(this.items, factor, this.#values);
    return this.#values;
  }
}

/** A name a sender may have chosen to harm, `__proto__`, is a name like any other. */
function put<T>(target: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') target[name] = value;
  else Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}

/** Writes a CP text: parameters first, then a group a factor, its values joined by `,`. */
export function writeItems(
  params: Readonly<Record<string, string | number>>,
  items: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): string {
  const groups = Object.entries(items).map(([factor, values]) =>
    Object.entries(values)
      .map(([suffix, value]) => `${factor}-${suffix}=${value}`)
      .join(','),
  );
  const named = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return [...named, ...groups].join(';');
}
