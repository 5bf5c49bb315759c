import { createFactory, type Factory } from '../../devices-sim/factory.ts';
import { startSimulatedLoggers } from '../../devices-sim/hj212/simulated-loggers.ts';
import { startModbusMeter } from '../../devices-sim/modbus-meter.ts';
import { startMqttDevices } from '../../devices-sim/mqtt-devices.ts';
import { type SimulatedPlant, startSimulatedPlant } from '../../devices-sim/simulated-plant.ts';
import { parseSm4Key } from '../../gateway/hj212/protocol/sm4.ts';
import { trustEachOther } from '../../gateway/opcua/certificates.ts';
import type { BrokerCredentials } from '../../ingest/broker-credentials.ts';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import { minuteMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { Hj212SourceFile, OpcuaSourceFile } from '../../plant/source-schema.ts';
import type { DataFolder } from './data-folder.ts';

/** The seed of `plantscope sim` too, so that `plantscope sim --faults` prints the labels of the running demo. */
const SEED = 1;
const DEFAULT_OPCUA_PORT = 4840;
const DEFAULT_MODBUS_PORT = 502;
/** As gateway/hj212/hj212-source.ts listens; the standard names no port. */
const DEFAULT_HJ212_PORT = 9212;
const mqttUser = 'simulated-devices';
/** What the simulated devices may do on the embedded broker. */
const deviceRights = { publish: ['sim/#'], subscribe: ['sim/+/history/get', 'sim/+/waveform/history/get'] };

export interface SimulatorParts {
  readonly loaded: LoadedPlant;
  readonly folder: DataFolder;
  readonly credentials: BrokerCredentials;
  readonly brokerUrl: string;
  readonly clock: Clock;
  readonly readSecret: (path: string) => string;
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
  const { opcua, mqtt, modbus, hj212 } = simulatedSources(parts.loaded);
  if (!opcua && !mqtt && modbus.length + hj212.length === 0) return undefined;
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0).reverse()) await one();
  };
  try {
    const server = opcua && (await startServer(parts, opcua));
    if (server) stops.push(() => server.stop());
    const factory =
      server?.factory ?? createFactory({ ...identity(parts.loaded), faults: opened(parts.clock) });
    if (mqtt) stops.push(await startDevices(parts, factory));
    for (const { host, port = DEFAULT_MODBUS_PORT } of modbus) {
      const meter = await startModbusMeter({ factory, clock: parts.clock, host, port });
      stops.push(() => meter.stop());
    }
    for (const source of hj212) stops.push(startLoggers(parts, factory, source));
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
    hj212: sources.filter((source) => source.kind === 'hj212').filter(({ simulated }) => simulated),
  };
}

/** Who starts the demo sees alarms come, and go again, within its first half hour. */
const opened = (clock: Clock) => ({ openingMs: Math.ceil(clock.nowMs() / minuteMs) * minuteMs });

const identity = ({ plant }: LoadedPlant) => ({ seed: SEED, timeZone: plant.site.timeZone });

async function startServer(
  { loaded, folder, clock, onTrouble }: SimulatorParts,
  { endpoint }: OpcuaSourceFile,
): Promise<SimulatedPlant> {
  const port = endpoint === undefined ? '' : new URL(endpoint).port;
  const plant = await startSimulatedPlant({
    ...{ ...identity(loaded), clock, pkiFolder: folder.simulatorPki, faults: opened(clock) },
    opcuaPort: port === '' ? DEFAULT_OPCUA_PORT : Number(port),
    onProblem: (problem) => onTrouble(`simulated device: ${errorMessage(problem)}`),
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
    ...{ factory, clock, url: brokerUrl, username: mqttUser, password, waveforms: true, camera: true },
    onProblem: (problem) => onTrouble(`simulated device: ${errorMessage(problem)}`),
  });
  return () => devices.stop();
}

/** Loggers that report to a source of ours; they connect again until it listens. */
function startLoggers(
  { clock, readSecret, onTrouble }: SimulatorParts,
  factory: Factory,
  { host = '127.0.0.1', port = DEFAULT_HJ212_PORT, passwordFile, keyFile }: Hj212SourceFile,
): () => Promise<void> {
  const loggers = startSimulatedLoggers({
    ...{ factory, clock, host, port },
    edition: keyFile === undefined ? '2017' : '2025',
    password: passwordFile === undefined ? undefined : readSecret(passwordFile),
    key: keyFile === undefined ? undefined : parseSm4Key(readSecret(keyFile)),
    onProblem: (message) => onTrouble(`simulated logger: ${message}`),
  });
  return () => loggers.stop();
}
