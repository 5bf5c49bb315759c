import type { Reading } from '../../model/reading.ts';
import type { RefusedReading, TimeSeriesStore } from '../../store/time-series-store.ts';

/** The writing half of the store port in memory, with faults on demand. */
export class MemoryStore implements Pick<TimeSeriesStore, 'write'> {
  readonly readings = new Map<string, Reading>();
  writes = 0;
  /** Called before each write; what it throws is what the store throws. */
  beforeWrite: () => void | Promise<void> = () => undefined;
  /** Called after the readings are in; what it throws is a response lost after the commit. */
  afterWrite: () => void | Promise<void> = () => undefined;
  refuse: (reading: Reading) => string | undefined = () => undefined;

  async write(readings: readonly Reading[]): Promise<readonly RefusedReading[]> {
    await this.beforeWrite();
    this.writes++;
    const refused: RefusedReading[] = [];
    for (const reading of readings) {
      const reason = this.refuse(reading);
      if (reason === undefined) this.readings.set(keyOf(reading), reading);
      else refused.push({ reading, reason });
    }
    await this.afterWrite();
    return refused;
  }
}

const keyOf = ({ tag, timeMs, timeNs }: Reading): string => `${tag} ${timeMs} ${timeNs}`;
