import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import modbus from 'modbus-serial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFactory } from '../../devices-sim/factory.ts';
import { encodeRegisters } from '../../devices-sim/modbus-map.ts';
import { type ModbusMeter, startModbusMeter } from '../../devices-sim/modbus-meter.ts';
import { hourMs } from '../../model/window.ts';

const nowMs = Date.UTC(2026, 9, 19, 3);
const factory = createFactory({
  seed: 1,
  timeZone: 'Asia/Shanghai',
  faults: [
    {
      id: 'f',
      kind: 'lost-device',
      asset: 'meter-fan',
      startMs: nowMs - hourMs,
      endMs: nowMs + hourMs,
      severity: 1,
    },
    {
      id: 'g',
      kind: 'reversed-ct',
      asset: 'meter-pump',
      startMs: nowMs - hourMs,
      endMs: nowMs + hourMs,
      severity: 1,
    },
  ],
});
const client = new modbus.default();
let meter: ModbusMeter;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

beforeAll(async () => {
  meter = await startModbusMeter({ factory, clock: { nowMs: () => nowMs }, port: await freePort() });
  await client.connectTCP('127.0.0.1', { port: meter.port });
  client.setTimeout(5000);
});

afterAll(async () => {
  await new Promise<void>((resolve) => client.close(() => resolve()));
  await meter?.stop();
});

const reading = (address: string) => Number(factory.signalsByAddress.get(address)?.sample(nowMs).value);

async function read(unit: number, address: number, length: number, input = false): Promise<Buffer> {
  client.setID(unit);
  const answer = input
    ? client.readInputRegisters(address, length)
    : client.readHoldingRegisters(address, length);
  return (await answer).buffer;
}

describe('the Modbus meters', () => {
  it('give every value of a block as the documented map says', async () => {
    const block = await read(1, 0, 32);
    expect(block.readFloatBE(24)).toBeCloseTo(reading('meter-main.activePower'), 3);
    expect(block.readFloatBE(0)).toBeCloseTo(reading('meter-main.voltageL1'), 3);
    expect(block.readFloatBE(60)).toBeCloseTo(reading('meter-main.voltageUnbalance'), 3);
    const registers = await read(1, 100, 8, true);
    expect(registers.readUInt32BE(0) / 100).toBeCloseTo(reading('meter-main.activeEnergyTotal'), 2);
    expect(Number(registers.readBigUInt64BE(8)) / 1000).toBeCloseTo(
      reading('meter-main.activeEnergyTotal'),
      3,
    );
    expect((await read(1, 200, 1)).readInt16BE(0) / 10).toBeCloseTo(reading('meter-main.activePower'), 1);
  });

  it('offer one value with swapped words', async () => {
    const words = await read(8, 300, 2);
    const swapped = Buffer.concat([words.subarray(2), words.subarray(0, 2)]);
    expect(swapped.readFloatBE(0)).toBeCloseTo(reading('meter-compressor.activePower'), 3);
  });

  it('show a reversed phase as a negative number', async () => {
    expect((await read(9, 16, 2)).readFloatBE(0)).toBeLessThan(0);
  });

  it.each([
    ['an address outside the map', 1, 32, 2, 2],
    ['half a value', 1, 12, 1, 2],
    ['the second half of a value', 1, 13, 1, 2],
    ['a unit that does not exist', 99, 0, 2, 11],
    ['a lost meter', 6, 0, 2, 11],
  ])('refuse %s', async (_name, unit, address, length, modbusCode) => {
    await expect(read(unit, address, length)).rejects.toMatchObject({ modbusCode });
  });

  it('say when the port is taken', async () => {
    const second = startModbusMeter({ factory, clock: { nowMs: () => nowMs }, port: meter.port });
    await expect(second).rejects.toMatchObject({ code: 'simulator-start' });
  });
});

describe('register encoding', () => {
  it('uses two’s complement and wraps as a counter does', () => {
    const entry = { address: 0, quantity: 'q', scale: 10 };
    expect(encodeRegisters({ ...entry, type: 'int16' }, -1.5)).toEqual([0xfff1]);
    expect(encodeRegisters({ ...entry, type: 'uint32' }, 2 ** 32 / 10 + 0.2)).toEqual([0, 2]);
  });
});
