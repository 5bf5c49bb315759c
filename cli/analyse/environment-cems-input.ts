import type { PlantCalendar } from '../../model/calendar.ts';
import { PlantscopeError } from '../../model/error.ts';
import { minuteMs } from '../../model/window.ts';
import { type DataFlag, parseDataFlag } from '../../scenarios/environment/data-flag.ts';
import type { RawConcentration, RawStackReading } from '../../scenarios/environment/stack-sample.ts';
import { type CsvTable, numberCell, requireColumns } from '../io.ts';

const STATE_COLUMNS: ReadonlySet<string> = new Set([
  'time',
  'flag',
  'state',
  'o2',
  'temperature',
  'pressure',
  'atmosphere',
  'moisture',
  'velocity',
  'flow',
  'flow_std',
]);

/** Readings of a stack file with the pollutants found in its header. */
export interface StackFile {
  readonly readings: readonly RawStackReading[];
  readonly pollutants: readonly string[];
  readonly measuresNo2: boolean;
}

interface ConcentrationColumn {
  readonly column: string;
  readonly pollutant: string;
  readonly unit: RawConcentration['unit'];
}

/**
 * Reads the rows of a stack file; see docs/analyse-cems.md for its columns.
 * @throws PlantscopeError `csv-column-missing`, `cems-time`, `cems-flag`, `cems-order`, `cems-no-pollutant`
 */
export function readStackFile(
  table: CsvTable,
  path: string,
  calendar: PlantCalendar,
  rowMinutes: number | undefined,
): StackFile {
  requireColumns(table, ['time'], path);
  const columns = concentrationColumns(table);
  if (columns.length === 0) {
    throw new PlantscopeError('cems-no-pollutant', `${path} has no pollutant column`, {
      where: path,
      hint: 'Name at least one, such as so2, nox, pm (mg/m3) or so2_ppm.',
    });
  }
  const times = table.rows.map((row, i) => rowTime(row.time ?? '', calendar, `${path}:${i + 2}`));
  const durationMs = (rowMinutes ?? commonStepMinutes(times)) * minuteMs;
  const readings = table.rows.map((row, i) => ({
    ...reading(row, columns, `${path}:${i + 2}`),
    startMs: times[i] ?? 0,
    durationMs,
  }));
  assertOrdered(readings, path);
  const names = columns.map(({ pollutant }) => pollutant);
  const withNox = names.includes('no') && !names.includes('nox') ? [...names, 'nox'] : names;
  return { readings, pollutants: [...new Set(withNox)], measuresNo2: names.includes('no2') };
}

function concentrationColumns(table: CsvTable): ConcentrationColumn[] {
  return table.columns.flatMap((column): ConcentrationColumn[] => {
    if (STATE_COLUMNS.has(column) || column.endsWith('_flag')) return [];
    return column.endsWith('_ppm')
      ? [{ column, pollutant: column.slice(0, -4), unit: 'ppm' }]
      : [{ column, pollutant: column, unit: 'mg/m3' }];
  });
}

type Row = CsvTable['rows'][number];

function reading(
  row: Row,
  columns: readonly ConcentrationColumn[],
  where: string,
): Omit<RawStackReading, 'startMs' | 'durationMs'> {
  const state = (row.state ?? '').trim().toLowerCase();
  const flag = state === 'off' ? 'F' : (rowFlag(row.flag, where) ?? 'N');
  const concentrations: Record<string, RawConcentration> = {};
  const itemFlags: Record<string, DataFlag> = {};
  for (const { column, pollutant, unit } of columns) {
    const value = numberCell(row[column]);
    if (value !== undefined) concentrations[pollutant] = { value, unit };
    const own = rowFlag(row[`${pollutant}_flag`], where);
    if (own !== undefined) itemFlags[pollutant] = own;
  }
  // NOx made of NO and NO2 is only as good as both.
  const made = itemFlags.nox ?? [itemFlags.no, itemFlags.no2].find((f) => f !== undefined && f !== 'N');
  return {
    flag,
    concentrations,
    itemFlags: made === undefined ? itemFlags : { ...itemFlags, nox: made },
    oxygenPercent: numberCell(row.o2),
    temperatureC: numberCell(row.temperature),
    staticPressurePa: numberCell(row.pressure),
    atmosphericPressurePa: numberCell(row.atmosphere),
    moisturePercent: numberCell(row.moisture),
    velocityMPerS: numberCell(row.velocity),
    ductFlowM3PerH: numberCell(row.flow),
    standardFlowM3PerH: numberCell(row.flow_std),
    transient: state === 'start-up' || state === 'shut-down',
  };
}

function rowFlag(cell: string | undefined, where: string): DataFlag | undefined {
  if (cell === undefined || cell.trim() === '') return undefined;
  const flag = parseDataFlag(cell);
  if (flag !== undefined) return flag;
  throw new PlantscopeError('cems-flag', `"${cell}" is no data flag`, {
    where,
    hint: 'Flags are N normal, F stopped, M maintenance, S manual, D fault, C calibration, T over range, B communication.',
  });
}

function rowTime(cell: string, calendar: PlantCalendar, where: string): number {
  const time = calendar.parse(cell);
  if (time !== undefined) return time;
  throw new PlantscopeError('cems-time', `"${cell}" is no time`, {
    where,
    hint: 'Write 2026-03-01T08:00:00+08:00, or 2026-03-01 08:00 in the time zone of --time-zone.',
  });
}

function assertOrdered(readings: readonly RawStackReading[], path: string): void {
  const wrong = readings.findIndex(
    (r, i) => i > 0 && r.startMs < (readings[i - 1]?.startMs ?? 0) + r.durationMs,
  );
  if (wrong < 0) return;
  throw new PlantscopeError('cems-order', 'Rows overlap or are not in time order', {
    where: `${path}:${wrong + 2}`,
    hint: 'Sort the rows by time, remove repeats, or state the length of a row with --row-minutes.',
  });
}

/** The step that most rows keep, minutes; 60 where there is a single row. A row never reaches over an hour. */
function commonStepMinutes(times: readonly number[]): number {
  const counts = new Map<number, number>();
  for (let i = 1; i < times.length; i += 1) {
    const step = ((times[i] ?? 0) - (times[i - 1] ?? 0)) / minuteMs;
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  const [common] = [...counts].sort((a, b) => b[1] - a[1]);
  return Math.min(60, common?.[0] ?? 60);
}
