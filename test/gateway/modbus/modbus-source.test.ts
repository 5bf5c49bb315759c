import { once } from 'node:events';
import { type IServiceVector, ServerTCP } from 'modbus-serial';
import { afterEach, expect, test, vi } from 'vitest';
import { createFactory } from '../../../devices-sim/factory.ts';
import { startModbusMeter } from '../../../devices-sim/modbus-meter.ts';
import { parseModbusAddress } from '../../../gateway/modbus/address.ts';
import { blocksOf } from '../../../gateway/modbus/blocks.ts';
import { ModbusSource } from '../../../gateway/modbus/modbus-source.ts';
import { decodeRegisters } from '../../../gateway/modbus/registers.ts';
import { systemClock } from '../../../model/clock.ts';
import { statusCodes } from '../../../model/status.ts';
import type { ModbusSourceFile } from '../../../plant/source-schema.ts';
import { freePort } from '../../peers/influxd.ts';
import { startTcpProxy } from '../../peers/tcp-proxy.ts';
import { plantOf } from '../../plant-of.ts';
import { RecordingSink } from '../mqtt/recording-sink.ts';

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

function plantWith(port: number, tags: string, extra = '') {
  return plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources:
  line: { kind: modbus, host: 127.0.0.1, port: ${port}, pollInterval: 50ms, timeout: 300ms${extra} }
areas:
  - { id: a, lines: [{ id: l, assets: [${tags}] }] }
`);
}

const asset = (id: string, tags: string) =>
  `{ id: ${id}, nature: electricity-meter, source: line, tags: { ${tags} } }`;

async function run(port: number, tags: string, extra = '') {
  const { plant, file } = plantWith(port, tags, extra);
  const config = file.sources.line as ModbusSourceFile;
  const source = new ModbusSource({ id: 'line', config, tags: plant.tags, clock: systemClock });
  const sink = new RecordingSink();
  open.push(source);
  await source.start(sink);
  const newest = (tag: string) => sink.readings.findLast((reading) => reading.tag === tag);
  return { source, sink, newest };
}

async function serve(vector: IServiceVector): Promise<number> {
  const port = await freePort();
  const server = new ServerTCP(vector, { host: '127.0.0.1', port, unitID: 255 });
  await once(server, 'initialized');
  open.push({ stop: () => new Promise((resolve) => server.close(resolve)) });
  return port;
}

const illegal = () => Object.assign(new Error('illegal data address'), { modbusErrorCode: 2 });

test.each([
  ['int16', 'ABCD', 'fffe', -2],
  ['uint16', 'ABCD', 'fffe', 65_534],
  ['uint16', 'BADC', 'feff', 65_534],
  ['int32', 'ABCD', 'fffffffe', -2],
  ['uint32', 'ABCD', '01020304', 0x01020304],
  ['uint32', 'CDAB', '03040102', 0x01020304],
  ['uint32', 'BADC', '02010403', 0x01020304],
  ['uint32', 'DCBA', '04030201', 0x01020304],
  ['float32', 'ABCD', '42f6e979', Math.fround(123.456)],
  ['float32', 'CDAB', 'e97942f6', Math.fround(123.456)],
  ['int64', 'ABCD', 'fffffffffffffffe', -2],
  ['uint64', 'CDAB', '0708050603040102', Number(0x0102030405060708n)],
  ['uint64', 'DCBA', '0807060504030201', Number(0x0102030405060708n)],
  ['float64', 'ABCD', '3ff8000000000000', 1.5],
  ['float64', 'BADC', 'f83f000000000000', 1.5],
] as const)('%s in order %s', (type, order, hex, value) => {
  expect(decodeRegisters(Buffer.from(hex, 'hex'), { type, order })).toBe(value);
});

test('neighbours are read together up to the limit; a gap and another table are not', () => {
  const points = [
    ...['holding=0;type=float32', 'holding=2;type=float32', 'holding=4;type=float32', 'holding=6'],
    ...['holding=8', 'input=9', 'coil=1', 'coil=0'],
  ].map((text, i) => ({ tag: `t${i}`, address: parseModbusAddress(`unit=1;${text}`) }));
  const spans = (max: number, cuts: string[] = []) =>
    blocksOf(points, max, new Set(cuts)).map((block) => `${block.table} ${block.register}+${block.length}`);
  expect(spans(125)).toEqual(['coil 0+2', 'holding 0+7', 'holding 8+1', 'input 9+1']);
  expect(spans(5)).toEqual(['coil 0+2', 'holding 0+4', 'holding 4+3', 'holding 8+1', 'input 9+1']);
  expect(spans(125, ['t1'])).toContain('holding 2+5');
});

test("the simulated meter's values, in every form its map has", async () => {
  const nowMs = Date.UTC(2026, 9, 19, 3);
  const factory = createFactory({ seed: 1, timeZone: 'Asia/Shanghai', faults: [] });
  const meter = await startModbusMeter({ factory, clock: { nowMs: () => nowMs }, port: await freePort() });
  open.push(meter);
  const { newest, source } = await run(
    meter.port,
    [
      asset('m1', 'activeEnergyTotal: { address: "unit=1;holding=100;type=uint32", multiplier: 0.01 }'),
      asset(
        'm2',
        'activeEnergyTotal: { address: "unit=2;input=104;type=uint64", unit: Wh }, activePower: { address: "unit=2;input=12;type=float32" }, voltageL1: { address: "unit=2;input=0;type=float32" }',
      ),
      asset(
        'm3',
        'activeEnergyTotal: { address: "unit=3;holding=102;type=uint32" }, activePower: { address: "unit=3;holding=300;type=float32;order=CDAB" }, reactivePower: { address: "unit=3;holding=200;type=int16", multiplier: 0.1 }',
      ),
    ].join(', '),
  );
  await vi.waitFor(() => expect(newest('m3.activePower')).toBeDefined(), 5000);
  const truth = (address: string) => Number(factory.signalsByAddress.get(address)?.sample(nowMs).value);
  const value = (tag: string) => Number(newest(tag)?.value);
  expect(value('m1.activeEnergyTotal')).toBeCloseTo(truth('meter-main.activeEnergyTotal'), 1);
  expect(value('m2.activeEnergyTotal')).toBeCloseTo(truth('meter-machining.activeEnergyTotal'), 2);
  expect(value('m2.activePower')).toBeCloseTo(truth('meter-machining.activePower'), 2);
  expect(value('m2.voltageL1')).toBeCloseTo(truth('meter-machining.voltageL1'), 3);
  expect(value('m3.activePower')).toBeCloseTo(truth('meter-mill-1.activePower'), 3);
  expect(value('m3.reactivePower')).toBeCloseTo(truth('meter-mill-1.activePower'), 0);
  expect(source.health().state).toBe('ok');
});

test('coils and discrete inputs; an illegal address sets only that register aside', async () => {
  const requests: string[] = [];
  const port = await serve({
    getMultipleHoldingRegisters: (address: number, length: number) => {
      requests.push(`${address}+${length}`);
      if (address <= 2 && address + length > 2) throw illegal();
      return Array.from({ length }, (_, i) => 10 * (address + i));
    },
    getHoldingRegister: (address: number) => {
      requests.push(`${address}+1`);
      if (address === 2) throw illegal();
      return 10 * address;
    },
    getCoil: (address: number) => address === 9,
    getDiscreteInput: (address: number) => address === 3,
  });
  const meter = ['activeEnergyTotal', 'activePower', 'voltageL1', 'voltageL2', 'voltageL3']
    .map((name, i) => `${name}: { address: "unit=1;holding=${i}" }`)
    .join(', ');
  const machine =
    '{ id: fan, nature: rotating-machine, source: line, tags: { vibrationVelocity: { address: "unit=1;holding=4;type=int16" }, running: { address: "unit=1;coil=9" } } }';
  const { source, sink, newest } = await run(
    port,
    `${asset('m', meter)}, ${machine.replace('holding=4;', 'holding=5;')}`,
  );
  await vi.waitFor(() => expect(newest('fan.running')).toBeDefined(), 5000);
  expect(newest('fan.running')?.value).toBe(true);
  expect(newest('m.voltageL1')).toMatchObject({ value: null, status: statusCodes.badNodeIdUnknown });
  const good = [
    'm.activeEnergyTotal',
    'm.activePower',
    'm.voltageL2',
    'm.voltageL3',
    'fan.vibrationVelocity',
  ];
  expect(good.map((tag) => newest(tag)?.value)).toEqual([0, 10, 30, 40, 50]);
  expect(sink.refusals).toEqual([
    expect.objectContaining({ reason: 'node-refused', where: 'unit=1;holding=2', tag: 'm.voltageL1' }),
  ]);
  expect(source.health()).toMatchObject({ state: 'degraded', counters: { quarantined: 1, refused: 1 } });
  requests.splice(0);
  await vi.waitFor(() => expect(requests.length).toBeGreaterThan(6), 5000);
  expect(requests.some((request) => request.startsWith('2+'))).toBe(false);
  expect(new Set(requests).size).toBeLessThanOrEqual(3);
});

test('a unit that does not answer is bad and does not hold up the other', async () => {
  let isSilent = true;
  const port = await serve({
    getHoldingRegister: (address: number, unit: number) =>
      unit === 2 && isSilent ? new Promise<number>(() => undefined) : Promise.resolve(address),
  });
  const tags = [1, 2].map((u) => asset(`m${u}`, `activeEnergyTotal: { address: "unit=${u};holding=7" }`));
  const { source, sink, newest } = await run(port, tags.join(', '));
  await vi.waitFor(() => expect(newest('m2.activeEnergyTotal')).toBeDefined(), 5000);
  expect(newest('m2.activeEnergyTotal')).toMatchObject({
    value: null,
    status: statusCodes.badNoCommunication,
  });
  const count = () => sink.readings.filter(({ tag }) => tag === 'm1.activeEnergyTotal').length;
  await vi.waitFor(() => expect(count()).toBeGreaterThan(5), 5000);
  expect(source.health()).toMatchObject({ state: 'degraded', counters: { timeouts: 1 } });
  isSilent = false;
  await vi.waitFor(() => expect(newest('m2.activeEnergyTotal')?.value).toBe(7), 10_000);
});

test('each unit at its own interval', async () => {
  const polls: Record<number, number[]> = { 1: [], 2: [] };
  const port = await serve({
    getHoldingRegister: (address: number, unit: number) => {
      polls[unit]?.push(performance.now());
      return address;
    },
  });
  const tags = [1, 2].map((u) => asset(`m${u}`, `activeEnergyTotal: { address: "unit=${u};holding=7" }`));
  await run(port, tags.join(', '), ", units: { '2': { pollInterval: 500ms } }");
  await vi.waitFor(() => expect(polls[2]?.length).toBeGreaterThanOrEqual(4), 20_000);
  // Never sooner than asked; the slow one takes nothing from the quick one.
  const gaps = (polls[2] ?? []).slice(1).map((atMs, i) => atMs - (polls[2]?.[i] ?? 0));
  const span = (polls[2]?.at(-1) ?? 0) - (polls[2]?.[0] ?? 0);
  expect(span / gaps.length).toBeGreaterThan(400);
  expect(polls[1]?.length).toBeGreaterThan(2 * (polls[2]?.length ?? 0));
});

test('a link that is cut, then one that goes dead: bad once, and back again', async () => {
  const port = await serve({ getHoldingRegister: (address: number) => address });
  const wire = await startTcpProxy(port);
  open.push({ stop: () => wire.close() });
  const { source, sink, newest } = await run(
    wire.port,
    asset('m', 'activeEnergyTotal: { address: "unit=1;holding=7" }'),
  );
  const tag = 'm.activeEnergyTotal';
  for (const breakIt of [() => wire.cut(), () => wire.freeze()]) {
    await vi.waitFor(() => expect(newest(tag)?.value).toBe(7), 10_000);
    const before = sink.readings.filter(({ value }) => value === null).length;
    breakIt();
    await vi.waitFor(() => expect(newest(tag)?.value).toBe(null), 10_000);
    await vi.waitFor(() => expect(source.health().state).not.toBe('ok'), 10_000);
    expect(sink.readings.filter(({ value }) => value === null).length).toBe(before + 1);
    wire.mend();
  }
  await vi.waitFor(() => expect(newest(tag)?.value).toBe(7), 10_000);
});
