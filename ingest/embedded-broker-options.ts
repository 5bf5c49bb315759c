import type { Refusal } from '../model/refusal.ts';
import type { BrokerCredentials } from './broker-credentials.ts';

/** What the embedded broker is told: where it listens, who may do what, and who takes what arrives. */
export interface EmbeddedBrokerOptions {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** PEM. With `ca`, a client needs a certificate of it. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  readonly credentials: BrokerCredentials;
  /** Whether a mapping of an MQTT source claims the topic. */
  readonly isDeviceTopic: (topic: string) => boolean;
  /** Resolves once the spool (or the quarantine) holds what the payload says: then the device is acknowledged. */
  readonly onDevicePublish: (topic: string, payload: Buffer, clientId: string) => Promise<void>;
  /** Takes a batch of a gateway over. Resolves when there is room for the next, not when it is stored (see ingest). */
  readonly onBatch: (gateway: string, payload: Buffer) => Promise<void>;
  readonly quarantine: { put(refusals: readonly Refusal[]): Promise<void> };
  /** A longer payload goes to the quarantine, cut, and is acknowledged. */
  readonly maxPayloadBytes?: number;
  /** Other bounds for single topics, such as a camera's; undefined leaves the general one. */
  readonly maxPayloadBytesOf?: (topic: string) => number | undefined;
  readonly maxClients?: number;
  readonly maxRetained?: number;
  readonly onTrouble?: (message: string) => void;
}
