import { execFileSync } from 'node:child_process';

/**
 * Bounds the size of each file that a running process may write from now on: writing on fails as on a full disk (EFBIG,
 * "File too large", where that says ENOSPC). `undefined` lifts the bound. Linux only.
 */
export function limitFileSize(pid: number, mostBytes: number | undefined): void {
  const bound = mostBytes === undefined ? 'unlimited' : `${mostBytes}:unlimited`;
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bound}`]);
}
