import { resolve } from 'node:path';
import { PlantCalendar } from '../model/calendar.ts';
import { PlantscopeError } from '../model/error.ts';
import { dayMs, type TimeWindow } from '../model/window.ts';
import { type LoadedPlant, loadPlant } from '../plant/load.ts';
import type { StoreFile } from '../plant/schema.ts';
import type { TimeSeriesStore } from '../store/time-series-store.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { openStore } from './platform/open-store.ts';
import { secretReader } from './platform/secret-file.ts';
import { openRemoteStore, type ReadOnlyStore } from './remote-store.ts';

export interface StoreCommandOptions {
  readonly config: string;
  readonly data: string;
  /** Of a platform that runs on the data folder. */
  readonly url?: string;
}

/** Opens the store of the plant file; a running platform's own DuckDB file answers with `store-in-use`. */
export function openPlantStore(options: StoreCommandOptions, loaded: LoadedPlant): Promise<TimeSeriesStore> {
  return openStore(loaded, openDataFolder(options.data).store, secretReader(loaded.path));
}

/** Opens the store of the plant file, runs the task, and closes it in any case. */
export async function withPlantStore<Result>(
  options: StoreCommandOptions,
  task: (store: TimeSeriesStore, loaded: LoadedPlant) => Promise<Result>,
): Promise<Result> {
  const loaded = loadPlant(options.config);
  const store = await openPlantStore(options, loaded);
  try {
    return await task(store, loaded);
  } finally {
    await store.close();
  }
}

/**
 * As `withPlantStore`, for reading only: where a platform runs on the store, it is asked to read.
 * @throws PlantscopeError `store-in-use` where a platform has the file and none answers at the URL
 */
export async function withReadableStore<Result>(
  options: StoreCommandOptions,
  task: (store: ReadOnlyStore, loaded: LoadedPlant) => Promise<Result>,
): Promise<Result> {
  const loaded = loadPlant(options.config);
  const store = await openReadable(options, loaded);
  try {
    return await task(store, loaded);
  } finally {
    await store.close();
  }
}

export async function openReadable(
  options: StoreCommandOptions,
  loaded: LoadedPlant,
): Promise<ReadOnlyStore> {
  try {
    return await openPlantStore(options, loaded);
  } catch (thrown) {
    if (!(thrown instanceof PlantscopeError) || thrown.code !== 'store-in-use') throw thrown;
    return openRemoteStore(options, thrown);
  }
}

/**
 * The plant with another store than its file says: `duckdb`, or `http://host:8086/database`.
 * @throws PlantscopeError `usage`
 */
export function withStore(
  loaded: LoadedPlant,
  text: string,
  { org, tokenFile, username, passwordFile }: InfluxOptions,
): LoadedPlant {
  const secrets = {
    ...(org !== undefined && { org }),
    ...(username !== undefined && { username }),
    // Secrets of the plant file are relative to it, those of the command line to the current folder.
    ...(tokenFile !== undefined && { tokenFile: resolve(tokenFile) }),
    ...(passwordFile !== undefined && { passwordFile: resolve(passwordFile) }),
  };
  return { ...loaded, file: { ...loaded.file, store: storeOf(text, secrets) } };
}

export interface InfluxOptions {
  readonly org?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly passwordFile?: string;
}

function storeOf(text: string, secrets: InfluxOptions): StoreFile {
  if (text === 'duckdb') return { kind: 'duckdb' };
  const match = /^(https?:\/\/[^/]+(?:\/.*)?)\/([A-Za-z0-9_-]+)$/.exec(text);
  if (!match?.[1] || !match[2]) {
    throw new PlantscopeError('usage', `"${text}" names no store`, {
      hint: 'Expected duckdb, or http://host:8086/database (bucket) of an InfluxDB.',
    });
  }
  return { kind: 'influxdb', url: match[1], database: match[2], ...secrets };
}

/** Clocks of devices may be ahead, and an imported file may hold what is planned. */
const AHEAD_MS = 366 * dayMs;

/**
 * A window given as text: ISO 8601; without zone it is the plant's wall-clock time. Without end it takes in readings
 * whose source's clock is ahead.
 * @throws PlantscopeError `usage`
 */
export function windowOf(
  { from, to }: { readonly from?: string; readonly to?: string },
  timeZone: string,
  nowMs: number,
): TimeWindow {
  const calendar = new PlantCalendar(timeZone);
  const instant = (text: string | undefined, fallback: number) => {
    if (text === undefined) return fallback;
    const timeMs = calendar.parse(text);
    if (timeMs !== undefined) return timeMs;
    throw new PlantscopeError('usage', `"${text}" is not a time`, {
      hint: 'Expected for example 2026-11-24, 2026-11-24T08:00 or 2026-11-24T08:00:00+08:00.',
    });
  };
  return { startMs: instant(from, 0), endMs: instant(to, nowMs + AHEAD_MS) };
}
