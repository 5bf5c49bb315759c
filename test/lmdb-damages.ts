import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';

/** What a disk or a hand does to a database file that LMDB would not survive opening, by name. */
export const lmdbDamages: Readonly<Record<string, (file: string) => void>> = {
  'cut off': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  'cut off within its first page': (file) => truncateSync(file, 100),
  'written over': (file) => writeFileSync(file, Buffer.alloc(statSync(file).size, 0x5a)),
  'without its first page': (file) =>
    writeFileSync(file, Buffer.concat([Buffer.alloc(4096), readFileSync(file).subarray(4096)])),
};
