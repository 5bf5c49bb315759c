import type { Tag } from '../model/plant.ts';
import type { ReadingValue } from '../model/reading.ts';
import { qualityOf, type StatusCode, statusCodes } from '../model/status.ts';
import { converter } from '../model/unit.ts';

/** A value in the tag's own unit and kind with its status, or why it can't be one. */
export type Normalised =
  | { readonly value: ReadingValue; readonly status: StatusCode }
  | { readonly reason: string; readonly message: string };

export type Normalise = (raw: unknown, status: StatusCode) => Normalised;

/**
 * What a source says becomes what the tag holds: kind checked, unit converted, transformer ratio applied, range
 * judged. A value outside the range is kept and marked uncertain; a bad status may come without a value.
 */
export function normaliserOf(tag: Tag): Normalise {
  const convert = converter(tag.sourceUnit, tag.unit);
  const toValue = { number: toNumber, boolean: toBoolean, text: toText }[tag.definition.kind];
  return (raw, status) => {
    if (raw === null || raw === undefined) return withoutValue(tag, status);
    const value = toValue(raw);
    if (value === undefined) return wrongKind(tag, raw);
    if (typeof value !== 'number') return { value, status };
    if (!Number.isFinite(value))
      return { reason: 'not-finite', message: `${tag.id}: ${value} is no finite number` };
    const converted = convert(value) * tag.multiplier;
    return { value: converted, status: judgeRange(tag, converted, status) };
  };
}

function withoutValue(tag: Tag, status: StatusCode): Normalised {
  if (qualityOf(status) === 'bad') return { value: null, status };
  return { reason: 'value-missing', message: `${tag.id}: no value came, and no bad status that explains it` };
}

function wrongKind(tag: Tag, raw: unknown): Normalised {
  const expected = { number: 'a number', boolean: 'true or false', text: 'a text' }[tag.definition.kind];
  return { reason: 'wrong-type', message: `${tag.id}: expected ${expected}, found ${describe(raw)}` };
}

function judgeRange(tag: Tag, value: number, status: StatusCode): StatusCode {
  const outside = tag.range !== undefined && (value < tag.range[0] || value > tag.range[1]);
  return outside && qualityOf(status) === 'good' ? statusCodes.uncertainEngineeringUnitsExceeded : status;
}

function toNumber(raw: unknown): number | undefined {
  if (typeof raw === 'number') return raw;
  return typeof raw === 'boolean' ? Number(raw) : undefined;
}

function toBoolean(raw: unknown): boolean | undefined {
  if (typeof raw === 'boolean') return raw;
  return raw === 0 || raw === 1 ? raw === 1 : undefined;
}

const toText = (raw: unknown): string | undefined =>
  typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : undefined;

const describe = (raw: unknown): string => (JSON.stringify(raw) ?? String(raw)).slice(0, 80);
