import { join } from 'node:path';
import { Intake } from '../../gateway/intake.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import { lanes, type Spool } from '../../gateway/spool.ts';
import type { Ingest } from '../../ingest/ingest.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import { systemClock } from '../../model/clock.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import { openLocalState } from '../../store/local-state.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import type { DataFolder } from '../platform/data-folder.ts';
import { type ImportWay, importGateway, importSpoolFolder } from './import-way.ts';

const BATCHES_AT_ONCE = 32;

/** No platform runs: ingest runs here, in the same process, on the store and the state of the data folder. */
export async function intoStore(
  { plant, file }: LoadedPlant,
  { root }: DataFolder,
  store: TimeSeriesStore,
): Promise<ImportWay> {
  const state = openLocalState(root, { clock: systemClock });
  const gateway = importGateway(file.gateway?.id ?? plant.site.id);
  const spool = openSpool({ dir: join(root, importSpoolFolder), gateway, clock: systemClock });
  const common = { plant, quarantine: state.quarantine, clock: systemClock };
  const ingest = createIngest({ ...common, store, dirty: state.dirtyWindows });
  const intake = new Intake({ ...common, spool });
  // What an import that was cut off had left.
  await drain(spool, ingest);
  return {
    sink: {
      // Emptied after each batch of rows, so that neither memory nor disk fills up.
      accept: async (readings) => {
        await intake.accept(readings);
        await drain(spool, ingest);
      },
      refuse: (refusals) => intake.refuse(refusals),
      newestTimeMs: (tag) => intake.newestTimeMs(tag),
    },
    finished: () => drain(spool, ingest),
    counts: () => {
      const { stored = 0, refused = 0 } = ingest.health().counters;
      return { stored, refused };
    },
    whereRefused: 'What was refused is in the quarantine, each with its reason.',
    close: async () => {
      await ingest.close();
      await spool.close();
      await state.close();
      await store.close();
    },
  };
}

async function drain(spool: Spool, ingest: Ingest): Promise<void> {
  for (const lane of lanes) {
    // Confirmed batches leave the disk a little later, so they are not read from the start again.
    for (let from = 1; ; ) {
      const batches = spool.read(lane, from, BATCHES_AT_ONCE);
      const last = batches.at(-1);
      if (last === undefined) break;
      from = last.sequence + 1;
      await Promise.all(batches.map(({ payload }) => ingest.batch(spool.gateway, payload)));
      spool.confirm(batches.map(({ sequence }) => sequence));
    }
  }
}
