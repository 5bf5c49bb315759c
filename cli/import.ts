import type { Command } from 'commander';
import { PlantscopeError } from '../model/error.ts';
import type { Plant } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import { readCsv } from '../store/exchange/csv-file.ts';
import { readParquet } from '../store/exchange/parquet-file.ts';
import type { RefusedReading } from '../store/time-series-store.ts';
import { type StoreCommandOptions, withPlantStore } from './store-options.ts';

const PAGE = 10_000;
/** Printed one by one; the rest is counted. */
const REFUSALS_SHOWN = 20;

/** `plantscope import FILE`: readings that `plantscope export` wrote. Importing twice is importing once. */
export function register(program: Command): void {
  program
    .command('import')
    .description('Read an exported CSV or Parquet file into the store')
    .argument('<file>', 'ends in .csv or .parquet')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .action(importReadings);
}

async function importReadings(file: string, options: StoreCommandOptions): Promise<void> {
  await withPlantStore(options, async (store, { plant }) => {
    let count = 0;
    const refused: RefusedReading[] = [];
    for await (const page of pagesOf(file, plant)) {
      const [known, unknown] = split(page, plant);
      refused.push(...unknown, ...(await store.write(known)));
      count += page.length;
    }
    report(count, refused);
  });
}

function pagesOf(file: string, { tagsById }: Plant): AsyncIterable<readonly Reading[]> {
  if (file.endsWith('.csv')) return readCsv(file, (tag) => tagsById.get(tag)?.definition.kind, PAGE);
  if (file.endsWith('.parquet')) return readParquet(file);
  throw new PlantscopeError('usage', `"${file}" ends in neither .csv nor .parquet`);
}

function split(page: readonly Reading[], { tagsById }: Plant): [Reading[], RefusedReading[]] {
  const known: Reading[] = [];
  const unknown: RefusedReading[] = [];
  for (const reading of page) {
    if (tagsById.has(reading.tag)) known.push(reading);
    else unknown.push({ reading, reason: 'the plant file has no such tag' });
  }
  return [known, unknown];
}

function report(count: number, refused: readonly RefusedReading[]): void {
  process.stderr.write(`${count - refused.length} readings stored, ${refused.length} refused\n`);
  for (const { reading, reason } of refused.slice(0, REFUSALS_SHOWN)) {
    process.stderr.write(`  ${reading.tag} ${new Date(reading.timeMs).toISOString()}: ${reason}\n`);
  }
}
