import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';
import type { ChildReport, ChildSetup } from './child-setup.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** One a run, as the files of a run are tried side by side and must not write over each other's children. */
const folder = join(root, 'dist-test-delivery', `run-${process.ppid}`);
const compiled = join(folder, 'test', 'delivery', 'child.js');

/** The children run compiled, as the product does: Node 20 reads no TypeScript. The first of a run compiles. */
export async function compileChildren(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (!isFirst()) {
    await vi.waitFor(() => expect(existsSync(join(folder, 'compiled'))).toBe(true), {
      timeout: 50_000,
      interval: 100,
    });
    return;
  }
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', join(root, 'test', 'delivery'), '--outDir', folder];
  execFileSync(process.execPath, args, { cwd: root, stdio: 'pipe' });
  writeFileSync(join(folder, 'compiled'), '');
}

function isFirst(): boolean {
  try {
    mkdirSync(join(folder, 'compiling'));
    return true;
  } catch {
    return false; // another file of this run was before
  }
}

/** A process of the delivery path that can be asked, stopped, and killed. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting: ((report: ChildReport) => void)[] = [];
  readonly #ended: Promise<void>;

  private constructor(setup: ChildSetup, inspect: readonly string[] = []) {
    this.#process = fork(compiled, [JSON.stringify(setup)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [...inspect],
    });
    this.#process.on('message', (message) => this.#waiting.shift()?.(message as ChildReport));
    this.#ended = new Promise((resolve) => this.#process.once('exit', () => resolve()));
  }

  static async start(setup: ChildSetup): Promise<Child> {
    const child = new Child(setup);
    const failed = child.#ended.then(() => {
      throw new Error(`a ${setup.role} process ended before it was ready`);
    });
    await Promise.race([child.#next(), failed]);
    failed.catch(() => undefined); // it ends later, as it should
    return child;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  ask(question: string): Promise<ChildReport> {
    const answer = this.#next();
    this.#process.send(question);
    return answer;
  }

  /** SIGKILL: nothing of it can clean up. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  async stop(): Promise<void> {
    if (this.#process.connected) await this.ask('stop');
    await this.kill();
  }

  #next(): Promise<ChildReport> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
