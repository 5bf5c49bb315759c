import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Numbers that go 0, 1 ... 255, 0 over restarts: a will that comes late must not fit the session after it. */
export interface SessionCounter {
  next(): number;
}

/** Keeps the last number given in a file; a file that is not there or unreadable begins anew. */
export function fileSessionCounter(path: string): SessionCounter {
  let last = lastIn(path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return {
    next: () => {
      last = (last + 1) % 256;
      writeFileSync(`${path}.new`, String(last), { mode: 0o600 });
      renameSync(`${path}.new`, path);
      return last;
    },
  };
}

function lastIn(path: string): number {
  try {
    const number = Number(readFileSync(path, 'utf8'));
    return Number.isInteger(number) && number >= 0 ? number : -1;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return -1;
    throw error;
  }
}
