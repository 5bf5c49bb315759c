import { Worker } from 'node:worker_threads';
import { PlantscopeError } from '../../../model/error.ts';
import { readSmoke, type SmokeReading, type SmokeRefusal } from '../../environment/smoke.ts';
import type { RgbImage } from '../../environment/smoke-image.ts';

export type SmokeVerdict = SmokeReading | SmokeRefusal;

export interface SmokeReader {
  read(image: RgbImage): Promise<SmokeVerdict>;
  stop(): Promise<void>;
}

interface Waiting {
  readonly resolve: (verdict: SmokeVerdict) => void;
  readonly reject: (error: Error) => void;
}

/** Reads pictures in a thread of its own, which starts with the first picture and again after a failure. */
export function createSmokeReader(): SmokeReader {
  // The tests run the sources, which a thread can't load: there the maths runs in place.
  if (import.meta.url.endsWith('.ts'))
    return { read: async (image) => readSmoke(image), stop: async () => {} };
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;
  const fail = (message: string): void => {
    worker = undefined;
    const error = new PlantscopeError('smoke-thread-failed', message, { retryable: true });
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./smoke-worker.js', import.meta.url));
    started.on('message', ({ id, reading }: { readonly id: number; readonly reading: SmokeVerdict }) => {
      waiting.get(id)?.resolve(reading);
      waiting.delete(id);
    });
    started.on('error', (error) => fail(error.message));
    started.on('exit', () => fail('the thread ended'));
    // A picture under way must not keep the process alive.
    started.unref();
    return started;
  };
  return {
    read: (image) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        worker.postMessage({ id: lastId, image });
      }),
    stop: async () => {
      const running = worker;
      worker = undefined;
      await running?.terminate();
    },
  };
}
