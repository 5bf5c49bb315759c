import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { vi } from 'vitest';

/** Runs a command as the command line would, and gives back what it printed. */
export async function printedBy(
  register: (program: Command) => void,
  args: readonly string[],
): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  try {
    const program = new Command().exitOverride().configureOutput({ outputError: () => undefined });
    register(program);
    await program.parseAsync([...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return printed.join('');
}

/** A file in a folder of its own. @returns its path */
export function temporaryFile(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'plantscope-test-')), name);
  writeFileSync(path, content);
  return path;
}
