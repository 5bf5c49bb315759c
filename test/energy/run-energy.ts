import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { vi } from 'vitest';
import { register } from '../../cli/analyse/energy.ts';

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
  const printed = { out: '', log: '' };
  const write = (stream: keyof typeof printed) => (chunk: string | Uint8Array) => {
    printed[stream] += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(write('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(write('log')),
  ];
  try {
    const program = new Command('analyse').exitOverride();
    register(program);
    await program.parseAsync(args, { from: 'user' });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return printed;
}
