import type { Command } from 'commander';
import { StreamDetector } from '../../scenarios/equipment/stream/stream-detector.ts';
import { numberCell, printCsv, readCsv, requireColumns } from '../io.ts';
import { wholeNumber } from './equipment-waveform.ts';

interface StreamFlags {
  readonly value: string;
  readonly probation?: number;
}

export function registerStream(analyse: Command): void {
  analyse
    .command('stream')
    .description('Score one stream row by row, from its past alone')
    .argument('<file>', 'CSV file with a header')
    .requiredOption('--value <col>', 'value column')
    .option('--probation <n>', 'first rows that score 0', wholeNumber('--probation', 0))
    .action((file: string, flags: StreamFlags) => {
      const table = readCsv(file);
      requireColumns(table, [flags.value], file);
      const detector = new StreamDetector();
      const rows = table.rows.map((row, index) => {
        const score = detector.push(numberCell(row[flags.value]));
        return [index, (index < (flags.probation ?? 0) ? 0 : score).toFixed(6)];
      });
      printCsv(['row', 'score'], rows);
    });
}
