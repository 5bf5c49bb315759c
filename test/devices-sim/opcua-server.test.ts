import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttributeIds,
  type ClientSession,
  HistoryReadRequest,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  ReadRawModifiedDetails,
  SecurityPolicy,
  StatusCodes,
  TimestampsToReturn,
} from 'node-opcua';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOpcuaServer } from '../../devices-sim/opcua-server.ts';
import { type SimulatedPlant, startSimulatedPlant } from '../../devices-sim/simulated-plant.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';

const nowMs = Date.UTC(2026, 10, 24, 5, 30, 12, 345);
const clock = { nowMs: () => nowMs };
const folder = mkdtempSync(join(tmpdir(), 'plantscope-sim-'));
const namespaceUri = 'urn:plantscope:sim';
let plant: SimulatedPlant;
let identity: OPCUACertificateManager;
let client: OPCUAClient;
let session: ClientSession;
let index: number;

const options = (securityPolicy: SecurityPolicy, securityMode = MessageSecurityMode.SignAndEncrypt) => ({
  securityPolicy,
  securityMode,
  endpointMustExist: false,
  clientCertificateManager: identity,
  connectionStrategy: { maxRetry: 0, initialDelay: 100 },
});

beforeAll(async () => {
  plant = await startSimulatedPlant({
    ...{ clock, seed: 1, timeZone: 'Asia/Shanghai', opcuaPort: 0 },
    pkiFolder: join(folder, 'server'),
  });
  identity = new OPCUACertificateManager({ rootFolder: join(folder, 'client'), disableFileWatchers: true });
  await identity.initialize();
  await identity.trustCertificate(plant.serverCertificate);
  client = OPCUAClient.create(options(SecurityPolicy.Basic256Sha256));
  await client.createDefaultCertificate();
  await plant.trustClient(client.getCertificate());
  await client.connect(plant.endpointUrl);
  session = await client.createSession();
  index = (await session.readNamespaceArray()).indexOf(namespaceUri);
});

