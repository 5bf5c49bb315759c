import type { Logger } from 'pino';
import type { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { DataFolder } from '../platform/data-folder.ts';

/** What a part of the platform is given when it runs as a process of its own. */
export interface ServiceParts {
  readonly loaded: LoadedPlant;
  readonly folder: DataFolder;
  readonly clock: Clock;
  readonly calendar: PlantCalendar;
  readonly logger: Logger;
  readonly version: string;
  readonly readSecret: (path: string) => string;
  readonly host: string;
  readonly port: number;
  /** Fixed name of an ingest process among several. */
  readonly member?: string;
}

export interface Service {
  health(): readonly StationHealth[];
  /** Where it listens, for a service that has an API. */
  readonly url?: string;
  stop(): Promise<void>;
}

export interface BrokerAccess {
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly ca: string };
}

/** The external broker of the plant file. @throws PlantscopeError `broker-embedded` where it names none */
export function externalBroker({ loaded, readSecret }: ServiceParts): BrokerAccess {
  const broker = loaded.file.broker;
  if (broker?.kind !== 'external') {
    throw new PlantscopeError('broker-embedded', 'Parts that run apart meet at a broker of their own', {
      where: loaded.path,
      hint: 'Name one in the plant file: broker: { kind: external, url: mqtt://host:1883, username: ..., passwordFile: ... }',
    });
  }
  return {
    url: broker.url,
    ...(broker.username !== undefined && { username: broker.username }),
    ...(broker.passwordFile !== undefined && { password: readSecret(broker.passwordFile) }),
    ...(broker.caFile !== undefined && { tls: { ca: readSecret(broker.caFile) } }),
  };
}
