import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { PlantscopeError } from '../model/error.ts';

/** Where lmdb 3.5 keeps what its first two pages say, in bytes from their start. */
const AT = { magic: 24, pageSize: 48, lastPage: 144 } as const;
const META_BYTES = 160;
const MAGIC = 0xbeef_c0de;
const PAGE_SIZES = [4096, 8192, 16_384, 32_768, 65_536];
/** A few pages at the end may never have been written, as the commit that took them gave them back. */
const LEAST_SHARE = 0.75;

/** What is said of a damaged database: whose it is, and what moving it away costs. */
export interface DamageNotice {
  readonly code: string;
  /** In the sentence "The file of ... is damaged". */
  readonly owner: string;
  /** A whole sentence. */
  readonly lost: string;
}

/**
 * Looks at the two pages that the database of a folder begins with. LMDB maps the file and trusts it: one that was cut
 * off or written over ends the process with a signal and no word. Call it before every opening.
 * @throws PlantscopeError of the notice's code; a missing or an empty file is none and passes
 */
export function checkLmdbFolder(folder: string, notice: DamageNotice): void {
  const path = join(folder, 'data.mdb');
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw thrown;
  }
  try {
    const bytes = fstatSync(file).size;
    if (bytes > 0 && !isWhole(file, bytes)) throw damaged(path, notice);
  } finally {
    closeSync(file);
  }
}

function isWhole(file: number, bytes: number): boolean {
  const first = metaAt(file, 0);
  const pageSize = first?.readUInt32LE(AT.pageSize) ?? 0;
  if (first === undefined || !PAGE_SIZES.includes(pageSize)) return false;
  const second = metaAt(file, pageSize);
  if (second === undefined) return false;
  const pages = 1 + Math.max(...[first, second].map((meta) => Number(meta.readBigUInt64LE(AT.lastPage))));
  return bytes >= pages * pageSize * LEAST_SHARE;
}

function metaAt(file: number, position: number): Buffer | undefined {
  const meta = Buffer.alloc(META_BYTES);
  readSync(file, meta, 0, META_BYTES, position);
  return meta.readUInt32LE(AT.magic) === MAGIC ? meta : undefined;
}

function damaged(where: string, { code, owner, lost }: DamageNotice): PlantscopeError {
  return new PlantscopeError(code, `The file of ${owner} is damaged: cut off or written over`, {
    where,
    hint: `Check the disk. To start with an empty one move the file away or put a backup in its place. ${lost}`,
  });
}
