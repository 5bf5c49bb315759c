import fc from 'fast-check';
import type { Reading } from '../../../model/reading.ts';
import { listOf, type ReadingColumns } from '../../../model/reading-columns.ts';
import { statusCodes } from '../../../model/status.ts';
import { hourMs } from '../../../model/window.ts';
import type { RefusedReading, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { energy, power, reading } from '../plant-tags.ts';
import { startMs } from './figures.ts';

/** Any batches over few identities, so that duplicates and delays are the rule. */
export const deliveries = fc.array(
  fc.record({
    readings: fc.array(
      fc
        .record({
          tag: fc.constantFrom(power, energy),
          step: fc.integer({ min: 0, max: 6 }),
          timeNs: fc.constantFrom(0, 1),
          value: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(null)),
          origin: fc.constantFrom('live' as const, 'history' as const),
        })
        .map(({ tag, step, timeNs, value, origin }) =>
          reading(tag, startMs + step * 9 * hourMs, value, {
            timeNs,
            origin,
            status: value === null ? statusCodes.badNoCommunication : statusCodes.good,
          }),
        ),
      { minLength: 1, maxLength: 12 },
    ),
    /** As columns: then its readings are made what columns can be. */
    asColumns: fc.boolean(),
    restart: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

/** Good live numbers of the same tags and milliseconds. */
export function columnsOf(readings: readonly Reading[]): ReadingColumns {
  return {
    tags: readings.map(({ tag }) => tag),
    timesMs: readings.map(({ timeMs }) => timeMs),
    values: readings.map(({ value }) => Number(value)),
  };
}

/** As whoever has columns writes them. */
export function writeColumns(
  store: TimeSeriesStore,
  columns: ReadingColumns,
): Promise<readonly RefusedReading[]> {
  return store.writeColumns?.(columns) ?? store.write(listOf(columns));
}
