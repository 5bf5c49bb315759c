import { parseDurationMs } from '../model/window.ts';
import type { PlantFile } from '../plant/schema.ts';

export interface Shift {
  readonly name: string;
  /** `HH:MM`, plant time; an end at or before the start is the next day's. */
  readonly start: string;
  readonly end: string;
  /** Monday = 1 to Sunday = 7: the days on which it starts. */
  readonly weekdays: readonly number[];
}

/** What a screen wants to know of the plant file beside the plant itself. */
export interface PlantLayout {
  /** By area id, and by `area/line`. */
  readonly names: ReadonlyMap<string, string>;
  readonly shifts: readonly Shift[];
  /** Sources that report a value only when it changes: silence of a healthy one means "unchanged". */
  readonly sourcesThatReportChanges: ReadonlySet<string>;
  /** By source, where the plant file says from which age its readings are stale, in seconds. */
  readonly staleAfterS?: ReadonlyMap<string, number>;
}

export const noLayout: PlantLayout = { names: new Map(), shifts: [], sourcesThatReportChanges: new Set() };

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export function layoutOf(file: PlantFile): PlantLayout {
  const sources = Object.entries(file.sources ?? {});
  return {
    names: new Map(
      file.areas.flatMap((area) => [
        [area.id, area.name ?? area.id] as const,
        ...area.lines.map((line) => [`${area.id}/${line.id}`, line.name ?? line.id] as const),
      ]),
    ),
    shifts: (file.shifts ?? []).map(({ name, start, end, days = dayNames }) => ({
      name,
      start,
      end,
      weekdays: days.map((day) => dayNames.indexOf(day) + 1),
    })),
    sourcesThatReportChanges: new Set(
      sources.filter(([, source]) => source.kind === 'opcua').map(([id]) => id),
    ),
    staleAfterS: new Map(
      sources.flatMap(([id, source]) => {
        const limitMs = 'staleAfter' in source ? parseDurationMs(source.staleAfter ?? '') : undefined;
        return limitMs === undefined ? [] : [[id, limitMs / 1000] as const];
      }),
    ),
  };
}
