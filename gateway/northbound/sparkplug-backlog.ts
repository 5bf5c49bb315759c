import { decodeBatch } from '../../model/batch.ts';
import type { Reading } from '../../model/reading.ts';
import { lanes, type Spool, type SpooledBatch } from '../spool.ts';

/** Says readings of before; resolves once the connection took them. @returns false where it broke meanwhile */
export type TellLate = (readings: readonly Reading[]) => Promise<boolean>;

/**
 * What an edge node could not tell while its broker was away, on disk, in order; told later as historical values.
 * @see Sparkplug 3.0.0 clause 6.4.15 (is_historical)
 */
export class SparkplugBacklog {
  readonly #spool: Spool;
  readonly #onTrouble: (message: string) => void;
  readonly counters = { kept: 0, toldLate: 0 };

  /** @param spool its own, not the gateway's: what other systems were told is no matter of ingest */
  constructor(spool: Spool, onTrouble: (message: string) => void) {
    this.#spool = spool;
    this.#onTrouble = onTrouble;
  }

  get size(): number {
    return this.#spool.size();
  }

  keep(readings: readonly Reading[]): void {
    if (readings.length === 0) return;
    this.counters.kept += readings.length;
    this.#spool.append(readings).catch((error: Error) => {
      this.#onTrouble(`${readings.length} readings are not kept for the broker: ${error.message}`);
    });
  }

  /** A batch at a time, each once the connection took the one before, so that live values pass between; ends early where it breaks. */
  async tellAll(tell: TellLate): Promise<void> {
    await this.#spool.settled();
    for (const lane of lanes) {
      let batch = this.#spool.read(lane, 0, 1)[0];
      while (batch) {
        if (!(await this.#tellBatch(batch, tell))) return;
        batch = this.#spool.read(lane, batch.sequence + 1, 1)[0];
      }
    }
  }

  close(): Promise<void> {
    return this.#spool.close();
  }

  async #tellBatch({ payload, sequence }: SpooledBatch, tell: TellLate): Promise<boolean> {
    const { readings } = decodeBatch(payload.toString());
    if (!(await tell(readings))) return false;
    this.counters.toldLate += readings.length;
    this.#spool.confirm([sequence]);
    return true;
  }
}
