import type { ResultRow } from '../../../store/time-series-store.ts';
import type { MeterSeries } from './meter-intervals.ts';
import { rounded } from './rounded.ts';

/** Rows of `energy_virtual`: the quarters of a virtual meter. */
export const virtualRows = ({ id, carrier, unit, intervals }: MeterSeries): ResultRow[] =>
  intervals.flatMap(({ startMs, value, completeness, method }) =>
    value === undefined
      ? []
      : [
          {
            measurement: 'energy_virtual',
            series: { asset: id, carrier },
            timeMs: startMs,
            fields: rounded({ value, unit, completeness, method, edition: 'none' }),
          },
        ],
  );
