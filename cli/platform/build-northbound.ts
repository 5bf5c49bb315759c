import { join } from 'node:path';
import type { Logger } from 'pino';
import type { BrokerAccess } from '../../gateway/broker-link.ts';
import { openSpool } from '../../gateway/lmdb-spool.ts';
import type { Northbound } from '../../gateway/northbound/northbound.ts';
import { fileSessionCounter } from '../../gateway/northbound/session-counter.ts';
import { SparkplugEdge } from '../../gateway/northbound/sparkplug-edge.ts';
import { UnifiedNamespace } from '../../gateway/northbound/unified-namespace.ts';
import type { Spool } from '../../gateway/spool.ts';
import type { Clock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import { dayMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { SparkplugEdgeFile, UnifiedNamespaceFile } from '../../plant/northbound-schema.ts';
import { tlsFiles } from './tls-files.ts';

export interface NorthboundParts {
  readonly loaded: LoadedPlant;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readSecret: (path: string) => string;
  readonly spool: Spool;
  /** Folder of the platform's data. */
  readonly dataFolder: string;
  /** Where `broker: embedded` leads; absent in a process that has no broker. */
  readonly embedded?: (user: string, rights: EmbeddedRights) => BrokerAccess;
}

/** What one of ours may do on the embedded broker. */
export interface EmbeddedRights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What the plant file says other systems are told. @throws PlantscopeError `broker-embedded`, `secret-unreadable` */
export function buildNorthbound(parts: NorthboundParts): Northbound[] {
  const { unifiedNamespace, sparkplug } = parts.loaded.file.northbound ?? {};
  const { plant, file } = parts.loaded;
  const gateway = file.gateway?.id ?? plant.site.id;
  const common = {
    ...{ plant, clock: parts.clock },
    remembered: (tag: string) => parts.spool.newest(tag),
    onTrouble: (message: string) => parts.logger.warn(message),
  };
  return [
    ...(unifiedNamespace ? [namespaceOf(unifiedNamespace, gateway, common, parts)] : []),
    ...(sparkplug ? [edgeOf(sparkplug, gateway, common, parts)] : []),
  ];
}

type Common = Pick<
  ConstructorParameters<typeof UnifiedNamespace>[0],
  'plant' | 'clock' | 'remembered' | 'onTrouble'
>;

function namespaceOf(file: UnifiedNamespaceFile, gateway: string, common: Common, parts: NorthboundParts) {
  const { enterprise, statusTopic } = file;
  return new UnifiedNamespace({
    ...common,
    ...accessOf(file, parts, 'northbound-namespace', {
      publish: [
        [...(enterprise === undefined ? [] : [enterprise]), common.plant.site.id, '#'].join('/'),
        ...(statusTopic === undefined ? [] : [statusTopic]),
      ],
      subscribe: [],
    }),
    clientId: `plantscope-namespace-${gateway}`,
    ...(enterprise !== undefined && { enterprise }),
    ...(statusTopic !== undefined && { statusTopic }),
  });
}

/** What another system missed is worth less than what we miss: the oldest goes first. */
const backlogBounds = { maxBytes: 512 * 1024 ** 2, maxAgeMs: 30 * dayMs, whenFull: 'drop-oldest' } as const;

function edgeOf(file: SparkplugEdgeFile, gateway: string, common: Common, parts: NorthboundParts) {
  const { group = common.plant.site.id, edgeNode = gateway } = file;
  return new SparkplugEdge({
    ...common,
    ...accessOf(file, parts, 'northbound-sparkplug', {
      publish: [`spBv1.0/${group}/+/${edgeNode}/#`],
      subscribe: [`spBv1.0/${group}/NCMD/${edgeNode}`],
    }),
    ...{ group, edgeNode, clientId: `plantscope-edge-${gateway}` },
    sessions: fileSessionCounter(join(parts.dataFolder, 'sparkplug-session')),
    backlog: openSpool({
      ...{ dir: join(parts.dataFolder, 'sparkplug-backlog'), gateway, clock: common.clock },
      ...{ ...backlogBounds, onTrouble: common.onTrouble },
    }),
  });
}

function accessOf(
  { broker, user, tls }: Pick<SparkplugEdgeFile, 'broker' | 'user' | 'tls'>,
  { embedded, loaded, readSecret }: NorthboundParts,
  name: string,
  rights: EmbeddedRights,
): BrokerAccess {
  if (broker !== 'embedded') {
    return {
      url: broker,
      tls: tlsFiles(tls, readSecret),
      ...(user && { username: user.name, password: readSecret(user.passwordFile) }),
    };
  }
  if (embedded) return embedded(name, rights);
  throw new PlantscopeError('broker-embedded', 'This process has no embedded broker to publish on', {
    where: loaded.path,
    hint: 'Name a broker under northbound: mqtt://host:1883.',
  });
}
