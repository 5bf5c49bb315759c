import type { Touched } from './touched.ts';

/**
 * Groups of readings under way to the store at a time. Two that may hold the same (tag, source time) must not be: the
 * later one begins when the earlier one has ended, so that the later value is the one that stays.
 */
export class WriteLanes {
  readonly #most: number;
  readonly #underWay = new Map<Touched, Promise<void>>();

  constructor(most: number) {
    this.#most = most;
  }

  get isIdle(): boolean {
    return this.#underWay.size === 0;
  }

  get hasFree(): boolean {
    return this.#underWay.size < this.#most;
  }

  meets(touched: Touched): boolean {
    for (const other of this.#underWay.keys()) if (other.meets(touched)) return true;
    return false;
  }

  /** @param task never rejects */
  run(touched: Touched, task: Promise<void>): Promise<void> {
    const ended = task.then(() => void this.#underWay.delete(touched));
    this.#underWay.set(touched, ended);
    return ended;
  }

  async allEnded(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }
}
