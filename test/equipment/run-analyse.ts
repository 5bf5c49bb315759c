import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { vi } from 'vitest';
import { register } from '../../cli/analyse/equipment.ts';

/** Runs an equipment command as the command line would, and gives back what it printed. */
export async function runAnalyse(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    const program = new Command().exitOverride().configureOutput({ outputError: () => undefined });
    register(program);
    await program.parseAsync(args, { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return printed.join('');
}

/** Lines after the header, split at commas. */
export function csvRows(text: string): string[][] {
  return text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(','));
}

export function temporaryFile(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'equipment-')), name);
  writeFileSync(path, content);
  return path;
}

export function floatFile(samples: readonly number[]): string {
  const bytes = Buffer.alloc(4 * samples.length);
  for (const [i, sample] of samples.entries()) bytes.writeFloatLE(sample, 4 * i);
  return temporaryFile('record.f32', bytes);
}
