import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Tries for ever, with a pause that doubles up to ten seconds and is spread at random, so that several that failed
 * together don't come back together.
 * @throws the abort reason once `stop` is aborted
 */
export async function keepTrying<T>(
  attempt: () => Promise<T>,
  stop: AbortSignal,
  onFailure: (thrown: unknown) => void,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    stop.throwIfAborted();
    try {
      return await attempt();
    } catch (thrown) {
      onFailure(thrown);
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal: stop });
    }
  }
}
