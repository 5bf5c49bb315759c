import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { register } from '../../cli/analyse/energy.ts';
import { printedBy } from '../run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'plantscope-energy-'));
export const removeFiles = (): void => rmSync(folder, { recursive: true });

/** Writes a file of these lines; returns its path. */
export function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** Runs `plantscope analyse ...` in this process; returns what it printed. */
export async function analyse(...args: string[]): Promise<{ out: string; log: string }> {
  let log = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    log += String(chunk);
    return true;
  });
  try {
    const out = await printedBy(register, args);
    return { out, log };
  } finally {
    spy.mockRestore();
  }
}
