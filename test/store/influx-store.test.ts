import { afterAll, describe, test } from 'vitest';
import { initInflux } from '../../store/influx/setup.ts';
import { openInfluxStore } from '../../store/influx-store.ts';
import { startInfluxd } from '../peers/influxd.ts';
import type { StoreSetup } from './contract/store-under-test.ts';
import { describeTimeSeriesStore } from './contract.ts';
import { dropDatabases } from './influx-cleanup.ts';

const peer = await startInfluxd();
afterAll(() => peer?.stop());

if (peer === undefined) {
  // startInfluxd has printed the reason, or thrown where the environment requires the server.
  describe.skip('time-series store contract: InfluxDB', () => test('needs a server', () => undefined));
} else {
  let count = 0;
  describeTimeSeriesStore('InfluxDB', async (setup: StoreSetup) => {
    const address = { ...peer, database: `${peer.database}_${count++}` };
    await initInflux(address, {});
    let current = await openInfluxStore({ ...address, ...setup });
    return {
      store: current,
      async reopen() {
        await current.close();
        current = await openInfluxStore({ ...address, ...setup });
        return current;
      },
      async stop() {
        await current.close();
        await dropDatabases(address);
      },
    };
  });
}
