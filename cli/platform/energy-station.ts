import type { EnergyDesk } from '../../api/ports.ts';
import type { Clock } from '../../model/clock.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Plant } from '../../model/plant.ts';
import { quarterHourMs } from '../../model/window.ts';
import { DemandWatch } from '../../scenarios/runner/energy/demand-watch.ts';
import { EnergyDays } from '../../scenarios/runner/energy/energy-days.ts';
import { EnergyEdits } from '../../scenarios/runner/energy/energy-edits.ts';
import type { EnergyLayout } from '../../scenarios/runner/energy/energy-sources.ts';
import { mainQuantity } from '../../scenarios/runner/energy/stored-interval.ts';
import type { DirtyWindows } from '../../store/dirty-windows.ts';
import type { LocalState } from '../../store/local-state.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';

export interface EnergyStationOptions {
  readonly plant: Plant;
  readonly store: TimeSeriesStore;
  readonly state: Pick<LocalState, 'journal' | 'dirtyWindowsOf'>;
  /** Marks of the runner that makes the intervals. */
  readonly dirty: Pick<DirtyWindows, 'mark'>;
  readonly clock: Clock;
  /** Names and shifts of the plant file. */
  readonly layout?: EnergyLayout;
  readonly onTrouble: (message: string) => void;
  /** Told of the running demand. */
  readonly onResults?: (rows: readonly ResultRow[]) => void;
}

/** What the energy scenario runs beside the runner's intervals. */
export interface EnergyStation {
  readonly edits: EnergyEdits;
  readonly desk: EnergyDesk;
  /** Intervals that change: told before they are written, and after. */
  readonly results: (rows: readonly ResultRow[]) => Promise<void>;
  start(): void;
  stop(): Promise<void>;
  health(): readonly StationHealth[];
}

export function openEnergy(options: EnergyStationOptions): EnergyStation {
  const { plant, dirty, state } = options;
  const edits = new EnergyEdits(state.journal('energy-edits'));
  const days = new EnergyDays({ ...options, dirty: state.dirtyWindowsOf('energy-days') });
  const watch = new DemandWatch(options);
  return {
    edits,
    desk: {
      trail: (limit) => edits.trail(limit),
      edit: async (edit) => {
        const asset = plant.assetsById.get(edit.meter);
        const tag = `${edit.meter}.${asset ? mainQuantity(asset) : ''}`;
        const sequence = await edits.add(edit);
        await dirty.mark([{ tag, startMs: Math.floor(edit.startMs / quarterHourMs) * quarterHourMs }]);
        return sequence;
      },
    },
    results: (rows) => days.results(rows),
    start: () => {
      days.start();
      watch.start();
    },
    stop: async () => {
      await watch.stop();
      await days.stop();
    },
    health: () => [days.health()],
  };
}
