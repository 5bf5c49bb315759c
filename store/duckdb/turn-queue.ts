/** Runs tasks one after the other, in the order they came. */
export class TurnQueue {
  #tail: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Resolves once everything that was asked for so far is done. */
  async idle(): Promise<void> {
    await this.#tail;
  }
}
