import type { Command } from 'commander';
import { Touched } from '../ingest/touched.ts';
import { systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { Plant } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import type { LoadedPlant } from '../plant/load.ts';
import type { DirtyWindows } from '../store/dirty-windows.ts';
import { readCsv } from '../store/exchange/csv-file.ts';
import { readParquet } from '../store/exchange/parquet-file.ts';
import { type LocalState, openLocalState } from '../store/local-state.ts';
import type { RefusedReading, TimeSeriesStore } from '../store/time-series-store.ts';
import { marksOfAll } from './services/entered-readings.ts';
import { type StoreCommandOptions, withPlantStore } from './store-options.ts';

const PAGE = 10_000;
/** Printed one by one; the rest is counted. */
const REFUSALS_SHOWN = 20;

/** `plantscope import FILE`: readings that `plantscope export` wrote. Importing twice is importing once. */
export function register(program: Command): void {
  program
    .command('import')
    .description(
      'Read an exported CSV or Parquet file into the store; figures made of its times are made anew',
    )
    .argument('<file>', 'ends in .csv or .parquet')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .action(importReadings);
}

async function importReadings(file: string, options: StoreCommandOptions): Promise<void> {
  await withPlantStore(options, async (store, loaded) => {
    const state = openLocalState(options.data, { clock: systemClock });
    try {
      await importPages(pagesOf(file, loaded.plant), {
        store,
        plant: loaded.plant,
        marks: marksFor(loaded, state),
      });
    } finally {
      await state.close();
    }
  });
}

async function importPages(
  pages: AsyncIterable<readonly Reading[]>,
  { store, plant, marks }: { store: TimeSeriesStore; plant: Plant; marks: Pick<DirtyWindows, 'mark'> },
): Promise<void> {
  let count = 0;
  const refused: RefusedReading[] = [];
  for await (const page of pages) {
    const [known, unknown] = split(page, plant);
    refused.push(...unknown, ...(await store.write(known)));
    // The figures made of these times are made anew when the platform runs.
    await marks.mark(new Touched(known).slots());
    count += page.length;
  }
  report(count, refused);
}

/** Where the parts run apart, each scenario's service has marks of its own. */
const marksFor = ({ file }: LoadedPlant, state: LocalState): Pick<DirtyWindows, 'mark'> =>
  file.broker?.kind === 'external' ? marksOfAll(state) : state.dirtyWindows;

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
