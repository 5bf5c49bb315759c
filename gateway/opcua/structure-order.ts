import { type ClientSession, DataType, type DataValue, promoteOpaqueStructure } from 'node-opcua';

/**
 * Structures arrive undecoded; their type is read from the server first. Whatever comes meanwhile waits behind them, so
 * that values keep their order.
 */
export class StructureOrder {
  readonly #session: ClientSession;
  #waiting: Promise<void> | undefined;

  constructor(session: ClientSession) {
    this.#session = session;
  }

  /** @param deliver is called at once where there is nothing to decode and nothing to wait for */
  pass(values: readonly DataValue[], deliver: () => void, failed: (cause: unknown) => void): void {
    const structures = values.filter(isStructure);
    if (structures.length === 0 && this.#waiting === undefined) {
      deliver();
      return;
    }
    const mine: Promise<void> = (this.#waiting ?? Promise.resolve())
      .then(() => promoteOpaqueStructure(this.#session, structures))
      .catch(failed)
      .then(() => {
        if (this.#waiting === mine) this.#waiting = undefined;
        deliver();
      });
    this.#waiting = mine;
  }
}

const isStructure = ({ value }: DataValue): boolean => value?.dataType === DataType.ExtensionObject;
