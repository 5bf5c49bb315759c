import type { Clock } from '../../model/clock.ts';
import type { Plant } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { dayMs, quarterHourMs } from '../../model/window.ts';
import type { DirtyWindows } from '../../store/dirty-windows.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';

const CATCH_UP_MS = 7 * dayMs;

/** Marks what is seen to come into the store, for a service whose folder no ingest marks. Marking twice is harmless. */
export class SeenReadings {
  readonly #newestMs = new Map<string, number>();
  readonly #dirty: Pick<DirtyWindows, 'mark'>;

  constructor(dirty: Pick<DirtyWindows, 'mark'>) {
    this.#dirty = dirty;
  }

  /** @param readings the newest of each tag; one that was there before is no news */
  async mark(readings: readonly Reading[]): Promise<void> {
    const news = readings.filter(({ tag, timeMs }) => timeMs > (this.#newestMs.get(tag) ?? 0));
    const slots = news.map(({ tag, timeMs }) => ({ tag, startMs: quarterOf(timeMs) }));
    if (slots.length > 0) await this.#dirty.mark(slots);
    // After the mark: what could not be marked is news again at the next look.
    for (const { tag, timeMs } of news) this.#newestMs.set(tag, timeMs);
  }
}

const quarterOf = (timeMs: number): number => Math.floor(timeMs / quarterHourMs) * quarterHourMs;

/** Marks the registers of the last week where nothing was ever made of them: a service that is new to its store. */
export async function markUnmade(
  { assets }: Pick<Plant, 'assets'>,
  store: Pick<TimeSeriesStore, 'results'>,
  dirty: Pick<DirtyWindows, 'mark'>,
  clock: Clock,
): Promise<void> {
  const endMs = quarterOf(clock.nowMs()) + quarterHourMs;
  const startMs = endMs - CATCH_UP_MS;
  const made = await store.results({ measurement: 'energy_interval', startMs, endMs, limit: 1 });
  if (made.length > 0) return;
  const registers = assets
    .filter(({ nature }) => nature.carrier !== undefined)
    .flatMap(({ tags }) => tags.filter(({ definition }) => definition.cumulates));
  const starts = Array.from({ length: CATCH_UP_MS / quarterHourMs }, (_, i) => startMs + i * quarterHourMs);
  for (const { id } of registers) await dirty.mark(starts.map((slotMs) => ({ tag: id, startMs: slotMs })));
}
