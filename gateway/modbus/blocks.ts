import type { ModbusAddress, RegisterTable } from './address.ts';

export interface ModbusPoint {
  readonly tag: string;
  readonly address: ModbusAddress;
}

/** What one request reads: values that lie side by side in one table of one unit. */
export interface Block {
  readonly table: RegisterTable;
  readonly register: number;
  readonly length: number;
  readonly points: readonly ModbusPoint[];
}

/** A request may ask for this many bits. @see MODBUS Application Protocol V1.1b3 clauses 6.1, 6.2 */
const MAX_BITS = 2000;

/**
 * Merges the values of one unit into as few requests as can be. Registers that no tag reads are never read: meters refuse
 * a request that touches an address they have not. A value is never cut in two.
 * @param cuts tags that must begin a request of their own, because the device refused them together with what is before
 */
export function blocksOf(
  points: readonly ModbusPoint[],
  maxRegisters: number,
  cuts: ReadonlySet<string>,
): Block[] {
  const sorted = points.toSorted(
    ({ address: a }, { address: b }) =>
      a.table.localeCompare(b.table) || a.register - b.register || a.length - b.length,
  );
  const blocks: Block[] = [];
  for (const point of sorted) {
    const last = blocks.at(-1);
    const joined = last && !cuts.has(point.tag) ? join(last, point, maxRegisters) : undefined;
    if (joined) blocks[blocks.length - 1] = joined;
    else blocks.push(blockOf([point]));
  }
  return blocks;
}

function join(block: Block, point: ModbusPoint, maxRegisters: number): Block | undefined {
  const { table, register } = point.address;
  if (table !== block.table || register > block.register + block.length) return undefined;
  const joined = blockOf([...block.points, point]);
  const limit = table === 'coil' || table === 'discrete' ? MAX_BITS : maxRegisters;
  return joined.length <= limit ? joined : undefined;
}

/** @param points of one table, by register; at least one */
export function blockOf(points: readonly ModbusPoint[]): Block {
  const { table = 'holding', register = 0 } = points[0]?.address ?? {};
  const ends = points.map(({ address }) => address.register + address.length);
  return { table, register, length: Math.max(...ends) - register, points };
}
