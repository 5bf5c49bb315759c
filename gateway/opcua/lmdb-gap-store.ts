import { open } from 'lmdb';
import type { Gap, GapStore } from './gap.ts';

const key = (gap: Gap): string => `${gap.tag}\u0000${gap.start.timeMs}\u0000${gap.start.timeNs}`;

/** Keeps open gaps in the operational state of the gateway. One gap a tag and start; a shorter one replaces it. */
export function lmdbGapStore(folder: string): GapStore & { close(): Promise<void> } {
  const database = open<Gap, string>({ path: folder, compression: false });
  return {
    load: () => [...database.getRange()].map(({ value }) => value),
    async save(gaps) {
      await database.batch(() => {
        for (const gap of gaps) database.put(key(gap), gap);
      });
    },
    async remove(gaps) {
      await database.batch(() => {
        for (const gap of gaps) database.remove(key(gap));
      });
    },
    close: () => database.close(),
  };
}
