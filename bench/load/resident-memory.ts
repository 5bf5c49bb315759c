import { readFileSync } from 'node:fs';

/** Of a process, in MB. `file`: pages of mapped files (programs, LMDB), which the system takes back when it needs them. */
export interface ResidentMemoryMb {
  readonly anonymous: number;
  readonly file: number;
}

/** Reads /proc of Linux. @throws where there is no such process */
export function residentMemoryMb(pid: number): ResidentMemoryMb {
  const mb = statusMb(pid);
  return { anonymous: Math.round(mb('RssAnon')), file: Math.round(mb('RssFile') + mb('RssShmem')) };
}

/** The most that was ever resident, mapped files included: also what no sample saw. @throws as above */
export function peakResidentMb(pid: number): number {
  return Math.round(statusMb(pid)('VmHWM'));
}

function statusMb(pid: number): (name: string) => number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
}
