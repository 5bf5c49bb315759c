import { createFactory, type Factory } from '../../devices-sim/factory.ts';
import { startModbusMeter } from '../../devices-sim/modbus-meter.ts';
import { startMqttDevices } from '../../devices-sim/mqtt-devices.ts';
import { type SimulatedPlant, startSimulatedPlant } from '../../devices-sim/simulated-plant.ts';
import { trustEachOther } from '../../gateway/opcua/certificates.ts';
import type { BrokerCredentials } from '../../ingest/broker-credentials.ts';
import type { Clock } from '../../model/clock.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { OpcuaSourceFile } from '../../plant/source-schema.ts';
import type { DataFolder } from './data-folder.ts';

/** The seed of `plantscope sim` too, so that `plantscope sim --faults` prints the labels of the running demo. */
const SEED = 1;
const DEFAULT_OPCUA_PORT = 4840;
const DEFAULT_MODBUS_PORT = 502;
const mqttUser = 'simulated-devices';
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

export interface Simulator {
  stop(): Promise<void>;
}

/**
 * Starts the devices of the built-in factory that sources of the plant file are marked `simulated` for, and sets up the
 * trust between its OPC UA server and the gateway.
 */
export async function startSimulator(parts: SimulatorParts): Promise<Simulator | undefined> {
  const { opcua, mqtt, modbus } = simulatedSources(parts.loaded);
  if (!opcua && !mqtt && modbus.length === 0) return undefined;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const server = opcua && (await startServer(parts, opcua));
    if (server) stops.push(() => server.stop());
    const factory = server?.factory ?? createFactory({ ...identity(parts.loaded), faults: 'demo' });
    if (mqtt) stops.push(await startDevices(parts, factory));
    for (const { host, port = DEFAULT_MODBUS_PORT } of modbus) {
      const meter = await startModbusMeter({ factory, clock: parts.clock, host, port });
      stops.push(() => meter.stop());
    }
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function simulatedSources({ file }: LoadedPlant) {
  const sources = Object.values(file.sources);
  return {
    opcua: sources.filter((source) => source.kind === 'opcua').find(({ simulated }) => simulated),
    mqtt: sources.filter((source) => source.kind === 'mqtt').find(({ simulated }) => simulated),
    modbus: sources.filter((source) => source.kind === 'modbus').filter(({ simulated }) => simulated),
  };
}

const identity = ({ plant }: LoadedPlant) => ({ seed: SEED, timeZone: plant.site.timeZone });

async function startServer(
  { loaded, folder, clock, onTrouble }: SimulatorParts,
  { endpoint }: OpcuaSourceFile,
): Promise<SimulatedPlant> {
  const port = endpoint === undefined ? '' : new URL(endpoint).port;
  const plant = await startSimulatedPlant({
    ...{ ...identity(loaded), clock, pkiFolder: folder.simulatorPki },
    opcuaPort: port === '' ? DEFAULT_OPCUA_PORT : Number(port),
    onProblem: (problem) => onTrouble(`simulated device: ${String(problem)}`),
  });
  await trustEachOther(folder.clientPki, {
    certificate: plant.serverCertificate,
    trustClient: plant.trustClient,
  });
  return plant;
}

async function startDevices(
  { credentials, brokerUrl, clock, onTrouble }: SimulatorParts,
  factory: Factory,
): Promise<() => Promise<void>> {
  const { password } = credentials.ensure(mqttUser, deviceRights);
  const devices = await startMqttDevices({
    ...{ factory, clock, url: brokerUrl, username: mqttUser, password },
    onProblem: (problem) => onTrouble(`simulated device: ${String(problem)}`),
  });
  return () => devices.stop();
}
