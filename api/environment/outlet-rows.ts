import type { Asset } from '../../model/plant.ts';
import type { TimeWindow } from '../../model/window.ts';
import { OUTLET_MEASUREMENTS } from '../../scenarios/runner/outlet-record.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';

/** Rows of a year of every outlet, pollutant and station of a plant. */
const ROWS_A_YEAR = 500_000;

export type Outlet = Asset & { readonly kind: keyof typeof OUTLET_MEASUREMENTS };

export const outletsOf = ({ plant }: Pick<Backend, 'plant'>): readonly Outlet[] =>
  plant.assets.flatMap((asset) => {
    const kind = asset.nature.name;
    return isOutletKind(kind) ? [{ ...asset, kind }] : [];
  });

const isOutletKind = (name: string): name is Outlet['kind'] => name in OUTLET_MEASUREMENTS;

export interface SeriesOfHours {
  readonly asset: string;
  readonly pollutant: string;
  readonly rows: readonly ResultRow[];
}

/** Rows of a measurement over a span, by ascending time. */
export const rowsOf = async (
  backend: Pick<Backend, 'store'>,
  measurement: string,
  span: TimeWindow,
  where: Readonly<Record<string, string | undefined>> = {},
): Promise<readonly ResultRow[]> => {
  const rows = await readResults(backend, { measurement, span, where, limit: ROWS_A_YEAR });
  return [...rows].sort((a, b) => a.timeMs - b.timeMs);
};

/** Hours of an outlet by pollutant. */
export async function outletHours(
  backend: Pick<Backend, 'store'>,
  outlet: Outlet,
  span: TimeWindow,
): Promise<SeriesOfHours[]> {
  return bySeries(await rowsOf(backend, OUTLET_MEASUREMENTS[outlet.kind], span, { asset: outlet.id }));
}

/** Rows by asset and pollutant, each by ascending time; a noise meter's rows name no pollutant. */
export function bySeries(rows: readonly ResultRow[]): SeriesOfHours[] {
  const groups = new Map<string, { asset: string; pollutant: string; rows: ResultRow[] }>();
  for (const row of rows) {
    const { asset = '', pollutant = 'noise' } = row.series;
    const key = JSON.stringify([asset, pollutant]);
    const group = groups.get(key) ?? { asset, pollutant, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].map((group) => ({
    ...group,
    rows: group.rows.sort((a, b) => a.timeMs - b.timeMs),
  }));
}
