import type { SpoolOptions } from './spool-options.ts';

type Bounds = Pick<Required<SpoolOptions>, 'maxBytes' | 'highWaterRatio' | 'whenFull' | 'onTrouble'>;

/** How full the spool is; warns once each time the mark is passed on the way up. */
export class HighWater {
  readonly #bounds: Bounds;
  #isHigh = false;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** 1 is full. */
  ratio(bytes: number): number {
    return bytes / this.#bounds.maxBytes;
  }

  isHigh(bytes: number): boolean {
    return this.ratio(bytes) >= this.#bounds.highWaterRatio;
  }

  note(bytes: number): void {
    const wasHigh = this.#isHigh;
    this.#isHigh = this.isHigh(bytes);
    if (!this.#isHigh || wasHigh) return;
    const { highWaterRatio, maxBytes, whenFull, onTrouble } = this.#bounds;
    const then = whenFull === 'hold' ? 'takes nothing more' : 'drops the oldest';
    const [percent, mib] = [Math.round(100 * highWaterRatio), Math.round(maxBytes / 2 ** 20)];
    onTrouble(`high water: the spool is ${percent} % full (of ${mib} MiB); when it is full it ${then}`);
  }
}
