import type { PlantCalendar } from '../../../model/calendar.ts';
import type { Plant } from '../../../model/plant.ts';
import type { TimeSeriesStore } from '../../../store/time-series-store.ts';
import type { Shift } from '../../energy/shifts.ts';

/** A shift and the weekdays on which it starts, Monday = 1. */
export interface WorkShift extends Shift {
  readonly weekdays: readonly number[];
}

/** Names of areas and lines (`area`, `area/line`), and the plant's shifts. */
export interface EnergyLayout {
  readonly names: ReadonlyMap<string, string>;
  readonly shifts: readonly WorkShift[];
}

/** What the analyses of energy read. */
export interface EnergySources {
  readonly store: Pick<TimeSeriesStore, 'results' | 'aggregates'>;
  readonly plant: Plant;
  readonly calendar: PlantCalendar;
  readonly layout?: EnergyLayout;
}
