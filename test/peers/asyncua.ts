import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { skipReason } from '../datasets.ts';
import { freePort, temporaryFolder } from './opcua-server.ts';

/** Python with asyncua in it: `PLANTSCOPE_PYTHON` (all Python peers) or `ASYNCUA_PYTHON`, else `python3`. */
const python = process.env.PLANTSCOPE_PYTHON ?? process.env.ASYNCUA_PYTHON ?? 'python3';
const script = new URL('./asyncua_server.py', import.meta.url).pathname;

export const asyncuaNamespace = 'urn:plantscope:asyncua';

export interface PeerServer {
  readonly url: string;
  readonly certificateFile: string;
  kill(): Promise<void>;
}

/** Whether the peer can run here; says why not. */
export function hasAsyncua(): boolean {
  const found = spawnSync(python, ['-c', 'import asyncua']).status === 0;
  if (!found)
    skipReason(
      'asyncua',
      `${python} can't import asyncua (pip install asyncua; PLANTSCOPE_PYTHON names another Python)`,
    );
  return found;
}

export async function startAsyncua(): Promise<PeerServer> {
  const [port, folder] = [await freePort(), temporaryFolder('asyncua')];
  const child = spawn(python, [script, String(port), folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const { certificateFile } = JSON.parse(await firstLine(child)) as { certificateFile: string };
  return {
    url: `opc.tcp://127.0.0.1:${port}/`,
    certificateFile: join(certificateFile),
    kill: () => killed(child),
  };
}

export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('the peer has no standard output');
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the peer ended with code ${code}`)));
  });
}

export function killed(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
