import { readFileSync } from 'node:fs';

/** Of a process, in MB. `file`: pages of mapped files (programs, LMDB), which the system takes back when it needs them. */
export interface ResidentMemoryMb {
  readonly anonymous: number;
  readonly file: number;
}

/** Reads /proc of Linux. @throws where there is no such process */
export function residentMemoryMb(pid: number): ResidentMemoryMb {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  return { anonymous: Math.round(mb('RssAnon')), file: Math.round(mb('RssFile') + mb('RssShmem')) };
}
