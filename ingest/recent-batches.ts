/** Names of the batches stored last, so that one which is sent again at once costs no second write. Bounded. */
export class RecentBatches {
  readonly #names = new Set<string>();
  /** The same, in a ring: a set is slow at finding its oldest. */
  readonly #ring: (string | undefined)[];
  #at = 0;

  constructor(most = 4096) {
    this.#ring = new Array<string | undefined>(most).fill(undefined);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    const oldest = this.#ring[this.#at];
    if (oldest !== undefined) this.#names.delete(oldest);
    this.#ring[this.#at] = name;
    this.#at = (this.#at + 1) % this.#ring.length;
    this.#names.add(name);
  }
}
