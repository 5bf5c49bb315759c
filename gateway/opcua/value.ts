import {
  DataType,
  ExtensionObject,
  LocalizedText,
  QualifiedName,
  StatusCode,
  type Variant,
  VariantArrayType,
} from 'node-opcua';
import type { ValueKind } from '../../model/nature.ts';
import type { ReadingValue } from '../../model/reading.ts';

/** A value as a reading holds it, or why it can't be one. */
export type Taken = { readonly value: ReadingValue } | { readonly unsupported: string };

/** Texts of an enumeration by its numbers. */
export type EnumTexts = ReadonlyMap<number, string>;

/**
 * Takes one value out of a variant: follows the pointer into arrays and structures, then turns what is there into the
 * tag's kind. Numbers of 64 bits beyond 2^53 lose their last digits as a number and keep them as text.
 */
export function takeValue(
  variant: Variant,
  pointer: readonly string[],
  kind: ValueKind,
  texts?: EnumTexts,
): Taken {
  if (variant.dataType === DataType.Null || variant.value === null || variant.value === undefined) {
    return { value: null };
  }
  let found: unknown = plain(variant);
  for (const key of pointer) {
    found = member(found, key);
    if (found === undefined) return { unsupported: `the value has no "${key}" (of #/${pointer.join('/')})` };
  }
  return asKind(found, kind, texts);
}

/** A variant as plain values: rows of a matrix become arrays, 64-bit pairs become bigint. */
function plain(variant: Variant): unknown {
  const is64 = variant.dataType === DataType.Int64 || variant.dataType === DataType.UInt64;
  const one = (value: unknown): unknown => (is64 ? bigintOf(value, variant.dataType) : value);
  if (variant.arrayType === VariantArrayType.Scalar) return one(variant.value);
  const items = Array.from(variant.value as ArrayLike<unknown>, one);
  return variant.arrayType === VariantArrayType.Matrix ? shape(items, variant.dimensions ?? []) : items;
}

/** Row-major items as nested arrays. */
function shape(items: unknown[], dimensions: readonly number[]): unknown[] {
  const [, ...inner] = dimensions;
  if (inner.length === 0) return items;
  const size = inner.reduce((product, length) => product * length, 1);
  const rows: unknown[] = [];
  for (let start = 0; start < items.length; start += size)
    rows.push(shape(items.slice(start, start + size), inner));
  return rows;
}

function bigintOf(value: unknown, dataType: DataType): unknown {
  if (!Array.isArray(value) || value.length !== 2) return value;
  const bits = (BigInt(value[0] as number) << 32n) | BigInt(value[1] as number);
  return dataType === DataType.Int64 ? BigInt.asIntN(64, bits) : BigInt.asUintN(64, bits);
}

function member(container: unknown, key: string): unknown {
  if (container === null || typeof container !== 'object') return undefined;
  if (Array.isArray(container) || ArrayBuffer.isView(container)) {
    return (container as ArrayLike<unknown>)[Number(key)];
  }
  // Structure fields keep their name in the type, but the stack lower-cases the first letter.
  const fields = container as Readonly<Record<string, unknown>>;
  return fields[key] ?? fields[key.charAt(0).toLowerCase() + key.slice(1)];
}

function asKind(found: unknown, kind: ValueKind, texts: EnumTexts | undefined): Taken {
  if (kind === 'number') return asNumber(found);
  if (kind === 'boolean') {
    const number = asNumber(found);
    return 'unsupported' in number ? number : { value: number.value !== 0 };
  }
  const text = texts && typeof found === 'number' ? texts.get(found) : undefined;
  return { value: text ?? asText(found) };
}

function asNumber(found: unknown): Taken {
  if (typeof found === 'number') return { value: found };
  if (typeof found === 'boolean') return { value: found ? 1 : 0 };
  if (typeof found === 'bigint') return { value: Number(found) };
  if (found instanceof Date) return { value: found.getTime() };
  if (typeof found === 'string' && found.trim() !== '' && Number.isFinite(Number(found))) {
    return { value: Number(found) };
  }
  return { unsupported: `${describe(found)} is no number` };
}

function describe(found: unknown): string {
  if (Array.isArray(found)) return `an array of ${found.length} (add #/<index> to the address)`;
  if (found instanceof ExtensionObject) {
    return `a structure ${found.schema.name} (add #/<field> to the address)`;
  }
  if (typeof found === 'string') return `the text "${found.slice(0, 40)}"`;
  return found !== null && typeof found === 'object' ? `a ${found.constructor.name}` : String(found);
}

function asText(found: unknown): string {
  if (typeof found === 'string') return found;
  if (found instanceof LocalizedText) return found.text ?? '';
  if (found instanceof QualifiedName) return found.name ?? '';
  if (found instanceof Date) return found.toISOString();
  if (found instanceof StatusCode) return found.name;
  if (Buffer.isBuffer(found)) return found.toString('base64');
  if (found !== null && typeof found === 'object' && !isContainer(found)) return String(found);
  return typeof found === 'object' ? JSON.stringify(found, textMember) : String(found);
}

const isContainer = (found: object): boolean => Array.isArray(found) || found instanceof ExtensionObject;

/** JSON has no 64-bit integer. */
const textMember = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
