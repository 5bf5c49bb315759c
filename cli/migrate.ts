import type { Command } from 'commander';
import { systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import { type LoadedPlant, loadPlant } from '../plant/load.ts';
import { type CopyReport, copyStore } from '../store/copy.ts';
import { initInflux, isSetUp } from '../store/influx/setup.ts';
import { influxAddress, retentionOf } from './platform/open-store.ts';
import { progressBar } from './platform/progress.ts';
import { secretReader } from './platform/secret-file.ts';
import { URL_DEFAULT_TEXT } from './platform-request.ts';
import {
  type InfluxOptions,
  openPlantStore,
  openReadable,
  type StoreCommandOptions,
  windowOf,
  withStore,
} from './store-options.ts';

interface MigrateOptions extends StoreCommandOptions, InfluxOptions {
  readonly to: string;
  readonly from?: string;
  readonly since?: string;
}

/** `plantscope migrate --to STORE`: copies one store into another and compares the counts. Can be repeated. */
export function register(program: Command): void {
  program
    .command('migrate')
    .description('Copy the store of the plant file into another, with a check of counts')
    .requiredOption('--to <store>', 'duckdb, or http://host:8086/database of an InfluxDB')
    .option('--from <store>', 'the source, if not the store of the plant file')
    .option('--since <time>', 'only readings from then on (default: all)')
    .option('--org <name>', 'organisation of InfluxDB 2')
    .option('--token-file <file>', 'file with the token of the InfluxDB named here')
    .option('--username <name>', 'user of InfluxDB 1')
    .option('--password-file <file>', 'file with its password')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .option('--url <url>', `platform that runs on the data folder, as the source (${URL_DEFAULT_TEXT})`)
    .action(migrate);
}

async function migrate(options: MigrateOptions): Promise<void> {
  const loaded = loadPlant(options.config);
  const source = options.from === undefined ? loaded : withStore(loaded, options.from, options);
  const target = withStore(loaded, options.to, options);
  if (JSON.stringify(source.file.store ?? { kind: 'duckdb' }) === JSON.stringify(target.file.store)) {
    throw new PlantscopeError('usage', 'Source and target are the same store');
  }
  const from = await openReadable(options, source);
  try {
    await initTarget(target);
    const to = await openPlantStore(options, target);
    try {
      const window = windowOf(
        options.since === undefined ? {} : { from: options.since },
        loaded.plant.site.timeZone,
        systemClock.nowMs(),
      );
      report(await copyStore(from, to, { window, onProgress: showProgress }), options.to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

async function initTarget(target: LoadedPlant): Promise<void> {
  if (target.file.store?.kind !== 'influxdb') return;
  const address = influxAddress(target, secretReader(target.path));
  // A token of least rights may write what is there, but not create it.
  if (!(await isSetUp(address))) await initInflux(address, retentionOf(target.file.retention));
}

function showProgress(copied: number, total: number): void {
  const bar = progressBar(total === 0 ? 1 : Math.min(1, copied / total), `${copied} of ${total} readings`);
  process.stderr.write(process.stderr.isTTY ? `\r${bar}` : `${bar}\n`);
}

function report({ readings, results, refused, differing }: CopyReport, to: string): void {
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.stdout.write(
    `${JSON.stringify({ readings, results, refused: refused.length, differingTags: differing.length })}\n`,
  );
  if (differing.length === 0) {
    process.stderr.write(`Counts agree. Name ${to} as the store in the plant file to use it.\n`);
    return;
  }
  const lines = differing
    .slice(0, 20)
    .map(({ tag, source, target }) => `  ${tag}: ${source} there, ${target} here`);
  const [first] = refused;
  throw new PlantscopeError('migrate-incomplete', `Counts differ:\n${lines.join('\n')}`, {
    hint: first ? `Refused, for example: ${first.reading.tag}: ${first.reason}` : 'Run it again.',
  });
}
