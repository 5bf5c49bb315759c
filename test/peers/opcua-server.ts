import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = new URL('./opcua-server.mjs', import.meta.url).pathname;

/** The node-opcua test server in a child process; see opcua-server.mjs for its options and commands. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly pkiFolder: string;
  readonly certificateFile: string;
  readonly process: ChildProcess;
  command(command: string, parameters?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** SIGKILL by default: the clients are not told. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export type TestServerOptions = Readonly<Record<string, unknown>> & {
  readonly port?: number;
  readonly pkiFolder?: string;
};

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const port = options.port ?? (await freePort());
  const pkiFolder = options.pkiFolder ?? temporaryFolder('opcua-server');
  const child = fork(script, [JSON.stringify({ ...options, port, pkiFolder })], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ready = await firstMessage(child);
  let nextId = 1;
  return {
    url: `opc.tcp://127.0.0.1:${port}/`,
    port,
    pkiFolder,
    certificateFile: String(ready.certificateFile),
    process: child,
    command: (command, parameters = {}) =>
      new Promise((resolve) => {
        const id = nextId++;
        const answer = (message: { id?: number; result?: unknown }) => {
          if (message.id !== id) return;
          child.off('message', answer);
          resolve(message.result);
        };
        child.on('message', answer);
        child.send({ id, command, ...parameters });
      }),
    kill: (signal = 'SIGKILL') =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}

function firstMessage(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Record<string, unknown>));
    child.once('exit', (code) => reject(new Error(`the OPC UA test server ended with code ${code}`)));
  });
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

const folders: string[] = [];

export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `plantscope-${name}-`));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
