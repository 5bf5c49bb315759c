import type { Logger } from 'pino';
import { errorMessage } from '../../model/error.ts';
import type { Reading } from '../../model/reading.ts';
import type { SourceSink } from '../source.ts';

interface Batch {
  readonly readings: readonly Reading[];
  /** Must be durable before the readings are: without it a crash between would hide a gap. */
  readonly before: (() => Promise<void>) | undefined;
}

const retryMs = 1_000;
const readingsPerAccept = 5_000;

/**
 * The queue between notifications, which can't be made to wait, and the sink, which must be waited for.
 * `isFull` asks the caller to stop the server from publishing until `onRoom` is called.
 */
export class NotificationQueue {
  readonly #sink: SourceSink;
  readonly #logger: Logger;
  readonly #capacity: number;
  readonly #batches: Batch[] = [];
  #size = 0;
  #running: Promise<void> | undefined;
  #onRoom: (() => void) | undefined;

  constructor(sink: SourceSink, logger: Logger, capacity = 100_000) {
    this.#sink = sink;
    this.#logger = logger;
    this.#capacity = capacity;
  }

  /** Readings that wait for the sink. */
  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.#capacity;
  }

  /** Called once, when a full queue has emptied to half. */
  whenRoom(callback: () => void): void {
    this.#onRoom = callback;
  }

  push(readings: readonly Reading[], before?: () => Promise<void>): void {
    this.#batches.push({ readings, before });
    this.#size += readings.length;
    this.#running ??= this.#run();
  }

  /** Resolves when the sink holds everything that was pushed. */
  async drained(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Notifications of one moment come in several messages: let them meet before the first goes out.
    await Promise.resolve();
    while (this.#batches.length > 0) await this.#deliver(this.#take());
    this.#running = undefined;
  }

  #take(): Batch[] {
    let count = 0;
    let size = 0;
    while (count < this.#batches.length && size < readingsPerAccept) {
      size += this.#batches[count]?.readings.length ?? 0;
      count++;
    }
    return this.#batches.splice(0, count);
  }

  async #deliver(batches: readonly Batch[]): Promise<void> {
    const readings = batches.flatMap((batch) => batch.readings);
    await this.#untilDone(async () => {
      for (const { before } of batches) await before?.();
      await this.#sink.accept(readings);
    });
    this.#size -= readings.length;
    if (this.#size <= this.#capacity / 2) {
      this.#onRoom?.();
      this.#onRoom = undefined;
    }
  }

  /** A full disk or a closed spool is no reason to lose what we hold. */
  async #untilDone(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await work();
        return;
      } catch (thrown) {
        this.#logger.warn({ queue: this.#size }, `the spool refuses readings: ${errorMessage(thrown)}`);
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  }
}
