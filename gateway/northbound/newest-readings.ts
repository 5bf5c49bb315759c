import type { Tag } from '../../model/plant.ts';
import { compareInstants, type Reading } from '../../model/reading.ts';
import { isRecording } from '../../model/waveform.ts';

/**
 * The newest reading of each tag of the plant; begins with what the spool remembers of earlier runs. Recordings are left out:
 * half a megabyte a minute is nothing to retain on a broker.
 */
export class NewestReadings {
  readonly #byTag = new Map<string, Reading>();

  constructor(tags: readonly Tag[], remembered: (tag: string) => Reading | undefined) {
    for (const { id } of tags) {
      const reading = remembered(id);
      if (reading !== undefined && !isRecording(reading)) this.#byTag.set(id, reading);
    }
  }

  get(tag: string): Reading | undefined {
    return this.#byTag.get(tag);
  }

  tags(): Iterable<string> {
    return this.#byTag.keys();
  }

  /** @returns whether it is now the newest of its tag; late readings are not */
  take(reading: Reading): boolean {
    if (isRecording(reading)) return false;
    const known = this.#byTag.get(reading.tag);
    if (known !== undefined && compareInstants(reading, known) < 0) return false;
    this.#byTag.set(reading.tag, reading);
    return true;
  }
}
