import type { Clock } from '../model/clock.ts';
import { minuteMs } from '../model/window.ts';
import { mqttAddresses, wirelessMachine } from './device-records.ts';
import { createFactory, type Factory } from './factory.ts';
import type { Fault } from './faults/fault.ts';
import type { FaultPlan } from './faults/schedule.ts';
import { startMqttDevices } from './mqtt-devices.ts';
import { startOpcuaServer } from './opcua-server.ts';
import type { Sample } from './signal.ts';

export interface SimulatedPlantOptions {
  readonly clock: Clock;
  readonly seed: number;
  /** IANA zone of the plant: its shifts and its fault schedule. */
  readonly timeZone: string;
  readonly opcuaPort: number;
  /** Default 127.0.0.1. */
  readonly opcuaHost?: string;
  /** Who may read the OPC UA server; without one anybody on this machine may. */
  readonly opcuaUser?: { readonly name: string; readonly password: string };
  readonly pkiFolder: string;
  /** Absent: only the OPC UA server runs. */
  readonly mqtt?:
    | {
        readonly url: string;
        readonly username?: string;
        readonly password?: string;
        /** PEM */
        readonly ca?: string | Buffer;
        /** Whether the wireless vibration sensor sends its recordings too; default no. */
        readonly waveforms?: boolean;
      }
    | undefined;
  /** Default `demo`. */
  readonly faults?: FaultPlan;
  readonly onProblem?: (error: unknown) => void;
}

export interface SimulatedPlant {
  readonly factory: Factory;
  readonly endpointUrl: string;
  /** The OPC UA server's certificate, DER: what the gateway has to trust. */
  readonly serverCertificate: Buffer;
  /** Lets an OPC UA client with this certificate (DER) in, at once. */
  trustClient(certificateDer: Buffer): Promise<void>;
  /** Connects the MQTT devices, where they were not given at the start (the broker may come up later). */
  connectMqtt(mqtt: NonNullable<SimulatedPlantOptions['mqtt']>): Promise<void>;
  /** A signal's one-minute values of [fromMs, toMs), oldest first. */
  history(address: string, fromMs: number, toMs: number): (Sample & { readonly timeMs: number })[];
  /** The labelled faults that touch [fromMs, toMs). Tests read them; detectors never do. */
  groundTruth(fromMs: number, toMs: number): Fault[];
  stop(): Promise<void>;
}

/** Starts the simulated factory's devices: an OPC UA server with a historian, and MQTT devices. */
export async function startSimulatedPlant(options: SimulatedPlantOptions): Promise<SimulatedPlant> {
  const { clock, seed, timeZone, faults = 'demo', onProblem } = options;
  const factory = createFactory({ seed, timeZone, faults });
  const server = await startOpcuaServer({
    signals: factory.signals.filter(({ address }) => !mqttAddresses.has(address)),
    recorded: factory.rotatingMachines
      .filter(({ design }) => design.asset !== wirelessMachine)
      .map((machine) => ({ seed, machine })),
    clock,
    port: options.opcuaPort,
    pkiFolder: options.pkiFolder,
    ...(options.opcuaHost === undefined ? {} : { host: options.opcuaHost }),
    ...(options.opcuaUser === undefined ? {} : { user: options.opcuaUser }),
  });
  const stops: (() => Promise<void>)[] = [() => server.stop()];
  const connectMqtt = async (mqtt: NonNullable<SimulatedPlantOptions['mqtt']>) => {
    const devices = await startMqttDevices({ factory, clock, ...mqtt, ...(onProblem ? { onProblem } : {}) });
    stops.push(() => devices.stop());
  };
  if (options.mqtt) await connectMqtt(options.mqtt);
  return {
    factory,
    endpointUrl: server.endpointUrl,
    serverCertificate: server.certificate,
    trustClient: (certificateDer) => server.trustClient(certificateDer),
    connectMqtt,
    history: (address, fromMs, toMs) => minuteHistory(factory, address, fromMs, toMs),
    groundTruth: (fromMs, toMs) => factory.faultsBetween(fromMs, toMs),
    stop: async () => {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

function minuteHistory(factory: Factory, address: string, fromMs: number, toMs: number) {
  const signal = factory.signalsByAddress.get(address);
  const values: (Sample & { timeMs: number })[] = [];
  if (!signal) return values;
  for (let timeMs = Math.ceil(fromMs / minuteMs) * minuteMs; timeMs < toMs; timeMs += minuteMs) {
    values.push({ timeMs, ...signal.sample(timeMs) });
  }
  return values;
}
