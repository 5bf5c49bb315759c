import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './opcua-server.ts';

/** A file system of a few MiB that can be filled to the last byte, and emptied again. */
export interface SmallDisk {
  readonly folder: string;
  /** Writes until the system says ENOSPC. */
  fill(): void;
  free(): void;
  remove(): void;
}

/** @returns undefined where this user may not mount */
export function smallDisk(mebibytes: number): SmallDisk | undefined {
  const folder = temporaryFolder('small-disk');
  const size = `size=${mebibytes}m`;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', size, 'tmpfs', folder]).status !== 0) return undefined;
  const ballast = (index: number): string => join(folder, `ballast${index}`);
  let files = 0;
  return {
    folder,
    fill: () => {
      // Ever smaller pieces, so that not one page is left.
      for (let bytes = 2 ** 20; bytes >= 4096; bytes /= 2) while (isWritten(ballast(files++), bytes));
    },
    free: () => {
      while (files > 0) rmSync(ballast(--files), { force: true });
    },
    remove: () => spawnSync('umount', ['--lazy', folder]),
  };
}

function isWritten(path: string, bytes: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(bytes));
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOSPC') throw thrown;
    rmSync(path, { force: true });
    return false;
  }
}
