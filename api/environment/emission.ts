import type { Asset, Plant } from '../../model/plant.ts';
import { hourMs, type TimeWindow } from '../../model/window.ts';
import { exceedanceEpisodes } from '../../scenarios/environment/exceedance.ts';
import { type PermitStanding, permitStanding } from '../../scenarios/environment/permit.ts';
import type { ResultRow } from '../../store/time-series-store.ts';

/** Hourly figures that hold a mass and a limit, by nature of the outlet. */
export const OUTLET_MEASUREMENTS = {
  'stack-monitor': 'stack_hourly',
  'wastewater-outlet': 'water_hourly',
} as const;

const permitProperties: Readonly<Record<string, string>> = {
  dust: 'permitDustT',
  so2: 'permitSo2T',
  nox: 'permitNoxT',
  cod: 'permitCodT',
  ammoniaNitrogen: 'permitAmmoniaT',
};

export const outletsOf = (plant: Plant): readonly Asset[] =>
  plant.assets.filter((asset) => asset.nature.name in OUTLET_MEASUREMENTS);

export const permitOf = (asset: Asset, pollutant: string): number | undefined => {
  const given = asset.properties[permitProperties[pollutant] ?? ''];
  return typeof given === 'number' ? given : undefined;
};

export interface SeriesOfHours {
  readonly asset: string;
  readonly pollutant: string;
  readonly rows: readonly ResultRow[];
}

/** Rows by asset and pollutant, each by ascending time. */
export function bySeries(rows: readonly ResultRow[]): SeriesOfHours[] {
  const groups = new Map<string, ResultRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.series.asset, row.series.pollutant ?? 'noise']);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups].map(([key, own]) => {
    const [asset, pollutant] = JSON.parse(key) as [string, string];
    return { asset, pollutant, rows: own.sort((a, b) => a.timeMs - b.timeMs) };
  });
}

/** Episodes of one series. Only valid hours with a limit are judged. @param field that holds the hour's value */
export function episodesOf({ asset, pollutant, rows }: SeriesOfHours, field: string) {
  const intervals = rows.flatMap(({ timeMs, fields }) => {
    const value = fields[field];
    if (typeof fields.limit !== 'number') return [];
    const isValid = typeof value === 'number' && fields.status !== 'invalid';
    return [
      {
        ...{ startMs: timeMs, endMs: timeMs + hourMs, limit: fields.limit },
        value: isValid ? value : undefined,
      },
    ];
  });
  return exceedanceEpisodes(intervals).map((episode) => ({ asset, pollutant, ...episode }));
}

/** Mass and coverage of one series over a span. */
export function totalOf({ asset, pollutant, rows }: SeriesOfHours, span: TimeWindow) {
  const measured = rows.filter(({ fields }) => typeof fields.massKg === 'number');
  const valid = rows.filter(({ fields }) => fields.status !== 'invalid');
  const hours = (span.endMs - span.startMs) / hourMs;
  return {
    asset,
    pollutant,
    massKg: measured.reduce((sum, { fields }) => sum + Number(fields.massKg), 0),
    measuredHours: measured.length,
    validHours: valid.length,
    captureRate: hours > 0 ? Math.min(1, valid.length / hours) : 0,
  };
}

/** Standing of one series against its permitted total of the year; undefined without a permit. */
export function standingOf(
  series: SeriesOfHours,
  permitT: number | undefined,
  year: TimeWindow,
  nowMs: number,
): (PermitStanding & { readonly asset: string; readonly pollutant: string }) | undefined {
  if (permitT === undefined) return undefined;
  const { massKg, measuredHours } = totalOf(series, year);
  const standing = permitStanding({
    ...{ permitT, nowMs, period: year, emittedT: massKg / 1000, coveredMs: measuredHours * hourMs },
  });
  return { asset: series.asset, pollutant: series.pollutant, ...standing };
}
