import type { TimeWindow } from '../../model/window.ts';
import { type MeterSeries, meterSeries } from '../../scenarios/runner/energy/meter-intervals.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';

const MOST_ROWS = 2_000_000;

interface Asked {
  readonly span: TimeWindow;
  readonly carrier?: string | undefined;
  readonly asset?: string | undefined;
}

/** Rows of `energy_interval` of every register; where validation made an estimate, that stands in its place. */
export async function intervalRows(
  backend: Pick<Backend, 'store'>,
  { span, carrier, asset }: Asked,
): Promise<ResultRow[]> {
  const query = { span, where: { carrier, asset }, limit: MOST_ROWS };
  const [metered, made] = await Promise.all([
    readResults(backend, { measurement: 'energy_interval', ...query }),
    readResults(backend, { measurement: 'energy_vee', ...query }),
  ]);
  const rows = new Map(metered.map((row) => [keyOf(row), row]));
  for (const row of made) {
    // A person's word goes before an estimate.
    if (rows.get(keyOf(row))?.fields.method !== 'edited') rows.set(keyOf(row), row);
  }
  return [...rows.values()].sort((a, b) => a.timeMs - b.timeMs);
}

const keyOf = ({ series, timeMs }: ResultRow): string => `${series.asset} ${series.quantity} ${timeMs}`;

/** Name that the register of a virtual meter goes by. */
export const VIRTUAL = 'virtual';

/** The same shape for virtual meters. */
export async function virtualRows(backend: Backend, { span, carrier, asset }: Asked): Promise<ResultRow[]> {
  const virtual = backend.plant.energy?.virtualMeters ?? [];
  if (!virtual.some(({ id }) => asset === undefined || id === asset)) return [];
  const series = await meterSeries(backend.store, backend.plant, { span, carrier, meter: asset });
  return series.filter(({ isVirtual }) => isVirtual).flatMap(rowsOf);
}

function rowsOf({ id, carrier, unit, intervals }: MeterSeries): ResultRow[] {
  return intervals.map(({ startMs, value, completeness, method }) => ({
    measurement: 'energy_interval',
    series: { asset: id, carrier, quantity: VIRTUAL },
    timeMs: startMs,
    fields: { value: value ?? 0, unit, completeness, method, edition: 'none' },
  }));
}
