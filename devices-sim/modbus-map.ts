/** How a quantity stands in the registers; words most significant first (ABCD) unless the name says otherwise. */
export type RegisterType = 'float32' | 'float32-cdab' | 'uint32' | 'uint64' | 'int16';

export interface RegisterEntry {
  /** First register, counted from 0 as on the wire. */
  readonly address: number;
  readonly quantity: string;
  readonly type: RegisterType;
  /** Register value = reading × scale. */
  readonly scale: number;
}

const float32 = (address: number, quantity: string): RegisterEntry => ({
  ...{ address, quantity, type: 'float32', scale: 1 },
});

/** The register map of the simulated electricity meters; holding and input registers hold the same. */
export const registerMap: readonly RegisterEntry[] = [
  float32(0, 'voltageL1'),
  float32(2, 'voltageL2'),
  float32(4, 'voltageL3'),
  float32(6, 'currentL1'),
  float32(8, 'currentL2'),
  float32(10, 'currentL3'),
  float32(12, 'activePower'),
  float32(14, 'activePowerL1'),
  float32(16, 'activePowerL2'),
  float32(18, 'activePowerL3'),
  float32(20, 'reactivePower'),
  float32(22, 'apparentPower'),
  float32(24, 'powerFactor'),
  float32(26, 'frequency'),
  float32(28, 'voltageThd'),
  float32(30, 'voltageUnbalance'),
  { address: 100, quantity: 'activeEnergyTotal', type: 'uint32', scale: 100 },
  { address: 102, quantity: 'reactiveEnergyTotal', type: 'uint32', scale: 100 },
  { address: 104, quantity: 'activeEnergyTotal', type: 'uint64', scale: 1000 },
  { address: 200, quantity: 'activePower', type: 'int16', scale: 10 },
  { address: 300, quantity: 'activePower', type: 'float32-cdab', scale: 1 },
];

/** Unit ids, from 1, as on an RS-485 line behind a Modbus gateway. */
export const modbusUnits: readonly string[] = [
  'meter-main',
  'meter-machining',
  'meter-mill-1',
  'meter-mill-2',
  'meter-lathe-1',
  'meter-fan',
  'meter-utilities',
  'meter-compressor',
  'meter-pump',
  'meter-boiler',
  'meter-wastewater',
  'meter-office',
];

/** The 16-bit registers of one value. */
export function encodeRegisters({ type, scale }: RegisterEntry, value: number): number[] {
  const scaled = value * scale;
  switch (type) {
    case 'float32':
      return float32Words(scaled);
    case 'float32-cdab':
      return float32Words(scaled).reverse();
    case 'uint32':
      return integerWords(BigInt(Math.round(scaled)), 2);
    case 'uint64':
      return integerWords(BigInt(Math.round(scaled)), 4);
    case 'int16':
      return integerWords(BigInt(Math.round(scaled)), 1);
  }
}

function float32Words(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}

/** Two's complement in the given number of words. */
function integerWords(value: bigint, words: number): number[] {
  const wrapped = BigInt.asUintN(16 * words, value);
  return Array.from({ length: words }, (_, i) => Number((wrapped >> BigInt(16 * (words - 1 - i))) & 0xffffn));
}
