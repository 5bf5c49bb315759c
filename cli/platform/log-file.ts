import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { DestinationStream } from 'pino';
import { errorMessage } from '../../model/error.ts';

const MOST_BYTES = 16 * 2 ** 20;

export interface LogFileOptions {
  /** At this size the file becomes `<path>.1` and another is begun. */
  readonly mostBytes?: number;
  readonly onTrouble: (message: string) => void;
}

/**
 * The log of a platform: it takes no more disk than twice its bound, and a disk that is full or read-only ends nothing.
 * Lines are few (troubles), so each is written as it comes.
 */
export function openLogFile(
  path: string,
  { mostBytes = MOST_BYTES, onTrouble }: LogFileOptions,
): DestinationStream {
  let bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let isTold = false;
  return {
    write: (line) => {
      try {
        if (bytes >= mostBytes) {
          renameSync(path, `${path}.1`);
          bytes = 0;
        }
        appendFileSync(path, line);
        bytes += Buffer.byteLength(line);
        isTold = false;
      } catch (thrown) {
        if (!isTold) onTrouble(`the log can't be written: ${errorMessage(thrown)}`);
        isTold = true;
      }
    },
  };
}
