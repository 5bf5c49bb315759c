import type { FaultEffects } from '../faults/effect.ts';
import { keyOf, smoothNoise } from '../physics/noise.ts';
import type { RateBook } from '../physics/rate.ts';
import type { Surroundings } from '../physics/surroundings.ts';

/** What every part of the plant is built from. */
export interface PlantContext {
  readonly seed: number;
  readonly surroundings: Surroundings;
  readonly faults: FaultEffects;
  /** Makes every rate of the plant. */
  readonly rates: RateBook;
}

/** A named smooth disturbance in [-1, 1]. */
export function disturbance(
  { seed }: PlantContext,
  name: string,
  periodMs: number,
): (timeMs: number) => number {
  const key = keyOf(seed, name);
  return (timeMs) => smoothNoise(key, timeMs, periodMs);
}
