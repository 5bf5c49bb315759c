import type { Command } from 'commander';
import { PlantscopeError } from '../../model/error.ts';
import { trainLevelModel } from '../../scenarios/equipment/anomaly/level-model.ts';
import { LevelScorer } from '../../scenarios/equipment/anomaly/level-scorer.ts';
import { numberCell, printCsv, readCsv, requireColumns } from '../io.ts';
import { wholeNumber } from './equipment-waveform.ts';

interface AnomalyFlags {
  readonly time: string;
  readonly columns: string;
  readonly trainRows: number;
  readonly delimiter: string;
}

export function registerAnomaly(analyse: Command): void {
  analyse
    .command('anomaly')
    .description('Train on the first rows of a sensor table and score the rest')
    .argument('<file>', 'CSV file with a header')
    .requiredOption('--time <col>', 'time column')
    .requiredOption('--columns <a,b>', 'sensor columns, comma separated')
    .requiredOption(
      '--train-rows <n>',
      'healthy rows at the start of the file',
      wholeNumber('--train-rows', 1),
    )
    .option('--delimiter <c>', 'column delimiter', ',')
    .action((file: string, flags: AnomalyFlags) => {
      const names = flags.columns.split(',').map((name) => name.trim());
      const table = readCsv(file, flags.delimiter);
      requireColumns(table, [flags.time, ...names], file);
      const rows = table.rows.map((row) => names.map((name) => numberCell(row[name])));
      printCsv(['row', 'score', 'anomaly'], scoredRows(names, rows, flags.trainRows, file));
    });
}

/** One line a row, numbered from 0 in file order; training rows have a blank score. */
function* scoredRows(
  names: readonly string[],
  rows: readonly (number | undefined)[][],
  trainRows: number,
  file: string,
): Generator<readonly unknown[]> {
  if (trainRows > rows.length)
    throw new PlantscopeError(
      'training-too-long',
      `--train-rows ${trainRows}, but the file has ${rows.length}`,
      {
        where: file,
      },
    );
  const scorer = new LevelScorer(trainLevelModel(names, rows.slice(0, trainRows)));
  for (const [index, row] of rows.entries()) {
    const { score, anomaly } = scorer.push(row);
    yield index < trainRows ? [index, undefined, 0] : [index, score.toFixed(4), anomaly ? 1 : 0];
  }
}
