import { join } from 'node:path';
import {
  AccessLevelFlag,
  type AddressSpace,
  coerceStatusCode,
  DataType,
  DataValue,
  type DataValueOptions,
  MessageSecurityMode,
  makeApplicationUrn,
  type Namespace,
  OPCUACertificateManager,
  OPCUAServer,
  SecurityPolicy,
  type UAObject,
  type UAVariable,
} from 'node-opcua';
import type { Clock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import { dayMs } from '../model/window.ts';
import { engineeringUnitOf } from './engineering-units.ts';
import { historianOf } from './historian.ts';
import { placeOf } from './layout.ts';
import type { Sample, Signal } from './signal.ts';

/** Namespace of every node of the simulated plant; a node's identifier is its signal's address. */
export const simulatorNamespaceUri = 'urn:plantscope:sim';

export interface OpcuaServerOptions {
  readonly signals: readonly Signal[];
  readonly clock: Clock;
  readonly port: number;
  /** Default 127.0.0.1: the simulator lets anonymous users in, so it stays on this machine. */
  readonly host?: string;
  /** The server's own key, certificate and trust list live here; created at first start. */
  readonly pkiFolder: string;
  readonly historyDays?: number;
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
    allowAnonymous: true,
    disableDiscovery: false,
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
  buildAddressSpace(server, options);
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

/** Objects / area / line / asset / quantity. */
function buildAddressSpace(server: OPCUAServer, options: OpcuaServerOptions): void {
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new PlantscopeError('simulator-start', 'the OPC UA server has no address space');
  const namespace = addressSpace.registerNamespace(simulatorNamespaceUri);
  const folders = new Folders(addressSpace, namespace);
  for (const signal of options.signals)
    addSignalNode(namespace, folders.ofAsset(signal.asset), signal, options);
}

class Folders {
  readonly #addressSpace: AddressSpace;
  readonly #namespace: Namespace;
  readonly #known = new Map<string, UAObject>();

  constructor(addressSpace: AddressSpace, namespace: Namespace) {
    this.#addressSpace = addressSpace;
    this.#namespace = namespace;
  }

  ofAsset(asset: string): UAObject {
    const { area, line } = placeOf(asset);
    const parent = this.#folder(`${area}/${line}`, line, this.#folder(area, area, undefined));
    return this.#folder(`${area}/${line}/${asset}`, asset, parent);
  }

  #folder(path: string, name: string, parent: UAObject | undefined): UAObject {
    const known = this.#known.get(path);
    if (known) return known;
    const folder = this.#namespace.addObject({
      browseName: name,
      nodeId: `s=${path}`,
      organizedBy: parent ?? this.#addressSpace.rootFolder.objects,
      typeDefinition: 'FolderType',
    });
    this.#known.set(path, folder);
    return folder;
  }
}

const dataTypes = { number: DataType.Double, boolean: DataType.Boolean, text: DataType.String } as const;
const historyDaysDefault = 40;
/** Registers of the simulated meters have nine integer digits. */
const registerCeiling = 999_999_999;

function addSignalNode(
  namespace: Namespace,
  parent: UAObject,
  signal: Signal,
  options: OpcuaServerOptions,
): void {
  const { clock } = options;
  const common = {
    browseName: signal.quantity,
    nodeId: `s=${signal.address}`,
    componentOf: parent,
    dataType: dataTypes[signal.kind],
    accessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead,
    userAccessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.HistoryRead,
    historizing: true,
    minimumSamplingInterval: 1000,
  };
  const variable: UAVariable =
    signal.kind === 'number'
      ? namespace.addAnalogDataItem({
          ...common,
          dataType: 'Double',
          engineeringUnitsRange: { low: signal.range?.[0] ?? 0, high: signal.range?.[1] ?? registerCeiling },
          engineeringUnits: engineeringUnitOf(signal.unit),
        })
      : namespace.addVariable(common);
  variable.bindVariable(
    {
      timestamped_get: () => {
        // The plant's instruments measure on the full second.
        const timeMs = Math.floor(clock.nowMs() / 1000) * 1000;
        return toDataValue(signal, signal.sample(timeMs), timeMs);
      },
      historyRead: historianOf(signal, {
        clock,
        keptMs: (options.historyDays ?? historyDaysDefault) * dayMs,
        toDataValue,
      }),
    },
    true,
  );
}

function toDataValue(signal: Signal, { value, status }: Sample, timeMs: number): DataValue {
  const time = new Date(timeMs);
  const options: DataValueOptions = {
    sourceTimestamp: time,
    serverTimestamp: time,
    statusCode: coerceStatusCode(status),
  };
  return new DataValue(
    value === null ? options : { ...options, value: { dataType: dataTypes[signal.kind], value } },
  );
}
