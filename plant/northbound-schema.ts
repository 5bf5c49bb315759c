import Type, { type Static } from 'typebox';
import { Hj212UplinkFile } from './hj212-schema.ts';
import { ClientTls, PasswordUser, strict } from './schema-parts.ts';

const access = {
  broker: Type.String({
    pattern: '^(embedded|mqtts?://.+)$',
    description: 'mqtt://host:port or mqtts://host:port, or `embedded`.',
  }),
  user: Type.Optional(PasswordUser),
  tls: Type.Optional(ClientTls),
};

const topicLevel = (description: string) => Type.String({ pattern: '^[^/+#$\\s][^/+#]*$', description });

export const UnifiedNamespaceFile = Type.Object(
  {
    ...access,
    enterprise: Type.Optional(
      topicLevel('First level of each topic, before site/area/line/asset/tag; default: none.'),
    ),
    statusTopic: Type.Optional(
      Type.String({ description: 'Topic that says `online`, retained, and by last will `offline`.' }),
    ),
  },
  {
    ...strict,
    description: 'The newest value of each tag as a retained message, by its place in the plant.',
  },
);

export const SparkplugEdgeFile = Type.Object(
  {
    ...access,
    group: Type.Optional(topicLevel('Default: the id of the site.')),
    edgeNode: Type.Optional(topicLevel('Default: the id of the gateway.')),
  },
  { ...strict, description: 'The plant as a Sparkplug B edge node: a device an asset, a metric a tag.' },
);

export const NorthboundFile = Type.Object(
  {
    unifiedNamespace: Type.Optional(UnifiedNamespaceFile),
    sparkplug: Type.Optional(SparkplugEdgeFile),
    hj212: Type.Optional(Hj212UplinkFile),
  },
  { ...strict, description: 'What other systems are given. Off where it is not written.' },
);

export type NorthboundFile = Static<typeof NorthboundFile>;
export type UnifiedNamespaceFile = Static<typeof UnifiedNamespaceFile>;
export type SparkplugEdgeFile = Static<typeof SparkplugEdgeFile>;