afterAll(async () => {
  await session?.close();
  await client?.disconnect();
  await plant?.stop();
  await identity?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const nodeOf = (address: string) => `ns=${index};s=${address}`;

async function history(
  address: string,
  startMs: number | undefined,
  endMs: number | undefined,
  numValuesPerNode = 0,
  continuationPoint?: Buffer,
) {
  const request = new HistoryReadRequest({
    historyReadDetails: new ReadRawModifiedDetails({
      startTime: startMs === undefined ? new Date(Date.UTC(1601, 0, 1)) : new Date(startMs),
      endTime: endMs === undefined ? new Date(Date.UTC(1601, 0, 1)) : new Date(endMs),
      numValuesPerNode,
    }),
    timestampsToReturn: TimestampsToReturn.Both,
    nodesToRead: [{ nodeId: nodeOf(address), ...(continuationPoint ? { continuationPoint } : {}) }],
  });
  const { results } = await session.historyRead(request);
  const result = results?.[0] as HistoryResult | undefined;
  if (!result) throw new Error('no result');
  return result;
}

interface HistoryResult {
  readonly statusCode: { readonly name: string };
  readonly continuationPoint: Buffer | null;
  readonly historyData: { dataValues?: { value: { value: unknown }; sourceTimestamp: Date }[] } | null;
}

const timesOf = (result: HistoryResult) =>
  (result.historyData?.dataValues ?? []).map(({ sourceTimestamp }) => sourceTimestamp.getTime());

describe('the OPC UA server', () => {
  it('gives the value of the function at the time it names, with unit and range', async () => {
    const dataValue = await session.read({ nodeId: nodeOf('meter-main.activePower') });
    const timeMs = dataValue.sourceTimestamp?.getTime() ?? 0;
    expect(dataValue.value.value).toBe(
      plant.factory.signalsByAddress.get('meter-main.activePower')?.sample(timeMs).value,
    );
    expect(nowMs - timeMs).toBeLessThan(100);
    expect(timeMs).toBeLessThanOrEqual(nowMs);
    const children = await session.browse({ nodeId: nodeOf('meter-main.activePower'), resultMask: 63 });
    const property = (name: string) => children.references?.find((r) => r.browseName.name === name)?.nodeId;
    const unit = await session.read({ nodeId: property('EngineeringUnits') ?? '' });
    expect(unit.value.value.displayName.text).toBe('kW');
    const range = await session.read({ nodeId: property('EURange') ?? '' });
    expect(range.value.value.high).toBeGreaterThan(range.value.value.low);
  });

  it('is browsed by area, line and asset', async () => {
    const path = ['machining', 'cell-1', 'mill-1', 'partsTotal'];
    let nodeId = 'ns=0;i=85';
    for (const name of path) {
      const { references } = await session.browse(nodeId);
      nodeId = references?.find((r) => r.browseName.name === name)?.nodeId.toString() ?? '';
    }
    expect(nodeId).toBe(nodeOf('mill-1.partsTotal'));
  });

  it('reads every node good, but those of a lost device', async () => {
    const addresses = plant.factory.signals.map(({ address }) => address);
    const values = await session.read(
      addresses.map((address) => ({ nodeId: nodeOf(address), attributeId: AttributeIds.Value })),
    );
    const served = values.filter(({ statusCode }) => !statusCode.equals(StatusCodes.BadNodeIdUnknown));
    expect(served.length).toBeGreaterThan(300);
    for (const { statusCode } of served) expect(statusCode.name).toBe('Good');
  });

  it('is entered with each modern policy', async () => {
    for (const policy of [SecurityPolicy.Aes128_Sha256_RsaOaep, SecurityPolicy.Aes256_Sha256_RsaPss]) {
      const other = OPCUAClient.create(options(policy));
      await other.connect(plant.endpointUrl);
      const otherSession = await other.createSession();
      expect((await otherSession.read({ nodeId: nodeOf('boiler-1.load') })).statusCode.name).toBe('Good');
      await otherSession.close();
      await other.disconnect();
    }
  });

  it('refuses a channel without encryption, and a client it does not know', async () => {
    const open = OPCUAClient.create(options(SecurityPolicy.None, MessageSecurityMode.None));
    await expect(open.connect(plant.endpointUrl).then(() => open.createSession())).rejects.toThrow();
    await open.disconnect();
    const stranger = new OPCUACertificateManager({
      rootFolder: join(folder, 'stranger'),
      disableFileWatchers: true,
    });
    await stranger.initialize();
    await stranger.trustCertificate(plant.serverCertificate);
    const unknown = OPCUAClient.create({
      ...options(SecurityPolicy.Basic256Sha256),
      clientCertificateManager: stranger,
      applicationUri: 'urn:test:stranger',
    });
    await expect(unknown.connect(plant.endpointUrl)).rejects.toThrow();
    await unknown.disconnect();
    await stranger.dispose();
  });

  it('does not offer anonymous access beyond this machine', async () => {
    const server = startOpcuaServer({
      ...{ signals: [], recorded: [], clock, port: 0 },
      host: '0.0.0.0',
      pkiFolder: folder,
    });
    await expect(server).rejects.toMatchObject({ code: 'simulator-open-host' });
  });
});

describe('its historian', () => {
  const lastMinute = Math.floor(nowMs / minuteMs) * minuteMs;

  it('answers a past range with the same function, one value a minute', async () => {
    const [from, to] = [lastMinute - 10 * dayMs, lastMinute - 10 * dayMs + hourMs];
    const result = await history('stack-1.nox', from, to);
    expect(timesOf(result)).toEqual(Array.from({ length: 61 }, (_, i) => from + i * minuteMs));
    const expected = plant.history('stack-1.nox', from, to + minuteMs).map(({ value }) => value);
    expect(result.historyData?.dataValues?.map(({ value }) => value.value)).toEqual(expected);
  });

  it('pages with continuation points, without a gap or a repeat', async () => {
    const [from, to] = [lastMinute - dayMs, lastMinute];
    const times: number[] = [];
    let point: Buffer | undefined;
    do {
      const result = await history('meter-main.activeEnergyTotal', from, to, 400, point);
      times.push(...timesOf(result));
      point = result.continuationPoint?.length ? result.continuationPoint : undefined;
    } while (point);
    expect(times).toEqual(Array.from({ length: 1441 }, (_, i) => from + i * minuteMs));
  });

  it('pages backwards where start lies after end', async () => {
    const first = await history('mill-1.state', lastMinute, lastMinute - 10 * minuteMs, 6);
    expect(timesOf(first)).toEqual(Array.from({ length: 6 }, (_, i) => lastMinute - i * minuteMs));
    const rest = await history(
      'mill-1.state',
      lastMinute,
      lastMinute - 10 * minuteMs,
      6,
      first.continuationPoint ?? undefined,
    );
    expect(timesOf(rest)).toEqual(Array.from({ length: 5 }, (_, i) => lastMinute - (6 + i) * minuteMs));
    expect(rest.continuationPoint?.length ?? 0).toBe(0);
  });

  it('counts from a start on, and back from an end', async () => {
    const onward = await history('mill-1.state', lastMinute - hourMs, undefined, 5);
    expect(timesOf(onward)[0]).toBe(lastMinute - hourMs);
    expect(timesOf(onward)).toHaveLength(5);
    const back = await history('mill-1.state', undefined, lastMinute - hourMs, 5);
    expect(timesOf(back)).toEqual(Array.from({ length: 5 }, (_, i) => lastMinute - hourMs - i * minuteMs));
  });

  it('has nothing of the future, and says so', async () => {
    const result = await history('mill-1.state', nowMs + hourMs, nowMs + 2 * hourMs);
    expect(result.statusCode.name).toBe('GoodNoData');
    expect(timesOf(await history('mill-1.state', lastMinute, nowMs + hourMs))).toEqual([lastMinute]);
  });

  it('refuses a forged continuation point and a request without times', async () => {
    const forged = await history('mill-1.state', lastMinute - hourMs, lastMinute, 5, Buffer.from('nonsense'));
    expect(forged.statusCode.name).toBe('BadContinuationPointInvalid');
    expect((await history('mill-1.state', undefined, undefined)).statusCode.name).toBe(
      'BadHistoryOperationInvalid',
    );
  });

  it('gives the minute as it was live', async () => {
    const live = plant.factory.signalsByAddress.get('compressor-1.current')?.sample(lastMinute);
    const result = await history('compressor-1.current', lastMinute, lastMinute + 1);
    expect(result.historyData?.dataValues?.[0]?.value.value).toBe(live?.value);
  });
});

describe('vibration recordings', () => {
  it('come as an array and as a text of the same minute', async () => {
    const read = (name: string) => session.read({ nodeId: nodeOf(`compressor-1.${name}`) });
    const [samples, fs, speed, text] = await Promise.all([
      read('waveform.samples'),
      read('waveform.samplingFrequency'),
      read('waveform.shaftSpeed'),
      read('vibrationWaveform'),
    ]);
    expect(samples.value.value).toHaveLength(25_600);
    const message = JSON.parse(text.value.value);
    expect(message).toMatchObject({ fs: fs.value.value, rpm: speed.value.value, unit: 'g' });
    const bytes = Buffer.from(message.f32, 'base64');
    const decoded = Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(i * 4));
    expect(decoded).toEqual(Array.from(samples.value.value));
    expect(samples.sourceTimestamp?.getTime()).toBe(Date.parse(message.ts));
  });
});
