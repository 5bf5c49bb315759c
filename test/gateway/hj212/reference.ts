import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skipReason } from '../../datasets.ts';

export interface Vector {
  readonly message: string;
  readonly terminator: string;
  readonly lengthOk: boolean | null;
  readonly body: string;
  readonly crcOk: boolean;
  readonly qn: string | null;
  readonly st: string | null;
  readonly cn: string | null;
  readonly mn: string | null;
  readonly flag: number | null;
  readonly flagBits: { readonly version: string; readonly split: boolean; readonly needsAck: boolean } | null;
}

export interface Vectors {
  readonly crcUnit: readonly { readonly bytesHex: string; readonly crc: string }[];
  readonly valid: readonly Vector[];
  readonly invalid: readonly Vector[];
  readonly sm4: readonly Readonly<Record<string, string>>[];
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const path = join(
  process.env.PLANT_REFERENCE ?? join(root, '..', 'shared', 'reference'),
  'hj212-vectors.json',
);

/** The published test vectors, or undefined (with a printed reason) where the reference folder is absent. */
export const vectors: Vectors | undefined = existsSync(path)
  ? (JSON.parse(readFileSync(path, 'utf8')) as Vectors)
  : skipReason('datasets', 'hj212-vectors.json is not in the reference folder (set PLANT_REFERENCE)');
