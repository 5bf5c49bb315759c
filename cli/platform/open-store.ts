import { dayMs, parseDurationMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
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
    return openDuckDbStore({ file: duckDbFile, timeZone, ...memory, ...(retention && { retention }) });
  }
  const { url, database, org, username, tokenFile, passwordFile } = store;
  return openInfluxStore({
    ...{ url, database, tags: plant.tags, timeZone },
    ...(org !== undefined && { org }),
    ...(username !== undefined && { username }),
    ...(tokenFile !== undefined && { token: readSecret(tokenFile) }),
    ...(passwordFile !== undefined && { password: readSecret(passwordFile) }),
    ...(retention && { retention }),
  });
}

function retentionOf(file: LoadedPlant['file']['retention']): Retention | undefined {
  if (!file) return undefined;
  const days = (duration: string | undefined) => (parseDurationMs(duration ?? '') ?? 0) / dayMs || undefined;
  const [rawDays, minuteDays, hourDays] = [days(file.raw), days(file.minute), days(file.hour)];
  return {
    ...(rawDays !== undefined && { rawDays }),
    ...(minuteDays !== undefined && { minuteDays }),
    ...(hourDays !== undefined && { hourDays }),
  };
}
