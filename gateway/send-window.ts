import type { Lane, Spool, SpooledBatch } from './spool.ts';

export interface SendWindowOptions {
  readonly windowBatches: number;
  readonly overdueMs: number;
}

/** `live`: what came since the connection stands. `backlog`: live readings from before, in order. `history`: the rest. */
type Queue = 'live' | 'backlog' | 'history';

interface InFlight {
  readonly queue: Queue;
  readonly lane: Lane;
  readonly count: number;
  /** Since when the broker has it; undefined while it is on the way to the broker. */
  takenMs: number | undefined;
  attempts: number;
}

/** Shares of the window, so that a backlog of days never keeps a live reading waiting for a place. */
const shares: Readonly<Record<Queue, number>> = { live: 1, backlog: 0.5, history: 0.25 };
const LONGEST_OVERDUE_MS = 300_000;
/** A live queue that is longer than this in time has become a backlog. */
const LIVE_AGE_MS = 5000;
const READ_AHEAD = 32;

/**
 * Decides which batch of the spool goes next: live first, then the backlog in order, then history, each within its share
 * of a bounded number in flight. Does no IO but reading the spool; the time is an argument.
 */
export class SendWindow {
  readonly #spool: Pick<Spool, 'read' | 'get' | 'nextSequence'>;
  readonly #options: SendWindowOptions;
  readonly #inFlight = new Map<number, InFlight>();
  readonly #perQueue: Record<Queue, number> = { live: 0, backlog: 0, history: 0 };
  #ahead: Record<Queue, SpooledBatch[]> = { live: [], backlog: [], history: [] };
  #cursor: Record<Queue, number> = { live: 1, backlog: 1, history: 1 };
  /** Live readings below this sequence are backlog. */
  #edge = 1;

  constructor(spool: Pick<Spool, 'read' | 'get' | 'nextSequence'>, options: SendWindowOptions) {
    this.#spool = spool;
    this.#options = options;
  }

  get size(): number {
    return this.#inFlight.size;
  }

  /** Batches that had to be sent again, and are not reported stored yet. */
  get resent(): number {
    let count = 0;
    for (const { attempts } of this.#inFlight.values()) if (attempts > 0) count++;
    return count;
  }

  /** A new connection: everything not reported stored is sent again, from the oldest. */
  restart(_nowMs: number): void {
    this.#inFlight.clear();
    for (const queue of ['live', 'backlog', 'history'] as const) {
      this.#perQueue[queue] = 0;
      this.#ahead[queue] = [];
    }
    this.#edge = this.#spool.nextSequence();
    this.#cursor = { live: this.#edge, backlog: 1, history: 1 };
  }

  /** The next batch to send, now in flight, or undefined while the window is full or nothing waits. */
  next(nowMs: number): SpooledBatch | undefined {
    if (this.#inFlight.size >= this.#options.windowBatches) return undefined;
    this.#moveEdge(nowMs);
    for (const queue of ['live', 'backlog', 'history'] as const) {
      if (this.#perQueue[queue] >= Math.max(1, shares[queue] * this.#options.windowBatches)) continue;
      const batch = this.#take(queue);
      if (batch === undefined) continue;
      this.#perQueue[queue]++;
      const { lane, count } = batch;
      this.#inFlight.set(batch.sequence, { queue, lane, count, takenMs: undefined, attempts: 0 });
      return batch;
    }
    return undefined;
  }

  /** The broker acknowledged it. */
  taken(sequence: number, nowMs: number): void {
    const batch = this.#inFlight.get(sequence);
    if (batch !== undefined) batch.takenMs = nowMs;
  }

  /** @returns readings in the batches that left the window */
  confirm(sequences: readonly number[], nowMs: number): number {
    let count = 0;
    for (const sequence of sequences) {
      const batch = this.#inFlight.get(sequence);
      if (batch === undefined) continue;
      this.#inFlight.delete(sequence);
      this.#perQueue[batch.queue]--;
      count += batch.count;
    }
    if (count > 0) this.#hurry(nowMs);
    return count;
  }

  /** Batches the broker has had for too long: it may have lost them. */
  overdue(nowMs: number): readonly SpooledBatch[] {
    const due: SpooledBatch[] = [];
    for (const [sequence, batch] of this.#inFlight) {
      if (batch.takenMs === undefined || nowMs - batch.takenMs < this.#patienceMs(batch.attempts)) continue;
      const spooled = this.#spool.get(batch.lane, sequence);
      if (spooled === undefined) continue;
      batch.attempts++;
      batch.takenMs = undefined;
      due.push(spooled);
    }
    return due;
  }

  #patienceMs(attempts: number): number {
    return Math.min(LONGEST_OVERDUE_MS, this.#options.overdueMs * 2 ** Math.min(attempts, 10));
  }

  /** Ingest is alive again: what was given a long wait is looked at soon. */
  #hurry(nowMs: number): void {
    for (const batch of this.#inFlight.values()) {
      if (batch.attempts === 0) continue;
      batch.attempts = 0;
      if (batch.takenMs !== undefined) batch.takenMs = nowMs;
    }
  }

  #moveEdge(nowMs: number): void {
    const head = this.#ahead.live[0];
    const hasOldBacklog = this.#cursor.backlog < this.#edge || this.#ahead.backlog.length > 0;
    if (head === undefined || hasOldBacklog || nowMs - head.appendedMs < LIVE_AGE_MS) return;
    this.#ahead.backlog = this.#ahead.live;
    this.#ahead.live = [];
    this.#cursor.backlog = this.#cursor.live;
    this.#edge = this.#spool.nextSequence();
    this.#cursor.live = this.#edge;
  }

  #take(queue: Queue): SpooledBatch | undefined {
    if (this.#ahead[queue].length === 0) this.#readAhead(queue);
    return this.#ahead[queue].shift();
  }

  #readAhead(queue: Queue): void {
    const lane = queue === 'history' ? 'history' : 'live';
    const read = this.#spool.read(lane, this.#cursor[queue], READ_AHEAD);
    const wanted = queue === 'backlog' ? read.filter(({ sequence }) => sequence < this.#edge) : read;
    this.#ahead[queue] = [...wanted];
    const last = wanted.at(-1);
    if (last !== undefined) this.#cursor[queue] = last.sequence + 1;
    else if (queue === 'backlog') this.#cursor.backlog = this.#edge;
  }
}
