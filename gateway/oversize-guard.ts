import type { Lane, SpooledBatch } from './spool.ts';

interface HeldBatch {
  readonly lane: Lane;
  readonly bytes: number;
  readonly sinceMs: number;
}

/** Connections that must end over a batch before it is held back: any can end by chance. */
const STRIKES = 3;
/** Then it is tried again: somebody may have raised the limit. */
const AGAIN_AFTER_MS = 600_000;

/**
 * Finds batches that a broker will never take because of their size. A broker of MQTT 3.1.1 does not say so but ends the
 * connection, again and again, and everything behind such a batch would wait with it. Whatever is larger than all
 * that the broker ever took, and was the largest under way each time, is held back; it stays in the spool.
 */
export class OversizeGuard {
  /** Sent on this connection and not acknowledged. */
  readonly #underWay = new Map<number, SpooledBatch>();
  readonly #strikes = new Map<number, number>();
  readonly #held = new Map<number, HeldBatch>();
  #largestTakenBytes = 0;

  get heldCount(): number {
    return this.#held.size;
  }

  /** For a person: what is held back. */
  describe(): string {
    const bytes = [...this.#held.values()].map((held) => held.bytes);
    return `${this.#held.size} held back, of ${Math.min(...bytes)} bytes and more: the broker ended the connection over each`;
  }

  /** @returns whether the batch may be sent; then it counts as under way */
  admits(batch: SpooledBatch): boolean {
    if (this.#held.has(batch.sequence)) return false;
    this.#underWay.set(batch.sequence, batch);
    return true;
  }

  taken({ sequence, payload }: SpooledBatch): void {
    this.forget([sequence]);
    this.#largestTakenBytes = Math.max(this.#largestTakenBytes, payload.length);
  }

  /** They are stored, however they got there. */
  forget(sequences: readonly number[]): void {
    for (const sequence of sequences) {
      this.#underWay.delete(sequence);
      this.#strikes.delete(sequence);
      this.#held.delete(sequence);
    }
  }

  /** The connection ended. @returns the batch that is held back from now on, if one is */
  ended(nowMs: number): SpooledBatch | undefined {
    const largest = [...this.#underWay.values()].reduce<SpooledBatch | undefined>(
      (most, batch) => (most !== undefined && most.payload.length >= batch.payload.length ? most : batch),
      undefined,
    );
    this.#underWay.clear();
    if (largest === undefined || largest.payload.length <= this.#largestTakenBytes) return undefined;
    const { sequence, lane, payload } = largest;
    const strikes = (this.#strikes.get(sequence) ?? 0) + 1;
    this.#strikes.set(sequence, strikes);
    if (strikes < STRIKES) return undefined;
    this.#held.set(sequence, { lane, bytes: payload.length, sinceMs: nowMs });
    return largest;
  }

  /** Those to try once more: held for long, or no larger than what the broker took since. They are held no longer. */
  due(nowMs: number): readonly { readonly lane: Lane; readonly sequence: number }[] {
    const due = [...this.#held].filter(
      ([, { bytes, sinceMs }]) => bytes <= this.#largestTakenBytes || nowMs - sinceMs >= AGAIN_AFTER_MS,
    );
    for (const [sequence] of due) this.#held.delete(sequence);
    return due.map(([sequence, { lane }]) => ({ lane, sequence }));
  }
}
