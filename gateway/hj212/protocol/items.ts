/** Values by factor and suffix, as text: `{a21026: {Rtd: '35.0', Flag: 'N'}}`. */
export type Items = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface CommandParameters {
  readonly items: Items;
  /** What belongs to no factor: `DataTime`, `BeginTime`, `QnRtn`, `RtdInterval` ... */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Reads a CP text. Pairs are separated by `;` and `,`; the suffix is what follows the last `-` of a name.
 * Never throws: a piece without `=` is passed over. Of a repeated name the last value counts.
 */
export function parseItems(cp: string): CommandParameters {
  const items: Record<string, Record<string, string>> = Object.create(null);
  const params: Record<string, string> = Object.create(null);
  for (const piece of cp.split(/[;,]/)) {
    const equals = piece.indexOf('=');
    if (equals < 0) continue;
    const name = piece.slice(0, equals).trim();
    const value = piece.slice(equals + 1).trim();
    const dash = name.lastIndexOf('-');
    if (dash <= 0) params[name] = value;
    else {
      items[name.slice(0, dash)] ??= Object.create(null);
      (items[name.slice(0, dash)] as Record<string, string>)[name.slice(dash + 1)] = value;
    }
  }
  return { items, params };
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
