import { vi } from 'vitest';

/** Waits for what a check expects, as long as a slow and loaded machine may need. */
export const patiently = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: 60_000, interval: 10 });
