import modbus from 'modbus-serial';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { RegisterTable } from './address.ts';

type Answer = { readonly bytes: Buffer } | { readonly refused: string };

/** The device has no such register, or not for this function. @see MODBUS Application Protocol V1.1b3 clause 7 */
const refusals: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
};

/** One TCP connection to a meter or to the gateway of a line of meters; one request at a time. */
export class ModbusConnection {
  readonly #client: InstanceType<typeof modbus.default>;

  private constructor(client: InstanceType<typeof modbus.default>) {
    this.#client = client;
  }

  /** @throws what the socket throws */
  static async open(host: string, port: number, timeoutMs: number): Promise<ModbusConnection> {
    const client = new modbus.default();
    client.setTimeout(timeoutMs);
    // Requests in flight are told by their own promises.
    client.on('error', () => undefined);
    await client.connectTCP(host, { port, timeout: timeoutMs });
    return new ModbusConnection(client);
  }

  get isOpen(): boolean {
    return this.#client.isOpen;
  }

  /** @throws PlantscopeError `modbus-unanswered` (retryable): no answer in time, or the unit behind the gateway is silent */
  async read(unit: number, table: RegisterTable, register: number, length: number): Promise<Answer> {
    this.#client.setID(unit);
    try {
      return { bytes: (await this.#request(table, register, length)).buffer };
    } catch (cause) {
      const refused = refusals[exceptionCode(cause) ?? 0];
      if (refused !== undefined) return { refused };
      const message = `unit ${unit}, ${table} ${register}: ${errorMessage(cause)}`;
      throw new PlantscopeError('modbus-unanswered', message, { cause, retryable: true });
    }
  }

  #request(table: RegisterTable, register: number, length: number): Promise<{ readonly buffer: Buffer }> {
    switch (table) {
      case 'holding':
        return this.#client.readHoldingRegisters(register, length);
      case 'input':
        return this.#client.readInputRegisters(register, length);
      case 'coil':
        return this.#client.readCoils(register, length);
      case 'discrete':
        return this.#client.readDiscreteInputs(register, length);
    }
  }

  close(): void {
    this.#client.destroy(() => undefined);
  }
}

/** The library puts the exception's code on what it throws. */
function exceptionCode(thrown: unknown): number | undefined {
  const code = typeof thrown === 'object' && thrown !== null && 'modbusCode' in thrown && thrown.modbusCode;
  return typeof code === 'number' ? code : undefined;
}
