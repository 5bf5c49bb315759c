import { type Command, InvalidArgumentError } from 'commander';
import { PlantscopeError } from '../../model/error.ts';
import { monitorRows, trainMonitor } from '../../scenarios/environment/pems.ts';
import { type CsvTable, numberCell, printCsv, readCsv, requireColumns } from '../io.ts';

/**
 * Never inputs, unless asked for with --inputs. CO and NOX are both emissions: where the one is not measured, the other
 * is seldom either. AFDP, the air filter's pressure drop, wanders with fouling and washing over months and does not enter
 * the combustion: a model that leans on it ages faster.
 */
const NOT_INPUTS: ReadonlySet<string> = new Set(['CO', 'NOX', 'AFDP']);
const LEAST_TRAINING_ROWS = 200;

const DETAILS = `
FILE.csv holds one row an hour in time order: numeric input columns and the target. The first N rows train; every later
row is predicted. Rows count from 1, without the header. Target values after row N are used only in --reference-rows (a
reference campaign, say 2001-2168): they correct rows after the campaign's last one; the drift alarm sees them at once.
Inputs are all columns but the target, CO, NOX and AFDP; choose others with --inputs.
Prints CSV row,predicted,low,high,drift: a 90 % interval, and drift 1 while the estimated error is 1.5 times what training
promised or more. A row with a missing input prints blanks.`;

interface PemsOptions {
  readonly trainRows: number;
  readonly target: string;
  readonly referenceRows: readonly RowRange[];
  readonly inputs?: readonly string[];
}

/** Rows counted from 1, both ends included. */
interface RowRange {
  readonly first: number;
  readonly last: number;
}

/** `plantscope analyse pems FILE.csv --train-rows N --target NOX [--reference-rows A-B,...]` */
export function register(analyse: Command): void {
  analyse
    .command('pems')
    .description('Predictive emission monitor: prediction, 90 % interval and drift alarm')
    .argument('<file>', 'CSV file, - for standard input')
    .requiredOption('--train-rows <n>', 'rows that train, from the first', wholeNumber)
    .option('--target <column>', 'column to predict', 'NOX')
    .option('--reference-rows <ranges>', 'rows with reference values, as A-B,C-D', rowRanges, [])
    .option('--inputs <columns>', 'input columns, joined by commas', (text: string) => text.split(','))
    .addHelpText('after', DETAILS)
    .action((file: string, options: PemsOptions) => run(file, options));
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Not a whole number.');
  return Number(text);
}

function rowRanges(text: string): RowRange[] {
  return text.split(',').map((part) => {
    const match = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || first < 1 || last < first)
      throw new InvalidArgumentError(`"${part}" is no range A-B.`);
    return { first, last };
  });
}

function run(file: string, options: PemsOptions): void {
  const table = readCsv(file);
  const inputs = inputColumns(table, options);
  requireColumns(table, [...inputs, options.target], file);
  if (options.trainRows < LEAST_TRAINING_ROWS || options.trainRows > table.rows.length) {
    throw new PlantscopeError('pems-train-rows', `--train-rows ${options.trainRows} does not fit ${file}`, {
      where: file,
      hint: `The file has ${table.rows.length} rows; training takes at least ${LEAST_TRAINING_ROWS} of them.`,
    });
  }
  const parsed = table.rows.map((row) => parseRow(row, inputs, options.target));
  const training = parsed.slice(0, options.trainRows).filter(isComplete);
  if (training.length < LEAST_TRAINING_ROWS) {
    throw new PlantscopeError('pems-train-rows', `Only ${training.length} training rows are complete`, {
      where: file,
    });
  }
  const monitor = trainMonitor(
    inputs.map((_, j) => Float64Array.from(training, ({ values }) => values[j] ?? 0)),
    Float64Array.from(training, ({ target }) => target),
  );
  const later = parsed
    .slice(options.trainRows)
    .map((row, i) => ({ ...row, number: options.trainRows + i + 1 }));
  const usable = later.filter((row) => row.values.every((value) => value !== undefined));
  const isReference = (row: number) =>
    options.referenceRows.some(({ first, last }) => row >= first && row <= last);
  const predictions = monitorRows(
    monitor,
    usable.map(({ values, target, number }) => ({
      inputs: values.map((value) => value ?? 0),
      reference: isReference(number) ? target : undefined,
    })),
  );
  printPredictions(later, usable, [...predictions]);
}

interface ParsedRow {
  readonly values: readonly (number | undefined)[];
  readonly target: number | undefined;
}

function parseRow(row: CsvTable['rows'][number], inputs: readonly string[], target: string): ParsedRow {
  return { values: inputs.map((name) => numberCell(row[name])), target: numberCell(row[target]) };
}

function isComplete(row: ParsedRow): row is { values: readonly number[]; target: number } {
  return row.target !== undefined && row.values.every((value) => value !== undefined);
}

function inputColumns(table: CsvTable, { inputs, target }: PemsOptions): readonly string[] {
  return inputs ?? table.columns.filter((name) => name !== target && !NOT_INPUTS.has(name));
}

function printPredictions(
  later: readonly { readonly number: number }[],
  usable: readonly { readonly number: number }[],
  predictions: readonly { predicted: number; low: number; high: number; drift: boolean }[],
): void {
  const byRow = new Map(usable.map(({ number }, i) => [number, predictions[i]]));
  const rows = later.map(({ number }) => {
    const p = byRow.get(number);
    if (p === undefined) return [number, '', '', '', ''];
    return [number, ...[p.predicted, p.low, p.high].map((value) => value.toFixed(4)), p.drift ? 1 : 0];
  });
  printCsv(['row', 'predicted', 'low', 'high', 'drift'], rows);
}
