import { once } from 'node:events';
import { ServerTCP } from 'modbus-serial';
import type { Clock } from '../model/clock.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { Factory } from './factory.ts';
import { encodeRegisters, modbusUnits, registerMap } from './modbus-map.ts';
import { instrumentTimeMs } from './signal.ts';

export interface ModbusMeterOptions {
  readonly factory: Factory;
  readonly clock: Clock;
  /** 1 to 65535. */
  readonly port: number;
  /** Default 127.0.0.1: Modbus knows neither user nor encryption. */
  readonly host?: string;
}

export interface ModbusMeter {
  readonly port: number;
  stop(): Promise<void>;
}

/** @see MODBUS Application Protocol V1.1b3 clause 7 */
const exceptions = { illegalDataAddress: 2, gatewayTargetFailed: 11 } as const;

/**
 * The plant's electricity meters behind one Modbus TCP gateway: functions 3 and 4, every register of one request read at
 * one instant. An address outside the map, or half a value at either end, is refused as real meters do.
 */
export async function startModbusMeter(options: ModbusMeterOptions): Promise<ModbusMeter> {
  const read = (address: number, length: number, unit: number) =>
    readRegisters(options, address, length, unit);
  const single = (address: number, unit: number) => read(address, 1, unit)[0] ?? 0;
  const server = new ServerTCP(
    {
      getMultipleHoldingRegisters: read,
      getMultipleInputRegisters: read,
      // The library asks these for a single register.
      getHoldingRegister: single,
      getInputRegister: single,
    },
    // Unit 255 lets the library answer for every unit id.
    { host: options.host ?? '127.0.0.1', port: options.port, unitID: 255 },
  );
  await Promise.race([once(server, 'initialized'), failure(server, options.port)]);
  return { port: options.port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function failure(server: ServerTCP, port: number): Promise<never> {
  const [cause] = await once(server, 'serverError');
  throw new PlantscopeError(
    'simulator-start',
    `the Modbus meter can't listen on port ${port}: ${errorMessage(cause)}`,
    {
      cause,
      hint: 'Choose a port that is free.',
    },
  );
}

function readRegisters(
  { factory, clock }: ModbusMeterOptions,
  address: number,
  length: number,
  unit: number,
): number[] {
  const asset = modbusUnits[unit - 1];
  if (asset === undefined) throw refusal(exceptions.gatewayTargetFailed);
  const timeMs = instrumentTimeMs(clock.nowMs());
  const words: number[] = [];
  while (words.length < length) {
    const entry = registerMap.find((candidate) => candidate.address === address + words.length);
    const signal = entry && factory.signalsByAddress.get(`${asset}.${entry.quantity}`);
    if (!entry || !signal) throw refusal(exceptions.illegalDataAddress);
    const { value } = signal.sample(timeMs);
    if (typeof value !== 'number') throw refusal(exceptions.gatewayTargetFailed);
    words.push(...encodeRegisters(entry, value));
  }
  if (words.length > length) throw refusal(exceptions.illegalDataAddress);
  return words;
}

/** The library takes the exception code from this property of what is thrown. */
const refusal = (code: number): Error =>
  Object.assign(new Error(`Modbus exception ${code}`), { modbusErrorCode: code });
