type Stop = () => Promise<void> | void;

/** What has to be ended, and in which order: the last one opened is the first one closed. */
export class Stops {
  readonly #stops: Stop[] = [];

  add(stop: Stop): void {
    this.#stops.push(stop);
  }

  async runBackwards(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}
