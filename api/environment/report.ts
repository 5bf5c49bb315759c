import type { TimeWindow } from '../../model/window.ts';
import type { Backend } from '../ports.ts';
import { iso } from '../query/answer.ts';
import { dailyAqi, noiseDays } from './air.ts';
import { periodsOf, permitStandings, validityOf } from './emission.ts';
import { episodesOver } from './exceedance-routes.ts';

export type ReportKind = 'month' | 'year';

/** Everything of a monthly or yearly emission report, as tables. */
export interface EmissionReport {
  readonly site: string;
  readonly period: string;
  readonly timeZone: string;
  readonly written: string;
  /** The period has not ended: figures so far. */
  readonly isRunning: boolean;
  readonly tables: readonly ReportTable[];
}

export type ReportRow = Readonly<Record<string, string | number | boolean>>;

export interface ReportTable {
  readonly name: string;
  readonly note: string;
  readonly rows: readonly ReportRow[];
}

/** @param window the local month or year */
export async function emissionReport(
  backend: Backend,
  kind: ReportKind,
  window: TimeWindow,
): Promise<EmissionReport> {
  const nowMs = backend.clock.nowMs();
  const span = { startMs: window.startMs, endMs: Math.min(window.endMs, nowMs) };
  const inner = kind === 'month' ? 'day' : 'month';
  const [whole, parts, validity, episodes, permits, air, noise] = await Promise.all([
    periodsOf(backend, kind, span),
    periodsOf(backend, inner, span),
    validityOf(backend, span),
    episodesOver(backend, span),
    permitStandings(backend),
    dailyAqi(backend, span),
    noiseDays(backend, span),
  ]);
  const nameOf = (asset: string): string => backend.plant.assetsById.get(asset)?.name ?? asset;
  const named = <Row extends { readonly asset: string }>(rows: readonly Row[]) =>
    rows.map(({ asset, ...rest }) => ({ outlet: nameOf(asset), ...rest }));
  return {
    ...{ site: backend.plant.site.name, timeZone: backend.plant.site.timeZone, written: iso(nowMs) },
    period: backend.calendar.dayKey(window.startMs).slice(0, kind === 'month' ? 7 : 4),
    isRunning: window.endMs > nowMs,
    tables: [
      table(
        'Emission',
        'Masses in kg from measured concentrations; substituted hours by HJ 75 and HJ 356.',
        named(whole),
      ),
      table(inner === 'day' ? 'Days' : 'Months', 'Means of valid hours.', named(parts)),
      table('Validity', 'Valid hours to operating hours; a month below 90 % is flagged.', named(validity)),
      table(
        'Exceedances',
        'Hourly means above the limit; multiple is (C - C0) / C0.',
        episodeRows(episodes, nameOf),
      ),
      table('Permits', 'The running year and month, at the time of writing.', named(permits)),
      table(
        'Air quality',
        'Daily index, HJ 633; day limits of GB 3095 in force, class II.',
        named(air.filter(({ inForce }) => inForce)),
      ),
      table('Noise', 'GB 12348-2008, dB(A).', named(noise)),
    ].filter(({ rows }) => rows.length > 0),
  };
}

const table = (name: string, note: string, rows: readonly object[]): ReportTable => ({
  ...{ name, note },
  rows: rows.map(
    (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as ReportRow,
  ),
});

const episodeRows = (episodes: Awaited<ReturnType<typeof episodesOver>>, nameOf: (asset: string) => string) =>
  episodes.map(({ asset, pollutant, startMs, endMs, intervals, peak, limit, multiple }) => ({
    ...{ outlet: nameOf(asset), pollutant, start: iso(startMs), end: iso(endMs), hours: intervals },
    ...{ peak, limit, multiple },
  }));
