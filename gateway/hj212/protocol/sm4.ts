import { createCipheriv, createDecipheriv } from 'node:crypto';
import { PlantscopeError } from '../../../model/error.ts';

const GROUP_BYTES = 16;

/** How encrypted groups travel: as the bytes they are, or printed as `{0xE4,0x3E,...}`. */
export type CipherForm = 'bytes' | 'text';

/** 16 ASCII characters or 32 hexadecimal digits. @throws PlantscopeError `sm4-key` */
export function parseSm4Key(text: string): Buffer {
  const key = /^[0-9a-f]{32}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'latin1');
  if (key.length === GROUP_BYTES) return key;
  throw new PlantscopeError('sm4-key', `An SM4 key has 16 bytes, this one ${key.length}`, {
    hint: 'Give 16 characters, or 32 hexadecimal digits.',
  });
}

/** SM4, ECB mode. @see GB/T 32907-2016 @throws PlantscopeError `sm4-unavailable` */
export function sm4(
  direction: 'encrypt' | 'decrypt',
  data: Uint8Array,
  key: Uint8Array,
  padding = false,
): Buffer {
  const create = direction === 'encrypt' ? createCipheriv : createDecipheriv;
  try {
    const cipher = create('sm4-ecb', key, null).setAutoPadding(padding);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  } catch (cause) {
    throw new PlantscopeError('sm4-unavailable', 'This Node.js build could not run SM4', { cause });
  }
}

/**
 * Encrypts the whole 16-byte groups of a CP; the rest stays plain.
 * @see HJ 212-2025 clause 6.4, annex A.2
 */
export function encryptCp(cp: Uint8Array, key: Uint8Array, form: CipherForm): Buffer {
  const whole = cp.length - (cp.length % GROUP_BYTES);
  if (whole === 0) return Buffer.from(cp);
  const cipher = sm4('encrypt', cp.subarray(0, whole), key);
  const printed = form === 'bytes' ? cipher : Buffer.from(printBytes(cipher));
  return Buffer.concat([printed, cp.subarray(whole)]);
}

function printBytes(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`);
  return `{${hex.join(',')}}`;
}

/** Which form the CP of an encrypted frame has; undefined where it is plain ASCII. */
export function cipherFormOf(cp: Buffer): CipherForm | undefined {
  if (cp.subarray(0, 3).equals(Buffer.from('{0x'))) return 'text';
  return cp.some((byte) => byte >= 0x7f || byte < 0x20) ? 'bytes' : undefined;
}

/** The plain CP, or undefined where the printed form is damaged. */
export function decryptCp(cp: Buffer, key: Uint8Array, form: CipherForm): Buffer | undefined {
  if (form === 'text') return decryptPrinted(cp, key);
  const whole = cp.length - (cp.length % GROUP_BYTES);
  return Buffer.concat([sm4('decrypt', cp.subarray(0, whole), key), cp.subarray(whole)]);
}

function decryptPrinted(cp: Buffer, key: Uint8Array): Buffer | undefined {
  const close = cp.indexOf('}');
  if (close < 0) return undefined;
  const bytes = cp
    .toString('latin1', 1, close)
    .split(',')
    .map((hex) => (/^0x[0-9a-f]{2}$/i.test(hex) ? Number(hex) : -1));
  if (bytes.includes(-1) || bytes.length % GROUP_BYTES !== 0) return undefined;
  return Buffer.concat([sm4('decrypt', Uint8Array.from(bytes), key), cp.subarray(close + 1)]);
}
