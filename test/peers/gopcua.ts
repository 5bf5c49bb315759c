import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { skipReason } from '../datasets.ts';
import { firstLine, killed, type PeerServer } from './asyncua.ts';
import { freePort, temporaryFolder } from './opcua-server.ts';

const source = fileURLToPath(new URL('./gopcua', import.meta.url));

export const gopcuaNamespace = 'urn:plantscope:gopcua';

let program: string | undefined;

/** Builds the peer with the Go toolchain; says why where that can't be done. */
export function hasGopcua(): boolean {
  if (program !== undefined) return true;
  const target = join(temporaryFolder('gopcua'), 'server');
  const built = spawnSync('go', ['build', '-o', target, '.'], { cwd: source, encoding: 'utf8' });
  if (built.status !== 0) {
    skipReason('gopcua', `Go can't build it: ${built.error?.message ?? built.stderr}`);
    return false;
  }
  program = target;
  return true;
}

/** @param port of an earlier one that is to be started again; by default a free one */
export async function startGopcua(port?: number): Promise<PeerServer & { readonly port: number }> {
  if (program === undefined) throw new Error('call hasGopcua first');
  const usedPort = port ?? (await freePort());
  const child = spawn(program, [String(usedPort)], { stdio: ['ignore', 'pipe', 'ignore'] });
  await firstLine(child);
  return {
    url: `opc.tcp://127.0.0.1:${usedPort}`,
    port: usedPort,
    certificateFile: '',
    kill: () => killed(child),
  };
}
