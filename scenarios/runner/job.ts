import type { PlantCalendar } from '../../model/calendar.ts';
import type { Asset, Plant, Tag } from '../../model/plant.ts';
import type { TimeWindow } from '../../model/window.ts';
import type { RawPoint, ResultRow } from '../../store/time-series-store.ts';

/**
 * One kind of derived figure: which readings it needs, over which windows, and the pure computation.
 * The runner does the reading, the writing and the bookkeeping.
 */
export interface Job {
  /** Measurement its rows are written to. */
  readonly measurement: string;
  /** Further measurements that some of its rows name: figures that follow from the same readings. */
  readonly alsoWrites?: readonly string[];
  /** Length of its windows, a multiple of a quarter of an hour that divides a day. */
  readonly windowMs: number;
  /** How far outside a window a reading can matter: a register's boundary is interpolated between its neighbours. */
  readonly reachMs: number;
  /** Where the figures between two readings are known however far apart these are (a register): how far to look. */
  readonly bridgeMs?: number;
  /** Quantities it reads; the others of its tags only tell that it is stale. Default: all. */
  readonly reads?: readonly string[];
  /** Quantities whose last value before a window still holds in it, such as a data flag. */
  readonly holds?: readonly string[];
  /** Derived figures of the same asset that it builds on, and how far back. */
  readonly builtOn?: readonly BuiltOn[];
  /** Its rows stay where their evidence is gone (a waveform that was not kept). Default: they are withdrawn. */
  readonly keepsRows?: true;
  /** The assets it speaks of, each with the tags it reads. */
  subjects(plant: Plant): readonly JobSubject[];
  /** @param readings points of each tag over the window and its reach, by ascending time */
  compute(subject: JobSubject, window: TimeWindow, readings: JobReadings): readonly JobRow[];
}

export interface BuiltOn {
  readonly measurement: string;
  readonly backMs: number;
  /**
   * How far ahead, for figures that turn what came before them. Which windows they turn only their watch knows: it marks
   * them, the schedule does not.
   */
  readonly aheadMs?: number;
}

export interface JobSubject {
  readonly asset: Asset;
  readonly tags: readonly Tag[];
  /** Where the figure depends on local time. */
  readonly calendar?: PlantCalendar;
}

export interface JobReadings {
  /** By the quantity's name. */
  of(quantity: string): readonly RawPoint[];
  /** By the tag's id, for a tag of another asset among the subject's. */
  ofTag(id: string): readonly RawPoint[];
  /** Of a measurement named in `builtOn`, by ascending time, as far as the window's end, or ahead of it. */
  rows(measurement: string): readonly ResultRow[];
  /** Now, for a window that is still open. */
  readonly nowMs: number;
}

/** A row without its revision, which the runner counts. Default: the job's measurement, the window's start. */
export type JobRow = Omit<ResultRow, 'measurement' | 'timeMs'> & {
  readonly measurement?: string;
  readonly timeMs?: number;
};
