import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type SimulatedServer, startOpcuaServer } from '../../devices-sim/opcua-server.ts';
import { trustEachOther } from '../../gateway/opcua/certificates.ts';
import { systemClock } from '../../model/clock.ts';
import { statusCodes } from '../../model/status.ts';
import { browserPath, startBrowser } from '../peers/browser.ts';
import { device, freePort, newDataFolder, startTestPlatform, type TestPlatform } from './test-platform.ts';

interface Latest {
  readonly tag: string;
  readonly value: number;
  readonly unit: string;
  readonly status: number;
  readonly sourceTime: string;
  readonly ageS: number;
}

const chromium = browserPath();
const folder = newDataFolder();
/** What the device measures; a test turns it. */
const kettle = { value: 20, status: statusCodes.good as number };

let server: SimulatedServer;
let platform: TestPlatform;
let mqtt: MqttClient;

beforeAll(async () => {
  const [opcuaPort, brokerPort] = [await freePort(), await freePort()];
  server = await startOpcuaServer({
    ...{ port: opcuaPort, pkiFolder: folder.simulatorPki, clock: systemClock, recorded: [] },
    signals: [
      {
        ...{
          address: 'kettle.temperature',
          asset: 'kettle',
          quantity: 'temperature',
          unit: '°C',
          kind: 'number',
        },
        ...{ range: [0, 200] as const, cumulates: false },
        sample: () => ({ ...kettle }),
      },
    ],
  });
  await trustEachOther(folder.clientPki, server);
  platform = await startTestPlatform(
    `
version: 1
site: { id: e2e, name: End to end, timeZone: Asia/Shanghai }
broker: { kind: embedded, port: ${brokerPort} }
sources:
  plc: { kind: opcua, endpoint: '${server.endpointUrl}' }
  shop: { kind: mqtt, time: { pointer: /ts } }
areas:
  - id: hall
    lines:
      - id: line
        assets:
          - id: kettle
            name: Kettle
            nature: generic
            source: plc
            base: nsu=urn:plantscope:sim;s=kettle.
            tags: { temperature: { unit: °C } }
          - { id: fan, name: Fan, nature: rotating-machine, source: shop, base: fan#/, tags: { vibrationVelocity: } }
`,
    folder,
  );
  mqtt = await connectAsync(`mqtt://127.0.0.1:${brokerPort}`, {
    username: device.username,
    password: platform.devicePassword,
  });
}, 60_000);

afterAll(async () => {
  await mqtt?.endAsync(true);
  await platform?.stop();
  await server?.stop();
});

const latest = async (tag: string) => (await platform.get<Latest[]>(`/api/v1/latest?tags=${tag}`))[0];
const within = { timeout: 10_000, interval: 20 };

/** Waits for the value in the API. @returns milliseconds from the moment given */
async function arrival(
  tag: string,
  value: number,
  sinceMs: number,
): Promise<{ tookMs: number; entry: Latest }> {
  const entry = await vi.waitFor(async () => {
    const found = await latest(tag);
    expect(found?.value).toBe(value);
    return found as Latest;
  }, within);
  return { tookMs: Date.now() - sinceMs, entry };
}

test('OPC UA server -> gateway -> spool -> broker -> ingest -> store -> API: value, status and source time, within 2 s', async () => {
  await arrival('kettle.temperature', 20, Date.now());
  const changedMs = Date.now();
  Object.assign(kettle, { value: 87.5, status: statusCodes.uncertainSensorNotAccurate });
  const { tookMs, entry } = await arrival('kettle.temperature', 87.5, changedMs);
  expect(entry).toMatchObject({ unit: '°C', status: statusCodes.uncertainSensorNotAccurate });
  expect(Date.parse(entry.sourceTime)).toBeGreaterThanOrEqual(changedMs - 1000);
  expect(tookMs).toBeLessThan(2000);
  const stations = (await platform.get<{ stations: { station: string; state: string }[] }>('/api/v1/health'))
    .stations;
  const names = stations.map(({ station }) => station);
  for (const station of [
    'source:plc',
    'source:shop',
    'intake',
    'spool',
    'publisher',
    'broker',
    'ingest',
    'store',
    'runner',
  ]) {
    expect(names).toContain(station);
  }
});

test("MQTT device -> broker -> spool -> ingest -> store -> API, within 2 s, with the device's own time", async () => {
  const sentMs = Date.now();
  await mqtt.publishAsync('fan', JSON.stringify({ ts: sentMs, vibrationVelocity: 2.25 }), { qos: 1 });
  const { tookMs, entry } = await arrival('fan.vibrationVelocity', 2.25, sentMs);
  expect(entry).toMatchObject({ unit: 'mm/s', status: 0, sourceTime: new Date(sentMs).toISOString() });
  expect(tookMs).toBeLessThan(2000);
});

test('what no station can take is in the quarantine with its reason, and stops nothing', async () => {
  const publish = (topic: string, payload: string) => mqtt.publishAsync(topic, payload, { qos: 1 });
  await publish('fan', '{"ts":');
  await publish('fan', JSON.stringify({ ts: Date.now(), vibrationVelocity: 'high' }));
  await publish('fan', JSON.stringify({ ts: '2012-01-01', vibrationVelocity: 1 }));
  await publish('fan', JSON.stringify({ ts: Date.now() + 20 * 365 * 86_400_000, vibrationVelocity: 1 }));
  await publish('fan', JSON.stringify({ ts: Date.now(), filler: 'x'.repeat(2_000_000) }));
  const { reasons } = await vi.waitFor(async () => {
    const groups = await platform.get<{ groups: { reason: string }[] }>('/api/v1/quarantine');
    const found = groups.groups.map(({ reason }) => reason);
    expect(found).toHaveLength(5);
    return { reasons: found };
  }, within);
  expect(reasons.sort()).toEqual([
    'json-malformed',
    'time-implausible',
    'time-malformed',
    'too-large',
    'wrong-type',
  ]);
  await publish('fan', JSON.stringify({ ts: Date.now(), vibrationVelocity: 3 }));
  await arrival('fan.vibrationVelocity', 3, Date.now());
});

describe.skipIf(!chromium)('on the page', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await startBrowser();
    page = await browser.newPage();
    await page.goto(`${platform.url}/?token=${platform.token}`);
  });
  afterAll(() => browser?.close());

  /** The page shows the number somewhere, as a control room would read it. */
  const shows = (text: string) => page.getByText(text, { exact: true }).first().waitFor({ timeout: 10_000 });

  test('the start link leaves no token in the address', () => {
    expect(page.url()).not.toContain('token');
  });

  test('a value changed on the OPC UA server is on the page within 2 s', async () => {
    await shows('87.5');
    const changedMs = Date.now();
    Object.assign(kettle, { value: 91.2, status: statusCodes.good });
    await shows('91.2');
    expect(Date.now() - changedMs).toBeLessThan(2000);
  });

  test('a message of an MQTT device is on the page within 2 s', async () => {
    const sentMs = Date.now();
    await mqtt.publishAsync('fan', JSON.stringify({ ts: sentMs, vibrationVelocity: 4.75 }), { qos: 1 });
    await shows('4.75');
    expect(Date.now() - sentMs).toBeLessThan(2000);
  });
});
