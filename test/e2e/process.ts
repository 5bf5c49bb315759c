import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const command = join(root, 'dist', 'cli', 'main.js');

export interface RunningPlatform {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  get<T>(path: string): Promise<T>;
  /** SIGKILL: no goodbye, nothing flushed. */
  kill(): Promise<void>;
  /** Ctrl-C. @returns the exit code */
  interrupt(): Promise<number | null>;
}

/** `plantscope start` as a person starts it: the built command in a process of its own. */
export async function startProcess(config: string, data: string): Promise<RunningPlatform> {
  if (!existsSync(command)) throw new Error('dist/ is missing: run npm run build');
  const args = [command, 'start', '--port', '0', '--data', data, '--config', config];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const link = await startLink(child, () => told);
  const token = link.searchParams.get('token') ?? '';
  return {
    ...{ child, url: link.origin, token },
    get: async (path) => {
      const response = await fetch(link.origin + path, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as never;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    interrupt: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}

async function startLink(child: ChildProcess, told: () => string): Promise<URL> {
  if (child.stdout) {
    for await (const line of createInterface({ input: child.stdout })) {
      const link = /http:\/\/\S+token=\S+/.exec(line)?.[0];
      if (link !== undefined) return new URL(link);
    }
  }
  throw new Error(`the platform ended before it printed its link:\n${told()}`);
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command to its end. */
export async function runCommand(args: readonly string[], input?: string): Promise<Finished> {
  const child = spawn(process.execPath, [command, ...args], { stdio: 'pipe' });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      text[stream] += chunk.toString();
    });
  }
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...text };
}
