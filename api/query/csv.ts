type Cell = string | number | boolean | undefined | null;

/**
 * One record a line, columns in the order they first appear.
 * @param ofNone columns where there is no record, so that who reads the file finds its header
 * @see RFC 4180
 */
export function csvOf(
  records: readonly Readonly<Record<string, Cell>>[],
  ofNone: readonly string[] = [],
): string {
  const columns = records.length === 0 ? ofNone : columnNames(records);
  const lines = records.map((record) => columns.map((column) => cellOf(record[column])).join(','));
  return [columns.map(cellOf).join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

export const columnNames = (records: readonly object[]): string[] => [
  ...new Set(records.flatMap((record) => Object.keys(record))),
];

/** A text that a spreadsheet would take for a formula is marked as text. */
function cellOf(value: Cell): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
