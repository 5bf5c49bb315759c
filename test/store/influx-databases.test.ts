import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dayMs } from '../../model/window.ts';
import { InfluxConnection } from '../../store/influx/connection.ts';
import { initInflux } from '../../store/influx/setup.ts';
import { moveDerivedFigures, openInfluxStore } from '../../store/influx-store.ts';
import { startInfluxd } from '../peers/influxd.ts';
import { dropDatabases } from './influx-cleanup.ts';
import { contractTags, power, reading } from './plant-tags.ts';

const peer = await startInfluxd();
afterAll(() => peer?.stop());

const startMs = Date.UTC(2024, 0, 15);
const row = (timeMs: number, kWh: number) => ({
  measurement: 'energy_interval',
  series: { meter: 'main' },
  timeMs,
  fields: { kWh, complete: true },
});
const all = { measurement: 'energy_interval', startMs: 0, endMs: Date.UTC(2030, 0, 1) };

describe.skipIf(peer === undefined)('databases of an InfluxDB', () => {
  let address = { url: '', database: '' };
  let count = 0;
  let connection: InfluxConnection;
  beforeEach(async () => {
    address = { ...(peer ?? address), database: `${peer?.database}_d${count++}` };
    await initInflux(address, {});
    connection = await InfluxConnection.open(address);
  });
  // InfluxDB 3 Core holds five databases, and a store has four.
  afterEach(() => dropDatabases(address));
  const opened = () => openInfluxStore({ ...address, tags: contractTags, timeZone: 'UTC' });
  const measurements = async (database: string) => {
    const [series = []] = await connection.query(['SHOW MEASUREMENTS'], { database });
    return (series[0]?.values ?? []).map(([name]) => name);
  };

  test('derived figures lie apart from the readings, so that the retention of readings leaves them', async () => {
    const store = await opened();
    await store.writeResults([row(startMs, 1)]);
    expect(await measurements(address.database)).toEqual([]);
    expect(await measurements(`${address.database}_derived`)).toEqual(['energy_interval']);
    await store.close();
  });

  test('readings past the retention are refused with the reason, without asking the server for each', async () => {
    const nowMs = startMs + 100 * dayMs;
    const retention = { rawDays: 30 };
    const clock = { nowMs: () => nowMs };
    const store = await openInfluxStore({
      ...{ ...address, tags: contractTags, timeZone: 'UTC' },
      ...{ retention, clock },
    });
    const [kept, old] = [reading(power, nowMs - dayMs, 1), reading(power, startMs, 1)];
    expect(await store.write([old, kept])).toEqual([
      { reading: old, reason: 'older than what the store keeps' },
    ]);
    await store.close();
  });

  test('figures beside the readings, of an older database, are read and moved; newer ones in the own database win', async () => {
    const lines = [1, 2, 3].map(
      (kWh) => `energy_interval,meter=main complete=true,kWh=${kWh} ${startMs + kWh}000000`,
    );
    await connection.write(lines.join('\n'));
    const store = await opened();
    expect(await store.results(all)).toEqual([1, 2, 3].map((kWh) => row(startMs + kWh, kWh)));
    await store.writeResults([row(startMs + 2, 20)]);
    const current = [row(startMs + 1, 1), row(startMs + 2, 20), row(startMs + 3, 3)];
    expect(await store.results(all)).toEqual(current);
    expect(await store.results({ ...all, limit: 2 })).toEqual(current.slice(0, 2));
    expect(await store.resultMeasurements()).toEqual(['energy_interval']);

    expect(await moveDerivedFigures({ ...address, tags: contractTags })).toBe(2);
    expect(await measurements(address.database)).toEqual([]);
    expect(await store.results(all)).toEqual(current);
    expect(await moveDerivedFigures({ ...address, tags: contractTags })).toBe(0);
    await store.close();
  });

  test('a withdrawn figure is gone for whoever looks into the database', async () => {
    const store = await opened();
    await store.writeResults([row(startMs, 1)]);
    await store.writeResults([{ ...row(startMs, 1), fields: { withdrawn: true, revision: 2 } }]);
    const found = await connection.query(['SELECT "kWh" FROM "energy_interval"'], {
      database: `${address.database}_derived`,
    });
    expect(found).toEqual([[]]);
    await store.close();
  });
});
