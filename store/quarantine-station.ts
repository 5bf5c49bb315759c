import type { Station, StationHealth } from '../model/health.ts';
import type { Quarantine } from './quarantine.ts';

/** From this share of its bound on the quarantine asks for a person. */
const HIGH_RATIO = 0.8;

/** The quarantine on the health page: what its bound pushes out is lost, and must not go unseen. */
export class QuarantineStation implements Station {
  readonly #quarantine: Pick<Quarantine, 'counts'>;
  readonly #evictedBefore: number;

  constructor(quarantine: Pick<Quarantine, 'counts'>) {
    this.#quarantine = quarantine;
    this.#evictedBefore = quarantine.counts().evicted;
  }

  health(): StationHealth {
    const { items, refused, evicted, maxItems } = this.#quarantine.counts();
    const lost = evicted - this.#evictedBefore;
    const isHigh = items >= HIGH_RATIO * maxItems;
    const kept = `${items} refused messages and readings wait for a person`;
    return {
      station: 'quarantine',
      state: lost > 0 || isHigh ? 'degraded' : 'ok',
      summary: `${kept}${isHigh ? `, of ${maxItems} at most` : ''}${lost > 0 ? `; the bound pushed out ${lost} since the start` : ''}`,
      ratePerS: 0,
      queue: items,
      counters: { items, refused, evicted },
    };
  }
}
