import { printedUnit } from '../../model/unit.ts';
import { t } from './language.ts';

/** At least three significant digits, thousands separated, and no more digits than a reader can use. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-6) return value.toExponential(2).replace('-', '−');
  if (size !== 0 && size < 0.001) return formatGiven(Number(value.toPrecision(3)));
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 || size === 0 ? 2 : size >= 0.1 ? 3 : 4;
  return value
    .toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
    .replace('-', '−');
}

/** A number that a person wrote, a limit or a price: with the digits it was given. */
export const formatGiven = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: 9 }).replace('-', '−');

/** A register's last digits are what moves, so it keeps them: a decimal below 100,000, whole units above. */
export function formatRegister(value: number): string {
  const digits = Math.abs(value) < 100_000 ? 1 : 0;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function formatValue(value: number | string | boolean | null, cumulates = false): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return value ? t('yes') : t('no');
  if (typeof value === 'string') return value;
  return cumulates ? formatRegister(value) : formatNumber(value);
}

export function formatShare(fraction: number): string {
  const pct = fraction * 100;
  return `${pct.toFixed(Math.abs(pct) >= 99.95 || pct === 0 ? 0 : 1)} %`;
}

/** `3 s`, `4 min`, `2.1 h`, `3 d` */
export function formatAge(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds <= -1 ? '−' : '';
  if (size < 120) return `${sign}${Math.round(size)} s`;
  if (size < 7200) return `${sign}${Math.round(size / 60)} min`;
  if (size < 172_800) return `${sign}${(size / 3600).toFixed(size < 36_000 ? 1 : 0)} h`;
  return `${sign}${Math.round(size / 86_400)} d`;
}

/** `+14 ms`, `−2.45 s`: positive is ahead. */
export function formatSkew(ms: number): string {
  const sign = ms > 0 ? '+' : ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  return size < 1000 ? `${sign}${Math.round(size)} ms` : `${sign}${formatNumber(size / 1000)} s`;
}

export const unitOf = (unit: string): string => printedUnit(unit);

export const withUnit = (text: string, unit: string): string =>
  printedUnit(unit) === '' ? text : `${text} ${printedUnit(unit)}`;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string, kind: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${kind}`;
  const format =
    formats.get(key) ??
    // Swedish writes dates as ISO 8601 does: 2026-11-24 08:15, unambiguous in either language.
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, hourCycle: 'h23', ...options });
  formats.set(key, format);
  return format;
}

const dayPart = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
const clockPart = { hour: '2-digit', minute: '2-digit' } as const;

/** Times on the screen are plant time. */
export const formatClock = (timeMs: number, zone: string): string =>
  formatOf(zone, 'clock', { ...clockPart, second: '2-digit' }).format(timeMs);

export const formatTime = (timeMs: number, zone: string): string =>
  formatOf(zone, 'time', { ...dayPart, ...clockPart, second: '2-digit' }).format(timeMs);

export const formatMinute = (timeMs: number, zone: string): string =>
  formatOf(zone, 'minute', { ...dayPart, ...clockPart })
    .format(timeMs)
    .slice(5);
