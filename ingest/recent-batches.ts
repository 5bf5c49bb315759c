/** Names of the batches stored last, so that one which is sent again at once costs no second write. Bounded. */
export class RecentBatches {
  readonly #names = new Set<string>();
  readonly #most: number;

  constructor(most = 4096) {
    this.#most = most;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string): void {
    this.#names.add(name);
    if (this.#names.size <= this.#most) return;
    for (const oldest of this.#names) {
      this.#names.delete(oldest);
      return;
    }
  }
}
