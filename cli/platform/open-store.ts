import { PlantscopeError } from '../../model/error.ts';
import { dayMs, parseDurationMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import type { InfluxAddress } from '../../store/influx/connection.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import type { Retention } from '../../store/retention.ts';
import type { TimeSeriesStore } from '../../store/time-series-store.ts';

/** The store that the plant file names; DuckDB in the data folder where it names none. */
export function openStore(
  { file, plant }: LoadedPlant,
  duckDbFile: string,
  readSecret: (path: string) => string,
): Promise<TimeSeriesStore> {
  const { timeZone } = plant.site;
  const retention = retentionOf(file.retention);
  const store = file.store ?? { kind: 'duckdb' };
  if (store.kind === 'duckdb') {
    const memory = store.memoryLimitMb === undefined ? {} : { memoryLimitMb: store.memoryLimitMb };
    return openDuckDbStore({ file: duckDbFile, timeZone, ...memory, retention });
  }
  return openInfluxStore({
    ...influxAddress({ file }, readSecret),
    ...{ tags: plant.tags, timeZone },
    retention,
  });
}

/** @throws PlantscopeError `store-not-influxdb` where the plant file names another store */
export function influxAddress(
  { file: { store } }: Pick<LoadedPlant, 'file'>,
  readSecret: (path: string) => string,
): InfluxAddress {
  if (store?.kind !== 'influxdb') {
    throw new PlantscopeError('store-not-influxdb', 'The plant file names no InfluxDB as its store');
  }
  const { url, database, org, username, tokenFile, passwordFile } = store;
  return {
    ...{ url, database },
    ...(org !== undefined && { org }),
    ...(username !== undefined && { username }),
    ...(tokenFile !== undefined && { token: readSecret(tokenFile) }),
    ...(passwordFile !== undefined && { password: readSecret(passwordFile) }),
  };
}

export function retentionOf(file: LoadedPlant['file']['retention']): Retention {
  if (!file) return {};
  const days = (duration: string | undefined) => (parseDurationMs(duration ?? '') ?? 0) / dayMs || undefined;
  const [rawDays, minuteDays] = [days(file.raw), days(file.minute)];
  const [hourDays, derivedDays] = [days(file.hour), days(file.derived)];
  return {
    ...(rawDays !== undefined && { rawDays }),
    ...(minuteDays !== undefined && { minuteDays }),
    ...(hourDays !== undefined && { hourDays }),
    ...(derivedDays !== undefined && { derivedDays }),
  };
}
