import type { ByteOrder, ModbusAddress } from './address.ts';

/**
 * The number that stands in the bytes of a value's registers. An integer beyond 2^53 is rounded to the nearest double.
 * @param bytes as on the wire, two a register
 */
export function decodeRegisters(
  bytes: Buffer,
  { type, order }: Pick<ModbusAddress, 'type' | 'order'>,
): number {
  const value = inOrder(bytes, order);
  switch (type) {
    case 'int16':
      return value.readInt16BE();
    case 'uint16':
      return value.readUInt16BE();
    case 'int32':
      return value.readInt32BE();
    case 'uint32':
      return value.readUInt32BE();
    case 'float32':
      return value.readFloatBE();
    case 'int64':
      return Number(value.readBigInt64BE());
    case 'uint64':
      return Number(value.readBigUInt64BE());
    case 'float64':
      return value.readDoubleBE();
  }
}

/** The bytes, most significant first. */
function inOrder(bytes: Buffer, order: ByteOrder): Buffer {
  if (order === 'DCBA') return Buffer.from(bytes).reverse();
  if (order === 'BADC') return Buffer.from(bytes).swap16();
  if (order === 'CDAB') return Buffer.from(bytes).reverse().swap16();
  return bytes;
}
