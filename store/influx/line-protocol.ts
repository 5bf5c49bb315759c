import { type Reading, toNanosecondText } from '../../model/reading.ts';
import { qualityOf, statusCodes } from '../../model/status.ts';

/** `measurement,tag=value,tag=value ` with the blank: made once a series, then kept. */
export function linePrefix(measurement: string, tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `,${escapeKey(key)}=${escapeKey(value)}`);
  return `${measurement.replace(/[, ]/g, '\\$&')}${pairs.join('')} `;
}

function escapeKey(text: string): string {
  return storedTag(text).replace(/[,= ]/g, '\\$&');
}

/** What is stored of a tag's value: a line break can't be told, and a last backslash would escape what follows. */
export function storedTag(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/\\+$/, '');
}

function textField(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A field's value as line protocol; numbers are always floats, so that a field keeps one type. */
export function fieldValue(value: number | string | boolean): string {
  return typeof value === 'string' ? textField(value) : String(value);
}

/**
 * The fields of a reading. A usable value is in `value`, `flag` or `text`, so that any query of those is of usable
 * values only; what came with a bad status is in `bad_value`, `bad_flag` or `bad_text`.
 * A good live reading leaves out `status` and `origin`, unless it may replace another: then `complete`.
 */
export function readingLine(prefix: string, reading: Reading, complete: boolean): string {
  const { value, status, origin } = reading;
  const short = !complete && status === statusCodes.good && origin === 'live';
  const fields = value === null ? '' : `${fieldName(value, status)}=${fieldValue(value)}`;
  const time = toNanosecondText(reading);
  if (short) return `${prefix}${fields} ${time}`;
  return `${prefix}${fields}${fields && ','}status=${status}i,origin="${origin}" ${time}`;
}

function fieldName(value: number | string | boolean, status: number): string {
  const name = typeof value === 'number' ? 'value' : typeof value === 'boolean' ? 'flag' : 'text';
  return qualityOf(status) === 'bad' ? `bad_${name}` : name;
}
