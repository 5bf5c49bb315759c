import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { skipReason } from '../datasets.ts';

/** The command beside the Python of `PLANTSCOPE_PYTHON`, else the one on the path. */
const command = process.env.PLANTSCOPE_PYTHON
  ? join(dirname(process.env.PLANTSCOPE_PYTHON), 'schemathesis')
  : 'schemathesis';

/** Whether the peer can run here; says why not. */
export function hasSchemathesis(): boolean {
  const found = spawnSync(command, ['--version']).status === 0;
  if (!found) skipReason('schemathesis', `${command} can't be run (pip install schemathesis)`);
  return found;
}

export interface Conformance {
  readonly code: number | null;
  readonly report: string;
}

/** Reads the OpenAPI document and asks everything it allows, and much that it doesn't. */
export async function runSchemathesis(
  documentUrl: string,
  token: string,
  args: readonly string[],
): Promise<Conformance> {
  const child = spawn(command, ['run', documentUrl, '-H', `Authorization: Bearer ${token}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // It keeps what it found in the folder it runs in.
    cwd: mkdtempSync(join(tmpdir(), 'plantscope-schemathesis-')),
  });
  let report = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      report += chunk.toString();
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, report };
}
