import { DataType, ExtensionObject, LocalizedText, type Variant, VariantArrayType } from 'node-opcua';
import type { ValueKind } from '../../model/nature.ts';

/** A part of a value that can be a tag of its own. */
export interface ValueLeaf {
  /** As in an address: element numbers and field names, outermost first; empty for the value itself. */
  readonly pointer: readonly string[];
  readonly kind: ValueKind;
}

/** Kinds that tags can have, by the built-in type. */
const kinds: Readonly<Record<string, ValueKind>> = {
  ...{ Boolean: 'boolean', String: 'text', LocalizedText: 'text', DateTime: 'text', Guid: 'text' },
  ...{ SByte: 'number', Byte: 'number', Int16: 'number', UInt16: 'number', Int32: 'number' },
  ...{ UInt32: 'number', Int64: 'number', UInt64: 'number', Float: 'number', Double: 'number' },
};

/** More elements than this are a waveform or a table, no set of tags. */
export const longestArray = 16;
const deepestStructure = 4;

/**
 * The parts of a value that can be tags: itself, each element of a short array or matrix, each field of a structure.
 * @param typeName built-in type, for a value that is not there now
 */
export function leavesOf(variant: Variant | undefined, typeName: string): readonly ValueLeaf[] {
  if (variant?.dataType === DataType.ExtensionObject) return withinStructure(variant.value, []);
  const kind = kinds[typeName];
  if (kind === undefined) return [];
  if (!variant || variant.arrayType === VariantArrayType.Scalar) return [{ pointer: [], kind }];
  return pointersOf(variant).map((pointer) => ({ pointer, kind }));
}

/** The pointer of each element, in the order of the elements; none where there are too many. */
function pointersOf({ arrayType, dimensions, value }: Variant): string[][] {
  const lengths = arrayType === VariantArrayType.Matrix ? (dimensions ?? []) : [value?.length ?? 0];
  if (lengths.reduce((product, length) => product * length, 1) > longestArray) return [];
  return lengths.reduce<string[][]>(
    (heads, length) => heads.flatMap((head) => Array.from({ length }, (_, at) => [...head, String(at)])),
    [[]],
  );
}

function withinStructure(value: unknown, pointer: readonly string[]): ValueLeaf[] {
  if (pointer.length > deepestStructure || value === null || value === undefined) return [];
  const kind = kindOf(value);
  if (kind !== undefined) return [{ pointer, kind }];
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !Buffer.isBuffer(value))) {
    const items = Array.from(value as ArrayLike<unknown>);
    return items.length > longestArray
      ? []
      : items.flatMap((item, at) => withinStructure(item, [...pointer, String(at)]));
  }
  return value instanceof ExtensionObject ? fieldsOf(value, pointer) : [];
}

/** The stack lower-cases the first letter of a field; its schema keeps the name that the server gave. */
function fieldsOf(structure: ExtensionObject, pointer: readonly string[]): ValueLeaf[] {
  const members = structure as unknown as Readonly<Record<string, unknown>>;
  return structure.schema.fields.flatMap(({ name, originalName = name, fieldType }) => {
    const at = [...pointer, originalName];
    // A 64-bit number is a pair of words here.
    const isWide = /Int64$/.test(fieldType) && typeof (members[name] as unknown[])?.[0] === 'number';
    return isWide ? [{ pointer: at, kind: 'number' as const }] : withinStructure(members[name], at);
  });
}

function kindOf(value: unknown): ValueKind | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'string' || value instanceof Date || value instanceof LocalizedText
    ? 'text'
    : undefined;
}
