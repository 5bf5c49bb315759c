import { resolve } from 'node:path';
import type { Command } from 'commander';
import { ReplaySource } from '../gateway/replay/replay-source.ts';
import { PlantCalendar } from '../model/calendar.ts';
import { systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { Plant, Tag } from '../model/plant.ts';
import { areConvertible } from '../model/unit.ts';
import { type LoadedPlant, loadPlant } from '../plant/load.ts';
import type { ReplaySourceFile } from '../plant/source-schema.ts';
import type { ImportWay } from './history-import/import-way.ts';
import { intoStore } from './history-import/into-store.ts';
import { throughBroker } from './history-import/through-broker.ts';
import { printJson, readCsvHeader } from './io.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { openPlantStore, type StoreCommandOptions } from './store-options.ts';

interface ImportOptions extends StoreCommandOptions {
  readonly map: readonly string[];
  readonly time: string;
  readonly timeFormat?: string;
  readonly interval?: string;
  readonly stamp?: 'start' | 'end' | 'end-same-day';
  readonly accumulate?: readonly string[];
  readonly delimiter?: string;
  readonly decimal?: string;
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
    .option('--decimal <character>', 'decimal sign of numbers, . or ,', '.')
    .action(importHistory);
}

async function importHistory(file: string, options: ImportOptions): Promise<void> {
  const loaded = loadPlant(options.config);
  const source = new ReplaySource({
    ...{ id: 'history-import', file: resolve(file), clock: systemClock },
    tags: columnTags(loaded.plant, readCsvHeader(file, options.delimiter), options),
    config: replayConfig(file, options),
    calendar: new PlantCalendar(loaded.plant.site.timeZone),
  });
  const way = await openWay(loaded, options);
  try {
    await source.start(way.sink);
    await source.finished();
    await way.finished();
    report(source, way, file);
  } finally {
    await way.close();
  }
}

/** Into the store where it is ours to open; through the broker where a platform runs, or its parts run apart. */
async function openWay(loaded: LoadedPlant, options: ImportOptions): Promise<ImportWay> {
  const folder = openDataFolder(options.data);
  if (loaded.file.broker?.kind === 'external') return throughBroker(loaded, folder);
  try {
    return await intoStore(loaded, folder, await openPlantStore(options, loaded));
  } catch (error) {
    if (!(error instanceof PlantscopeError) || error.code !== 'store-in-use') throw error;
    process.stderr.write('A platform runs on this data folder: the readings go through its broker.\n');
    return throughBroker(loaded, folder);
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
      hint: `Name it with --time. The columns are: ${columns.join(', ')}${delimiterHint(columns)}`,
    });
  }
  if (tags.length > 0) return tags;
  throw new PlantscopeError('csv-column-missing', 'No column of the file is a tag of the plant', {
    hint: `Name the columns asset.quantity, or tell with --map column=tag. The columns are: ${columns.join(', ')}`,
  });
}

/** A file whose only column holds other separators was read with the wrong one. */
function delimiterHint(columns: readonly string[]): string {
  const other =
    columns.length === 1 ? [';', '\t', '|'].find((sign) => columns[0]?.includes(sign)) : undefined;
  return other === undefined ? '' : `. Is --delimiter '${other === '\t' ? '<tab>' : other}' meant?`;
}

function mappedColumn(text: string, plant: Plant, columns: readonly string[]): Tag {
  const [, column = '', id = '', unit] = /^(.+)=([^=:]+)(?::(.+))?$/.exec(text) ?? [];
  const tag = plant.tagsById.get(id);
  if (!tag || !columns.includes(column)) {
    throw new PlantscopeError('usage', `--map ${text}: there is no such ${tag ? 'column' : 'tag'}`, {
      hint: `Expected column=asset.quantity or column=asset.quantity:unit. The columns are: ${columns.join(', ')}${delimiterHint(columns)}`,
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
  const { time, timeFormat, interval, stamp, accumulate, delimiter, decimal } = options;
  if (decimal !== undefined && decimal !== '.' && decimal !== ',')
    throw new PlantscopeError('usage', `--decimal is "${decimal}"`, { hint: 'Expected . or ,' });
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
    ...(decimal === ',' && { decimal }),
  };
}

function report(source: ReplaySource, way: ImportWay, file: string): void {
  const { counters, lastError } = source.health();
  if (lastError !== undefined)
    throw new PlantscopeError('csv-malformed', `${file}: ${lastError.message}`, {
      where: file,
      hint: lastError.remedy,
    });
  const { rows, readings, refused: unreadable = 0 } = counters;
  const { stored, refused } = way.counts();
  printJson({ rows, readings, stored, refused: refused + unreadable });
  if (refused + unreadable > 0) process.stderr.write(`${way.whereRefused}\n`);
}
