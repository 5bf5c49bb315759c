import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { opcuaPkiFolder } from '../../gateway/opcua/pki-folder.ts';
import { errorMessage, PlantscopeError } from '../../model/error.ts';

/** In the data folder of a platform, while it runs. */
export const PLATFORM_URL_FILE = 'platform-url';

/** Where everything of one platform lies. Deleting the folder is a factory reset. */
export interface DataFolder {
  readonly root: string;
  readonly store: string;
  readonly spool: string;
  readonly gaps: string;
  /** Recordings of vibration and current; models learned of machines. */
  readonly waveforms: string;
  readonly models: string;
  /** OPC UA certificates of the gateway's client side, and of the built-in simulator's server side. */
  readonly clientPki: string;
  readonly simulatorPki: string;
  readonly log: string;
  /** Says where the embedded broker of the running platform takes connections of this machine. */
  readonly brokerUrl: string;
  /** Says where the running platform itself answers, to commands that ask it. */
  readonly platformUrl: string;
}

/** @throws PlantscopeError `data-folder-unwritable` */
export function openDataFolder(path: string): DataFolder {
  const root = resolve(path);
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new PlantscopeError('data-folder-unwritable', `Can't use ${root}: ${errorMessage(cause)}`, {
      cause,
      where: root,
      hint: 'Name a folder you may write to with --data.',
    });
  }
  return {
    root,
    store: join(root, 'plantscope.duckdb'),
    spool: join(root, 'spool'),
    gaps: join(root, 'gaps'),
    waveforms: join(root, 'waveforms'),
    models: join(root, 'models'),
    clientPki: opcuaPkiFolder(root),
    simulatorPki: join(root, 'pki', 'simulator'),
    log: join(root, 'plantscope.log'),
    brokerUrl: join(root, 'broker-url'),
    platformUrl: join(root, PLATFORM_URL_FILE),
  };
}
