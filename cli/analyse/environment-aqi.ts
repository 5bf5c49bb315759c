import { type Command, Option } from 'commander';
import { airQualityIndex } from '../../scenarios/environment/aqi.ts';
import type { AqiEdition, AqiItem, AqiPeriod } from '../../scenarios/environment/aqi-tables.ts';
import { type CsvTable, numberCell, printCsv, readCsv, requireColumns } from '../io.ts';

const POLLUTANT_COLUMNS = ['so2', 'no2', 'co', 'o3', 'pm10', 'pm25'] as const;

/** Cells that are named one by one. */
const MOST_SHOWN = 10;

const DETAILS = `
FILE.csv has the columns id,so2,no2,co,o3,pm10,pm25 and, for daily values, o3_8h: CO in mg/m3, the rest in ug/m3,
a blank cell is a missing value, and so is one that is no number from 0 on (named on standard error). In hourly files
o3 is the 1 h mean and o3_8h is not used. In daily files o3_8h is the day's highest 8 h mean and o3 its highest 1 h mean (counted by the 2012 edition only); without an o3_8h column, o3 is
read as the 8 h mean.
Prints CSV id,aqi,category,primary. aqi is NA where the edition gives no index: nothing measured, or (2026) an item
missing and the index not above 100. primary names the columns that share the highest index, joined by ";".`;

interface AqiOptions {
  readonly edition: AqiEdition;
  readonly period: AqiPeriod;
}

/** `plantscope analyse aqi FILE.csv --edition E --period P` */
export function register(analyse: Command): void {
  analyse
    .command('aqi')
    .description('Air quality index, category and primary pollutants of each row (HJ 633)')
    .argument('<file>', 'CSV file, - for standard input')
    .addOption(
      new Option('--edition <edition>', 'edition of HJ 633')
        .choices(['HJ633-2012', 'HJ633-2026'])
        .default('HJ633-2026'),
    )
    .addOption(
      new Option('--period <period>', 'averaging period of the values')
        .choices(['hourly', 'daily'])
        .default('hourly'),
    )
    .addHelpText('after', DETAILS)
    .action((file: string, options: AqiOptions) => run(file, options));
}

function run(file: string, { edition, period }: AqiOptions): void {
  const table = readCsv(file);
  requireColumns(table, ['id', ...POLLUTANT_COLUMNS], file);
  const columns = itemColumns(table, period);
  const strange: string[] = [];
  const rows = table.rows.map((row) => {
    const concentrations: Partial<Record<AqiItem, number>> = {};
    for (const [column, item] of columns) {
      const value = numberCell(row[column]);
      if (value !== undefined && value >= 0) concentrations[item] = value;
      else if (row[column]?.trim()) strange.push(`${row.id} ${column} "${row[column]}"`);
    }
    const result = airQualityIndex(edition, period, concentrations);
    const primary = columns.filter(([, item]) => result.primary.includes(item)).map(([column]) => column);
    return [row.id, result.aqi ?? 'NA', result.level?.category, primary.join(';')];
  });
  printCsv(['id', 'aqi', 'category', 'primary'], rows);
  if (strange.length > 0) process.stderr.write(strangeCells(strange));
}

function strangeCells(cells: readonly string[]): string {
  const shown = cells.slice(0, MOST_SHOWN).join(', ');
  const more = cells.length > MOST_SHOWN ? ` and ${cells.length - MOST_SHOWN} more` : '';
  return `No concentration, counted as missing: ${shown}${more}\n`;
}

/** The file's pollutant columns, in its own order, with the item that each holds. */
function itemColumns(table: CsvTable, period: AqiPeriod): readonly (readonly [string, AqiItem])[] {
  const ozoneIsEightHour = period === 'daily' && !table.columns.includes('o3_8h');
  const items: Readonly<Record<string, AqiItem>> = {
    ...Object.fromEntries(POLLUTANT_COLUMNS.map((name) => [name, name])),
    o3: ozoneIsEightHour ? 'o3_8h' : 'o3',
    o3_8h: 'o3_8h',
  };
  return table.columns.flatMap((column) => {
    const item = items[column];
    return item === undefined ? [] : [[column, item] as const];
  });
}
