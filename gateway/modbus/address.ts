import { PlantscopeError } from '../../model/error.ts';

export type RegisterTable = 'holding' | 'input' | 'coil' | 'discrete';
export type RegisterType =
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'float32'
  | 'int64'
  | 'uint64'
  | 'float64';
/** Order of the bytes on the wire, of which A is the most significant; of longer values the same by words and bytes. */
export type ByteOrder = 'ABCD' | 'CDAB' | 'BADC' | 'DCBA';

export interface ModbusAddress {
  /** 0 to 255. */
  readonly unit: number;
  readonly table: RegisterTable;
  /** Counted from 0, as on the wire. */
  readonly register: number;
  readonly type: RegisterType;
  readonly order: ByteOrder;
  /** Registers (or bits) the value takes. */
  readonly length: number;
}

const lengths: Readonly<Record<RegisterType, number>> = {
  ...{ int16: 1, uint16: 1, int32: 2, uint32: 2, float32: 2, int64: 4, uint64: 4, float64: 4 },
};

/**
 * Reads `unit=1;holding=100;type=float32;order=ABCD`; type `uint16` and order `ABCD` where not told.
 * @throws PlantscopeError `bad-address`
 */
export function parseModbusAddress(text: string): ModbusAddress {
  const fields = new Map(text.split(';').map((part) => part.split('=', 2) as [string, string]));
  const table = (['holding', 'input', 'coil', 'discrete'] as const).find((name) => fields.has(name));
  const [unit, register] = [Number(fields.get('unit')), Number(fields.get(table ?? ''))];
  const type = (fields.get('type') ?? 'uint16') as RegisterType;
  const isBit = table === 'coil' || table === 'discrete';
  const length = isBit ? 1 : lengths[type];
  if (!table || !(unit >= 0 && unit <= 255) || !(register >= 0 && register + length <= 65_536)) {
    throw new PlantscopeError('bad-address', `"${text}" is no Modbus address`, {
      hint: 'For instance unit=1;holding=100;type=float32;order=ABCD; unit 0 to 255, registers 0 to 65535.',
    });
  }
  return { unit, table, register, type, order: (fields.get('order') ?? 'ABCD') as ByteOrder, length };
}
