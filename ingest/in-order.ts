interface Entry {
  outcome: { readonly error: Error | undefined } | undefined;
  readonly callback: (error?: Error) => void;
}

/**
 * Callbacks of one connection, called first in, first out, however their work ends: MQTT wants acknowledgements in the
 * order of arrival.
 */
export class InOrder {
  readonly #entries: Entry[] = [];

  add(work: Promise<void>, callback: (error?: Error) => void): void {
    const entry: Entry = { outcome: undefined, callback };
    this.#entries.push(entry);
    const settle = (error: Error | undefined): void => {
      entry.outcome = { error };
      this.#flush();
    };
    work.then(() => settle(undefined), settle);
  }

  #flush(): void {
    for (let head = this.#entries[0]; head?.outcome !== undefined; head = this.#entries[0]) {
      this.#entries.shift();
      if (head.outcome.error === undefined) head.callback();
      else head.callback(head.outcome.error);
    }
  }
}
