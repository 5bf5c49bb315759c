/** CRC of every possible (high byte of the register XOR data byte): eight steps of the polynomial 0xA001. */
const table = Uint16Array.from({ length: 256 }, (_, index) => {
  let register = index;
  for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1;
  return register;
});

/** The register before the first byte. */
const INITIAL = 0xffff;

/**
 * CRC16 of a data segment, 0 to 0xFFFF, over `bytes[start, end)`; given the CRC of what came before, it goes on from there.
 * The register is shifted down a byte before each data byte is mixed in, so this is not the CRC of Modbus.
 * @see HJ 212-2017 annex A, HJ 212-2025 annex A
 */
export function crc16(bytes: Uint8Array, start = 0, end = bytes.length, before = INITIAL): number {
  let register = before;
  for (let index = start; index < end; index++) {
    register = table[(register >> 8) ^ (bytes[index] ?? 0)] ?? 0;
  }
  return register;
}

/** Four hexadecimal digits, high byte first, upper case. */
export function crcText(crc: number): string {
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
