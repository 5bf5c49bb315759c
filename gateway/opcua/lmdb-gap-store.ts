import { open } from 'lmdb';
import { checkLmdbFolder, type DamageNotice } from '../../lmdb/file-check.ts';
import type { Gap, GapStore } from './gap.ts';

const key = (gap: Gap): string => `${gap.tag}\u0000${gap.start.timeMs}\u0000${gap.start.timeNs}`;

const damageNotice: DamageNotice = {
  ...{ code: 'state-unreadable', owner: 'the open gaps' },
  lost: 'Gaps that were not read from the history yet stay open.',
};

/**
 * Keeps open gaps in the operational state of the gateway. One gap a tag and start; a shorter one replaces it.
 * @throws PlantscopeError `state-unreadable`
 */
export function lmdbGapStore(folder: string): GapStore & { close(): Promise<void> } {
  checkLmdbFolder(folder, damageNotice);
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
