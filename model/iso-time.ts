/**
 * What `Date.parse` gives, but a day that its month does not have (30 February) is no time, instead of one in the next month.
 * @param text ISO 8601 with date, time and zone
 * @returns milliseconds since the epoch, or NaN
 */
export function parseIsoMs(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)/.exec(text) ?? [];
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number(day) <= daysOfMonth ? Date.parse(text) : Number.NaN;
}
