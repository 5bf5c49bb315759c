import { join } from 'node:path';
import {
  MessageSecurityMode,
  makeApplicationUrn,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
} from 'node-opcua';
import { PlantscopeError } from '../model/error.ts';
import { buildAddressSpace, type SimulatedNodes, simulatorNamespaceUri } from './address-space.ts';

export interface OpcuaServerOptions extends SimulatedNodes {
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Without one, anonymous users get in, which is allowed on the loopback interface only. */
  readonly user?: { readonly name: string; readonly password: string };
  /** The server's own key, certificate and trust list live here; created at first start. */
  readonly pkiFolder: string;
}

export interface SimulatedServer {
  readonly endpointUrl: string;
  /** DER */
  readonly certificate: Buffer;
  trustClient(certificateDer: Buffer): Promise<void>;
  stop(): Promise<void>;
}

const shutdownMs = 50;

/**
 * An OPC UA server whose values and history come straight from the factory's functions: nothing is computed unless
 * somebody reads or monitors it. Secure channels only, signed and encrypted.
 */
export async function startOpcuaServer(options: OpcuaServerOptions): Promise<SimulatedServer> {
  const host = options.host ?? '127.0.0.1';
  requireUserBeyondLoopback(host, options);
  const certificates = new OPCUACertificateManager({ rootFolder: options.pkiFolder, keySize: 2048 });
  const users = new OPCUACertificateManager({ rootFolder: join(options.pkiFolder, 'users'), keySize: 2048 });
  const server = new OPCUAServer({
    port: options.port,
    host,
    hostname: host,
    resourcePath: '/plantscope/sim',
    serverCertificateManager: certificates,
    userCertificateManager: users,
    securityModes: [MessageSecurityMode.SignAndEncrypt],
    securityPolicies: [
      SecurityPolicy.Basic256Sha256,
      SecurityPolicy.Aes128_Sha256_RsaOaep,
      SecurityPolicy.Aes256_Sha256_RsaPss,
    ],
    allowAnonymous: options.user === undefined,
    userManager: {
      isValidUser: (name: string, password: string) =>
        options.user !== undefined && name === options.user.name && password === options.user.password,
    },
    serverInfo: {
      applicationUri: makeApplicationUrn('localhost', 'plantscope-sim'),
      productUri: simulatorNamespaceUri,
    },
    buildInfo: { productName: 'Plantscope simulated plant' },
    serverCapabilities: {
      operationLimits: {
        maxNodesPerRead: 1000,
        maxNodesPerHistoryReadData: 200,
        maxMonitoredItemsPerCall: 500,
      },
    },
  });
  await server.initialize();
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new PlantscopeError('simulator-start', 'the OPC UA server has no address space');
  buildAddressSpace(addressSpace, options);
  await server.start();
  return {
    endpointUrl: server.getEndpointUrl(),
    certificate: server.getCertificate(),
    trustClient: (certificateDer) => certificates.trustCertificate(certificateDer),
    stop: async () => {
      await server.shutdown(shutdownMs);
      await certificates.dispose();
      await users.dispose();
    },
  };
}

function requireUserBeyondLoopback(host: string, { user }: OpcuaServerOptions): void {
  if (user || /^(127\.|localhost$|\[?::1\]?$)/.test(host)) return;
  throw new PlantscopeError('simulator-open-host', `anonymous access is not offered on ${host}`, {
    hint: 'Listen on 127.0.0.1, or name a user with a password.',
  });
}
