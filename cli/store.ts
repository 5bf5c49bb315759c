import type { Command } from 'commander';
import { systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import { type LoadedPlant, loadPlant } from '../plant/load.ts';
import { createLeastToken, databasesOf, initInflux } from '../store/influx/setup.ts';
import { moveDerivedFigures } from '../store/influx-store.ts';
import { influxAddress, retentionOf } from './platform/open-store.ts';
import { secretReader } from './platform/secret-file.ts';
import { URL_DEFAULT_TEXT } from './platform-request.ts';
import { openPlantStore, type StoreCommandOptions, withReadableStore } from './store-options.ts';

interface InitOptions extends StoreCommandOptions {
  readonly adminTokenFile?: string;
  readonly createToken?: boolean;
}

/** `plantscope store init|status`: the store set up as code. */
export function register(program: Command): void {
  const store = program.command('store').description('Set up the store, and show what is in it');
  store
    .command('init')
    .description(
      'Create the databases (buckets) and set how long each resolution is kept; repeat after a change',
    )
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .option('--admin-token-file <file>', 'token that may create databases (default: that of the plant file)')
    .option(
      '--create-token',
      'InfluxDB 2: print a token that may read and write these buckets and nothing else',
    )
    .action(init);
  store
    .command('status')
    .description('Print kind, version, place, retention and number of readings as JSON')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .option('--url <url>', `platform that runs on the data folder (${URL_DEFAULT_TEXT})`)
    .action(status);
}

async function init(options: InitOptions): Promise<void> {
  const loaded = loadPlant(options.config);
  if ((loaded.file.store?.kind ?? 'duckdb') === 'duckdb') return initDuckDb(options, loaded);
  const readSecret = secretReader(loaded.path);
  const address = {
    ...influxAddress(loaded, readSecret),
    ...(options.adminTokenFile !== undefined && { token: readSecret(options.adminTokenFile) }),
  };
  for (const { name, holds, keepDays } of await initInflux(address, retentionOf(loaded.file.retention))) {
    const kept = keepDays === undefined ? 'for ever' : `${keepDays} days`;
    process.stderr.write(`${name}: ${holds}, kept ${kept}\n`);
  }
  const moved = await moveDerivedFigures({ ...address, tags: loaded.plant.tags });
  if (moved > 0) process.stderr.write(`${moved} derived figures moved to a database of their own\n`);
  if (!options.createToken) return;
  const token = await createLeastToken(address);
  if (token === undefined) {
    throw new PlantscopeError('usage', '--create-token is for InfluxDB 2 only', {
      hint: 'On 1.x: CREATE USER, then GRANT ALL ON each of the databases. On 3.x: influxdb3 create token.',
    });
  }
  process.stdout.write(`${token}\n`);
}

async function initDuckDb(options: StoreCommandOptions, loaded: LoadedPlant): Promise<void> {
  const store = await openPlantStore(options, loaded);
  const { location } = await store.describe();
  await store.close();
  process.stderr.write(`${location}: ready\n`);
}

async function status(options: StoreCommandOptions): Promise<void> {
  await withReadableStore(options, async (store, { file }) => {
    const description = await store.describe();
    const counts = await store.tagCounts({ startMs: 0, endMs: systemClock.nowMs() });
    const database = file.store?.kind === 'influxdb' ? file.store.database : 'plantscope';
    const report = {
      ...description,
      tags: counts.length,
      readings: counts.reduce((sum, { count }) => sum + count, 0),
      resultMeasurements: await store.resultMeasurements(),
      retention: databasesOf(database, retentionOf(file.retention)).map(({ holds, keepDays }) => ({
        holds,
        keepDays: keepDays ?? null,
      })),
    };
    process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  });
}
