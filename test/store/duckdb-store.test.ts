import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { describeTimeSeriesStore } from './contract.ts';

describeTimeSeriesStore('DuckDB', async ({ timeZone, clock }) => {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-duckdb-'));
  const open = () => openDuckDbStore({ file: join(folder, 'plant.duckdb'), timeZone, clock });
  const store = await open();
  let current = store;
  return {
    store,
    async reopen() {
      await current.close();
      current = await open();
      return current;
    },
    async stop() {
      await current.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
