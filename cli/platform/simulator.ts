import { type SimulatedPlant, startSimulatedPlant } from '../../devices-sim/simulated-plant.ts';
import { trustEachOther } from '../../gateway/opcua/certificates.ts';
import type { BrokerCredentials } from '../../ingest/broker-credentials.ts';
import type { Clock } from '../../model/clock.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { DataFolder } from './data-folder.ts';

/** The seed of `plantscope sim` too, so that `plantscope sim --faults` prints the labels of the running demo. */
const SEED = 1;
/** What the simulated devices may do on the embedded broker. */
const deviceRights = { publish: ['sim/#'], subscribe: ['sim/+/history/get'] };

export interface SimulatorParts {
  readonly loaded: LoadedPlant;
  readonly folder: DataFolder;
  readonly credentials: BrokerCredentials;
  readonly brokerUrl: string;
  readonly clock: Clock;
  readonly onTrouble: (message: string) => void;
}

/**
 * Starts the built-in factory where a source of the plant file is marked `simulated`, and sets up the trust between its
 * OPC UA server and the gateway.
 */
export async function startSimulator(parts: SimulatorParts): Promise<SimulatedPlant | undefined> {
  const { loaded, folder, credentials, brokerUrl, clock, onTrouble } = parts;
  const sources = Object.values(loaded.file.sources);
  const opcua = sources.find((source) => source.kind === 'opcua' && source.simulated);
  const mqtt = sources.find((source) => source.kind === 'mqtt' && source.simulated);
  if (!opcua && !mqtt) return undefined;
  const { password } = credentials.ensure('simulated-devices', deviceRights);
  const plant = await startSimulatedPlant({
    clock,
    seed: SEED,
    timeZone: loaded.plant.site.timeZone,
    opcuaPort: portOf(opcua),
    pkiFolder: folder.simulatorPki,
    onProblem: (problem) => onTrouble(`simulated device: ${String(problem)}`),
  });
  await trustEachOther(folder.clientPki, {
    certificate: plant.serverCertificate,
    trustClient: plant.trustClient,
  });
  if (mqtt) await plant.connectMqtt({ url: brokerUrl, username: 'simulated-devices', password });
  return plant;
}

function portOf(source: { readonly endpoint?: string } | object | undefined): number {
  const endpoint = source && 'endpoint' in source ? source.endpoint : undefined;
  const port = endpoint === undefined ? '' : new URL(endpoint).port;
  return port === '' ? 4840 : Number(port);
}
