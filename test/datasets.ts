import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = process.env.PLANT_DATASETS ?? join(root, '..', 'shared', 'data');

/** Optional peers of the test suite; with PLANTSCOPE_REQUIRE=all (as in CI) their absence is a failure, not a skip. */
export type OptionalPeer =
  | 'datasets'
  | 'influxdb'
  | 'mosquitto'
  | 'chromium'
  | 'asyncua'
  | 'paho'
  | 'schemathesis'
  | 'gopcua'
  | 'compose'
  | 'prlimit';

export function isRequired(peer: OptionalPeer): boolean {
  const required = (process.env.PLANTSCOPE_REQUIRE ?? '').split(',');
  return required.includes('all') || required.includes(peer);
}

/** Says why a suite is skipped; fails instead where the peer is required. */
export function skipReason(peer: OptionalPeer, reason: string): undefined {
  if (isRequired(peer)) throw new Error(`${peer} is required here, but ${reason}`);
  process.stderr.write(`skipped: ${peer}: ${reason}\n`);
  return undefined;
}

/** Path of a public data set, or undefined (with a printed reason) where the data folder is absent. */
export function datasetPath(name: string): string | undefined {
  const path = join(folder, name);
  return existsSync(path)
    ? path
    : skipReason('datasets', `${name} is not in the data folder (set PLANT_DATASETS)`);
}
