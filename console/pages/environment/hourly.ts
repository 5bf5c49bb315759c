import type { ResultAnswer } from '../../app/api.ts';
import { labelOf } from '../../app/language.ts';
import type { PlantView } from '../../app/plant-view.ts';

/** One hour of one pollutant of a stack, as the runner wrote it. */
export interface Hourly {
  readonly asset: string;
  readonly pollutant: string;
  readonly timeMs: number;
  readonly measured: number | undefined;
  readonly corrected: number | undefined;
  readonly limit: number | undefined;
  readonly completeness: number | undefined;
  readonly unit: string;
  readonly edition: string;
}

export function hourlyOf(row: ResultAnswer | undefined): Hourly | undefined {
  if (!row) return undefined;
  const { series, fields } = row;
  const number = (name: string): number | undefined => {
    const value = fields[name];
    return typeof value === 'number' ? value : undefined;
  };
  return {
    asset: series.asset ?? '',
    pollutant: series.pollutant ?? '',
    timeMs: Date.parse(row.time),
    measured: number('measured'),
    corrected: number('value'),
    limit: number('limit'),
    completeness: number('completeness'),
    unit: String(fields.unit ?? 'mg/m3'),
    edition: String(fields.edition ?? ''),
  };
}

/** The newest hour with a valid mean: the one that runs has none yet. */
export const lastWholeHour = (hours: readonly Hourly[]): Hourly | undefined =>
  hours.findLast((hour) => hour.corrected !== undefined);

export function pollutantLabel(view: PlantView, asset: string, pollutant: string): string {
  const tag = view.tag.get(`${asset}.${pollutant}`);
  return tag ? labelOf(tag.label) : pollutant;
}

/** Of its tag; a level of the outlet has the same. */
export const pollutantUnit = (view: PlantView, asset: string, pollutant: string): string =>
  view.tag.get(`${asset}.${pollutant}`)?.unit ?? '';
