import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Command } from 'commander';
import { systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { Plant } from '../model/plant.ts';
import { readingPages } from '../store/copy.ts';
import { writeCsv } from '../store/exchange/csv-file.ts';
import { writeParquet } from '../store/exchange/parquet-file.ts';
import { URL_DEFAULT_TEXT } from './platform-request.ts';
import { type StoreCommandOptions, windowOf, withReadableStore } from './store-options.ts';

interface ExportOptions extends StoreCommandOptions {
  readonly from?: string;
  readonly to?: string;
  readonly tags?: string;
  readonly force?: boolean;
}

/** `plantscope export FILE`: readings as CSV or Parquet, by the file's ending; `plantscope import` takes them back. */
export function register(program: Command): void {
  program
    .command('export')
    .description('Write readings into a CSV or Parquet file (by its ending)')
    .argument('<file>', 'ends in .csv or .parquet')
    .option('--from <time>', 'ISO 8601, inclusive; without zone in plant time (default: the first reading)')
    .option('--to <time>', 'exclusive (default: the last reading)')
    .option('--tags <ids>', 'tags, separated by commas (default: all)')
    .option('--force', 'replace a file that is there')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .option('--url <url>', `platform that runs on the data folder (${URL_DEFAULT_TEXT})`)
    .action(exportReadings);
}

async function exportReadings(file: string, options: ExportOptions): Promise<void> {
  const write = writerOf(file);
  if (existsSync(file) && !options.force) {
    throw new PlantscopeError('file-exists', `${file} is there already`, {
      where: file,
      hint: 'Name another file, or add --force.',
    });
  }
  await withReadableStore(options, async (store, { plant }) => {
    const window = windowOf(options, plant.site.timeZone, systemClock.nowMs());
    const count = await whole(file, (part) =>
      write(part, readingPages(store, window, tagsOf(options.tags, plant))),
    );
    process.stderr.write(`${count} readings in ${file}\n`);
  });
}

/** The file appears once it is whole: one that was cut off must not be taken for all there is. */
async function whole(file: string, write: (part: string) => Promise<number>): Promise<number> {
  const part = `${file}.part`;
  try {
    const count = await write(part);
    await rename(part, file);
    return count;
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
}

function writerOf(file: string): typeof writeCsv {
  if (file.endsWith('.csv')) return writeCsv;
  if (file.endsWith('.parquet')) return writeParquet;
  throw new PlantscopeError('usage', `"${file}" ends in neither .csv nor .parquet`);
}

function tagsOf(text: string | undefined, { tagsById }: Plant): readonly string[] | undefined {
  const tags = text?.split(',').map((tag) => tag.trim());
  const unknown = tags?.find((tag) => !tagsById.has(tag));
  if (unknown === undefined) return tags;
  throw new PlantscopeError('usage', `The plant file has no tag "${unknown}"`);
}
