import type { TimeWindow } from '../../model/window.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend } from '../ports.ts';
import type { ResultAnswer } from '../schemas/results.ts';

export interface ResultsRequest {
  readonly measurement: string;
  readonly span: TimeWindow;
  /** Undefined values don't restrict. */
  readonly where?: Readonly<Record<string, string | undefined>>;
  readonly limit?: number | undefined;
}

const DEFAULT_LIMIT = 50_000;

/** Rows that later readings withdrew are left out. */
export async function readResults(
  { store }: Pick<Backend, 'store'>,
  { measurement, span, where = {}, limit = DEFAULT_LIMIT }: ResultsRequest,
): Promise<readonly ResultRow[]> {
  const wanted = Object.entries(where).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
  const rows = await store.results({ measurement, ...span, where: Object.fromEntries(wanted), limit });
  return rows.filter(({ fields }) => fields.withdrawn !== true);
}

export const presentResult = ({ timeMs, series, fields }: ResultRow): ResultAnswer => ({
  time: new Date(timeMs).toISOString(),
  series: { ...series },
  fields: { ...fields },
});
