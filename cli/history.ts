import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { Intake } from '../gateway/intake.ts';
import { openSpool } from '../gateway/lmdb-spool.ts';
import { ReplaySource } from '../gateway/replay/replay-source.ts';
import type { SourceSink } from '../gateway/source.ts';
import { lanes, type Spool } from '../gateway/spool.ts';
import type { Ingest } from '../ingest/ingest.ts';
import { createIngest } from '../ingest/pipeline.ts';
import { PlantCalendar } from '../model/calendar.ts';
import { systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { Plant, Tag } from '../model/plant.ts';
import { areConvertible } from '../model/unit.ts';
import { loadPlant } from '../plant/load.ts';
import type { ReplaySourceFile } from '../plant/source-schema.ts';
import { openLocalState } from '../store/local-state.ts';
import { printJson, readCsvHeader } from './io.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { openPlantStore, type StoreCommandOptions } from './store-options.ts';

const BATCHES_AT_ONCE = 32;

interface ImportOptions extends StoreCommandOptions {
  readonly map: readonly string[];
  readonly time: string;
  readonly timeFormat?: string;
  readonly interval?: string;
  readonly stamp?: 'start' | 'end' | 'end-same-day';
  readonly accumulate?: readonly string[];
  readonly delimiter?: string;
}

/** `plantscope history import FILE.csv`: years of old readings, through the gateway's spool and ingest into the store. */
export function register(program: Command): void {
  program
    .command('history')
    .description('Old readings of another system')
    .command('import')
    .description('Read a CSV with a time column and a column a tag; importing twice is importing once')
    .argument('<file>', 'CSV with a header; a column named as a tag (asset.quantity) is that tag')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .option('--map <mapping...>', 'column=tag or column=tag:unit, for other names and units', [])
    .option('--time <column>', 'column of the time', 'time')
    .option('--time-format <pattern>', 'such as dd/MM/yyyy HH:mm; default ISO 8601; without zone plant time')
    .option('--interval <duration>', 'length of the interval a row stands for, such as 15m')
    .option('--stamp <what>', 'what a row marks: start, end or end-same-day')
    .option(
      '--accumulate <column...>',
      'columns with the amount of an interval, to be summed up into a register',
    )
    .option('--delimiter <character>', 'between columns', ',')
    .action(importHistory);
}

async function importHistory(file: string, options: ImportOptions): Promise<void> {
  const loaded = loadPlant(options.config);
  const tags = columnTags(loaded.plant, readCsvHeader(file, options.delimiter), options);
  const folder = openDataFolder(options.data);
  const store = await openPlantStore(options, loaded);
  const state = openLocalState(folder.root, { clock: systemClock });
  const gateway = `${loaded.file.gateway?.id ?? loaded.plant.site.id}-import`;
  const spool = openSpool({ dir: join(folder.root, 'import-spool'), gateway, clock: systemClock });
  const { plant } = loaded;
  const common = { plant, quarantine: state.quarantine, clock: systemClock };
  const ingest = createIngest({ ...common, store, dirty: state.dirtyWindows });
  try {
    const source = new ReplaySource({
      ...{ id: 'history-import', tags, file: resolve(file), clock: systemClock },
      config: replayConfig(file, options),
      calendar: new PlantCalendar(plant.site.timeZone),
    });
    // What an import that was cut off had left.
    await drain(spool, ingest);
    await source.start(sinkInto(new Intake({ ...common, spool }), spool, ingest));
    await source.finished();
    report(source, ingest, file);
  } finally {
    await ingest.close();
    await spool.close();
    await state.close();
    await store.close();
  }
}

/** The tags that have a column, as the recording holds them: address = column, unit as given, no transformer ratio. */
function columnTags(plant: Plant, columns: readonly string[], options: ImportOptions): Tag[] {
  const mapped = options.map.map((text) => mappedColumn(text, plant, columns));
  const named = columns
    .filter((column) => !mapped.some(({ address }) => address === column))
    .flatMap((column) => plant.tagsById.get(column) ?? [])
    .map((tag) => ({ ...tag, address: tag.id, sourceUnit: tag.unit, multiplier: 1 }));
  const tags = [...mapped, ...named];
  if (!columns.includes(options.time)) {
    throw new PlantscopeError('csv-column-missing', `There is no column "${options.time}" with the time`, {
      hint: `Name it with --time. The columns are: ${columns.join(', ')}`,
    });
  }
  if (tags.length > 0) return tags;
  throw new PlantscopeError('csv-column-missing', 'No column of the file is a tag of the plant', {
    hint: `Name the columns asset.quantity, or tell with --map column=tag. The columns are: ${columns.join(', ')}`,
  });
}

function mappedColumn(text: string, plant: Plant, columns: readonly string[]): Tag {
  const [, column = '', id = '', unit] = /^(.+)=([^=:]+)(?::(.+))?$/.exec(text) ?? [];
  const tag = plant.tagsById.get(id);
  if (!tag || !columns.includes(column)) {
    throw new PlantscopeError('usage', `--map ${text}: there is no such ${tag ? 'column' : 'tag'}`, {
      hint: 'Expected column=asset.quantity or column=asset.quantity:unit, both of which exist.',
    });
  }
  if (unit !== undefined && !areConvertible(unit, tag.unit))
    throw new PlantscopeError(
      'unit-mismatch',
      `--map ${text}: "${unit}" does not convert into "${tag.unit}"`,
    );
  return { ...tag, address: column, sourceUnit: unit ?? tag.unit, multiplier: 1 };
}

function replayConfig(file: string, options: ImportOptions): ReplaySourceFile {
  const { time, timeFormat, interval, stamp, accumulate, delimiter } = options;
  if (accumulate !== undefined && interval === undefined)
    throw new PlantscopeError('usage', '--accumulate needs --interval, the time each row stands for');
  return {
    ...{ kind: 'replay', file },
    time: {
      column: time,
      ...(timeFormat !== undefined && { format: timeFormat }),
      ...(interval !== undefined && { interval }),
      ...(stamp !== undefined && { stamp }),
    },
    ...(accumulate !== undefined && { accumulate: [...accumulate] }),
    ...(delimiter !== undefined && { delimiter }),
  };
}

/** The gateway's way in, emptied into ingest after each batch of rows, so that neither memory nor disk fills up. */
function sinkInto(intake: Intake, spool: Spool, ingest: Ingest): SourceSink {
  return {
    accept: async (readings) => {
      await intake.accept(readings);
      await drain(spool, ingest);
    },
    refuse: (refusals) => intake.refuse(refusals),
    newestTimeMs: (tag) => intake.newestTimeMs(tag),
  };
}

async function drain(spool: Spool, ingest: Ingest): Promise<void> {
  for (const lane of lanes) {
    // Confirmed batches leave the disk a little later, so they are not read from the start again.
    for (let from = 1; ; ) {
      const batches = spool.read(lane, from, BATCHES_AT_ONCE);
      const last = batches.at(-1);
      if (last === undefined) break;
      from = last.sequence + 1;
      await Promise.all(batches.map(({ payload }) => ingest.batch(spool.gateway, payload)));
      spool.confirm(batches.map(({ sequence }) => sequence));
    }
  }
}

function report(source: ReplaySource, ingest: Ingest, file: string): void {
  const { counters, lastError } = source.health();
  if (lastError !== undefined)
    throw new PlantscopeError('csv-malformed', `${file}: ${lastError.message}`, {
      where: file,
      hint: lastError.remedy,
    });
  const { stored = 0, refused = 0 } = ingest.health().counters;
  const { rows, readings, refused: unreadable = 0 } = counters;
  printJson({ rows, readings, stored, refused: refused + unreadable });
  if (refused + unreadable > 0)
    process.stderr.write('What was refused is in the quarantine, each with its reason.\n');
}
