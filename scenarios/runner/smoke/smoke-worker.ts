import { parentPort } from 'node:worker_threads';
import { readSmoke } from '../../environment/smoke.ts';
import type { RgbImage } from '../../environment/smoke-image.ts';

/** Reads one picture after the other, so that the maths does not hold up the platform's one event loop. */
parentPort?.on('message', ({ id, image }: { readonly id: number; readonly image: RgbImage }) => {
  parentPort?.postMessage({ id, reading: readSmoke(image) });
});
