import type { Ingest } from '../../ingest/ingest.ts';
import { createIngest } from '../../ingest/pipeline.ts';
import type { Clock } from '../../model/clock.ts';
import type { Plant } from '../../model/plant.ts';
import type { DirtySlot, DirtyWindows } from '../../store/dirty-windows.ts';
import type { LocalState } from '../../store/local-state.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';
import { jobsByScenario } from '../platform/jobs.ts';

/** Marks for the service of every scenario. */
export function marksOfAll(state: Pick<LocalState, 'dirtyWindowsOf'>): Pick<DirtyWindows, 'mark'> {
  const consumers = Object.keys(jobsByScenario).map((scenario) => state.dirtyWindowsOf(scenario));
  return {
    mark: async (slots: readonly DirtySlot[]) => {
      await Promise.all(consumers.map((dirty) => dirty.mark(slots)));
    },
  };
}

/** What persons enter at a service goes the way of ingest, in its own process: checked, stored, marked for every scenario. */
export function openEntry(parts: {
  readonly plant: Plant;
  readonly clock: Clock;
  readonly store: Pick<TimeSeriesStore, 'write'>;
  readonly state: Pick<LocalState, 'dirtyWindowsOf' | 'quarantine'>;
  readonly onTrouble: (message: string) => void;
}): Pick<Ingest, 'readings' | 'close'> {
  const { state, ...rest } = parts;
  return createIngest({ ...rest, quarantine: state.quarantine, dirty: marksOfAll(state) });
}
