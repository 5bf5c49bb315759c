import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildReport, ChildSetup } from './child-setup.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const compiled = join(root, 'dist-test-delivery', 'test', 'delivery', 'child.js');

/** The children run compiled, as the product does: Node 20 reads no TypeScript. */
export function compileChildren(): void {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', join(root, 'test', 'delivery')], {
    cwd: root,
    stdio: 'pipe',
  });
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
