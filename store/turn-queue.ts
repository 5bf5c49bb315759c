/** Runs tasks in the order they came, one at a time or a few. */
export class TurnQueue {
  readonly #parallel: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #running = 0;

  constructor(parallel = 1) {
    this.#parallel = parallel;
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#parallel) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#running++;
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  /** The place of a task that ends goes to the first that waits. */
  #next(): void {
    const go = this.#waiting.shift();
    if (go) {
      go();
      return;
    }
    this.#running--;
    if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Resolves once nothing runs or waits. */
  async idle(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
