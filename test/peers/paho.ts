import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { skipReason } from '../datasets.ts';

/** Python with paho-mqtt in it: `PLANTSCOPE_PYTHON`, else `python3`. */
const python = process.env.PLANTSCOPE_PYTHON ?? 'python3';

/** Whether Python clients can run here; says why not. */
export function hasPaho(): boolean {
  const found = spawnSync(python, ['-c', 'import paho.mqtt.client']).status === 0;
  if (!found)
    skipReason(
      'paho',
      `${python} can't import paho (pip install paho-mqtt; PLANTSCOPE_PYTHON names another)`,
    );
  return found;
}

export interface PythonPeer {
  /** Every line it printed, read as JSON. */
  readonly lines: readonly Record<string, unknown>[];
  readonly errors: () => string;
  tell(line: string): void;
  /** SIGKILL: no goodbye to anybody. */
  stop(): Promise<void>;
}

/** Runs a script of this folder. */
export function startPython(script: string, args: readonly string[]): PythonPeer {
  const path = new URL(script, import.meta.url).pathname;
  const child: ChildProcess = spawn(python, [path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: Record<string, unknown>[] = [];
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => void lines.push(JSON.parse(line)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    lines,
    errors: () => errors,
    tell: (line) => void child.stdin?.write(`${line}\n`),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
