/** More missing messages than this are not asked for: no server keeps so many. */
const mostMissing = 100;
/** Above it sequence numbers begin anew at 1. */
const greatest = 0xffff_ffff;

export interface MessageOrderOptions<Message> {
  /** Asks the server for a message again; undefined where it has it no more. */
  readonly fetch: (sequence: number) => Promise<Message | undefined>;
  readonly deliver: (message: Message) => void;
  /** Called where messages are gone for good, before a later one is delivered. */
  readonly lost: () => void;
}

/**
 * Puts the messages of one subscription into order. Sequence numbers of messages with data run without holes, so a number
 * ahead of its turn means that messages were lost with the channel: the server keeps each until it is acknowledged, and is
 * asked for them again (Republish) before later ones are delivered. The stack asks by itself after a repair, but from the
 * newest number it has seen, which leaves out what was lost before.
 * @see OPC 10000-4 (1.05) 5.14.1, 5.14.6
 */
export class MessageOrder<Message> {
  readonly #options: MessageOrderOptions<Message>;
  readonly #early = new Map<number, Message>();
  readonly #gone = new Set<number>();
  #next: number | undefined;
  #isFetching = false;

  constructor(options: MessageOrderOptions<Message>) {
    this.#options = options;
  }

  take(sequence: number, message: Message): void {
    this.#next ??= sequence;
    if (sequence === this.#next) {
      this.#pass(message);
      this.#passEarly();
      return;
    }
    const ahead = sequence - this.#next;
    if (ahead > 0 && ahead <= mostMissing) {
      this.#early.set(sequence, message);
      void this.#fetchMissing();
      return;
    }
    // Behind its turn: one the server was asked for twice, unless it was given up before it came.
    if (ahead < 0 && -ahead <= 10 * mostMissing && !this.#gone.delete(sequence)) return;
    if (ahead > 0 || -ahead > 10 * mostMissing) this.#skipTo(sequence);
    this.#options.deliver(message);
  }

  /** Far off: whatever lay between is lost. */
  #skipTo(sequence: number): void {
    this.#options.lost();
    for (const early of this.#early.values()) this.#options.deliver(early);
    this.#early.clear();
    this.#next = following(sequence);
  }

  #pass(message: Message): void {
    this.#next = following(this.#next ?? 0);
    this.#options.deliver(message);
  }

  #passEarly(): void {
    for (;;) {
      const early = this.#early.get(this.#next ?? 0);
      if (early === undefined) return;
      this.#early.delete(this.#next ?? 0);
      this.#pass(early);
    }
  }

  async #fetchMissing(): Promise<void> {
    if (this.#isFetching) return;
    this.#isFetching = true;
    while (this.#early.size > 0 && this.#next !== undefined) {
      const wanted = this.#next;
      // A server that no longer has it, or does not answer, gives none: the loss is counted, and history closes it.
      const message = await this.#options.fetch(wanted).catch(() => undefined);
      // It, or one far off, may have come by itself meanwhile.
      if (wanted !== this.#next) continue;
      if (message === undefined) this.#giveUp(wanted);
      else this.#pass(message);
      this.#passEarly();
    }
    this.#isFetching = false;
  }

  #giveUp(sequence: number): void {
    this.#gone.add(sequence);
    if (this.#gone.size > mostMissing) this.#gone.delete(this.#gone.values().next().value ?? 0);
    this.#next = following(sequence);
    this.#options.lost();
  }
}

const following = (sequence: number): number => (sequence % greatest) + 1;
