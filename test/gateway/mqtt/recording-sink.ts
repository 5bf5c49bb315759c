import type { SourceSink } from '../../../gateway/source.ts';
import type { Reading } from '../../../model/reading.ts';
import type { Refusal } from '../../../model/refusal.ts';

/** A sink that holds everything in memory; its disk can be made to wait or to fail. */
export class RecordingSink implements SourceSink {
  readonly readings: Reading[] = [];
  readonly refusals: Refusal[] = [];
  disk: () => Promise<void> = async () => undefined;

  async accept(readings: readonly Reading[]): Promise<void> {
    await this.disk();
    this.readings.push(...readings);
  }

  async refuse(refusals: readonly Refusal[]): Promise<void> {
    this.refusals.push(...refusals);
  }

  newestTimeMs(): undefined {
    return undefined;
  }
}
