/** Events a second over the last ten whole seconds. */
export class RateMeter {
  readonly #counts = new Float64Array(11);
  #second = 0;

  add(count: number, nowMs: number): void {
    this.#advance(nowMs);
    const index = this.#second % 11;
    this.#counts[index] = (this.#counts[index] ?? 0) + count;
  }

  perSecond(nowMs: number): number {
    this.#advance(nowMs);
    const current = this.#counts[this.#second % 11] ?? 0;
    return (this.#counts.reduce((sum, count) => sum + count, 0) - current) / 10;
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const steps = Math.min(second - this.#second, 11);
    for (let step = 1; step <= steps; step++) this.#counts[(second - steps + step) % 11] = 0;
    this.#second = Math.max(this.#second, second);
  }
}
