import type { EmbeddedBrokerOptions } from '../../ingest/embedded-broker-options.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import { DEFAULT_BROKER_PORT } from './free-ports.ts';

/** Where the embedded broker listens. Beside an external one it serves this process alone, on any free port. */
export function brokerAddress(
  { file }: LoadedPlant,
  readSecret: (path: string) => string,
): Pick<EmbeddedBrokerOptions, 'host' | 'port' | 'tls'> {
  const broker = file.broker ?? { kind: 'embedded' };
  if (broker.kind !== 'embedded') return { port: 0 };
  const { host, port, tls } = broker;
  return {
    port: port ?? DEFAULT_BROKER_PORT,
    ...(host !== undefined && { host }),
    ...(tls && {
      tls: {
        cert: readSecret(tls.certificateFile),
        key: readSecret(tls.privateKeyFile),
        ...(tls.clientCaFile !== undefined && { ca: readSecret(tls.clientCaFile) }),
      },
    }),
  };
}
