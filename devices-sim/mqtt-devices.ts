import { connectAsync, type MqttClient } from 'mqtt';
import type { Clock } from '../model/clock.ts';
import { minuteMs } from '../model/window.ts';
import {
  deviceHistory,
  type MqttDeviceDesign,
  mqttDevices,
  readRequest,
  recordOf,
  wirelessMachine,
} from './device-records.ts';
import type { Factory } from './factory.ts';
import { instrumentTimeMs } from './signal.ts';
import { cameraJpeg, stackCamera } from './stack-camera.ts';
import { waveformText } from './waveform.ts';
import { keptRecordings, latestRecording, recording, recordingText } from './waveform-source.ts';

export interface MqttDevicesOptions {
  readonly factory: Factory;
  readonly clock: Clock;
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM of the broker's certificate authority. */
  readonly ca?: string | Buffer | undefined;
  /** Whether the wireless vibration sensor also sends its recordings, some 140 kB a minute; default no. */
  readonly waveforms?: boolean | undefined;
  /** Whether the stack camera sends its pictures, some 20 kB every two minutes; default no. */
  readonly camera?: boolean | undefined;
  /** A message that could not be delivered, or a request that could not be read. */
  readonly onProblem?: (error: unknown) => void;
}

export interface MqttDevices {
  stop(): Promise<void>;
}

/** Stored records go out in batches of this many. */
const batchRecords = 500;

/** Connects every device, each with a client of its own as real ones have. */
export async function startMqttDevices(options: MqttDevicesOptions): Promise<MqttDevices> {
  const devices = await Promise.all(mqttDevices.map((design) => startDevice(design, options)));
  if (options.camera) devices.push(await startCamera(options));
  return {
    stop: async () => {
      await Promise.all(devices.map((device) => device.stop()));
    },
  };
}

async function connect(id: string, options: MqttDevicesOptions): Promise<MqttClient> {
  const client = await connectAsync(options.url, {
    clientId: `sim-${id}`,
    clean: true,
    protocolVersion: 4,
    reconnectPeriod: 1000,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  client.on('error', options.onProblem ?? (() => undefined));
  return client;
}

/** Sends the pictures of the last day that it stored, one every few seconds, and takes a new one every two minutes. */
async function startCamera(options: MqttDevicesOptions): Promise<MqttDevices> {
  const { factory, clock } = options;
  const report = options.onProblem ?? (() => undefined);
  const client = await connect(stackCamera.id, options);
  const send = async (timeMs: number, topic: string): Promise<void> => {
    if (client.connected) await client.publishAsync(topic, await cameraJpeg(factory, timeMs), { qos: 1 });
  };
  const nowMs = clock.nowMs();
  const newestMs = Math.floor(nowMs / stackCamera.storedEveryMs) * stackCamera.storedEveryMs;
  const stored = Array.from(
    { length: stackCamera.storedHours },
    (_, i) => newestMs - (stackCamera.storedHours - 1 - i) * stackCamera.storedEveryMs,
  );
  const sending = setInterval(() => {
    const timeMs = stored.shift();
    if (timeMs === undefined) clearInterval(sending);
    else send(timeMs, `${stackCamera.topic}/${timeMs}`).catch(report);
  }, stackCamera.resendEveryMs);
  const taking = setInterval(() => send(clock.nowMs(), stackCamera.topic).catch(report), stackCamera.everyMs);
  return {
    stop: async () => {
      clearInterval(sending);
      clearInterval(taking);
      await client.endAsync(true);
    },
  };
}

async function startDevice(design: MqttDeviceDesign, options: MqttDevicesOptions): Promise<MqttDevices> {
  const report = options.onProblem ?? (() => undefined);
  const client = await connect(design.id, options);
  const records = options.waveforms && design.id === wirelessMachine;
  client.on('message', (topic, payload) => {
    const send = topic === `${design.topic}/waveform/history/get` ? sendRecordings : sendHistory;
    send(client, design, options, payload.toString('utf8')).catch(report);
  });
  await client.subscribeAsync(`${design.topic}/history/get`, { qos: 1 });
  if (records) await client.subscribeAsync(`${design.topic}/waveform/history/get`, { qos: 1 });
  const timers = [setInterval(() => publishNow(client, design, options).catch(report), design.everyMs)];
  if (records) {
    timers.push(setInterval(() => publishWaveform(client, design, options).catch(report), recording.everyMs));
  }
  return {
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await client.endAsync(true);
    },
  };
}

async function publishNow(
  client: MqttClient,
  design: MqttDeviceDesign,
  options: MqttDevicesOptions,
): Promise<void> {
  // A cut-off device measures on but keeps nothing for later; its stored minutes can be asked for.
  if (!client.connected) return;
  const timeMs = instrumentTimeMs(options.clock.nowMs());
  const record = recordOf(options.factory, design, timeMs);
  if (record) await client.publishAsync(design.topic, JSON.stringify(record), { qos: 1 });
}

async function publishWaveform(
  client: MqttClient,
  design: MqttDeviceDesign,
  { factory, clock }: MqttDevicesOptions,
): Promise<void> {
  const machine = factory.rotatingMachines.find((candidate) => candidate.design.asset === design.id);
  if (!client.connected || !machine) return;
  const block = latestRecording({ seed: factory.seed, clock, machine });
  const message = { ts: new Date(block.timeMs).toISOString(), vibrationWaveform: waveformText(block) };
  await client.publishAsync(`${design.topic}/waveform`, JSON.stringify(message), { qos: 1 });
}

/** The recordings it kept, newest first, one a message: they are long. */
async function sendRecordings(
  client: MqttClient,
  design: MqttDeviceDesign,
  { factory, clock }: MqttDevicesOptions,
  request: string,
): Promise<void> {
  const { fromMs, toMs } = readRequest(request, clock.nowMs());
  const machine = factory.rotatingMachines.find((candidate) => candidate.design.asset === design.id);
  const { everyMs, perMessage } = keptRecordings;
  let timeMs = Math.ceil(toMs / everyMs - 1) * everyMs;
  while (machine && timeMs >= fromMs) {
    const records: { ts: string; vibrationWaveform: string }[] = [];
    for (; timeMs >= fromMs && records.length < perMessage; timeMs -= everyMs) {
      const vibrationWaveform = recordingText({ seed: factory.seed, machine }, timeMs);
      records.push({ ts: new Date(timeMs).toISOString(), vibrationWaveform });
    }
    const message = JSON.stringify({ records, last: timeMs < fromMs });
    await client.publishAsync(`${design.topic}/waveform/history`, message, { qos: 1 });
  }
}

/** Answers `{"from": ISO or ms, "to": ISO or ms}` with `{"records": [...], "last": boolean}`, newest first. */
async function sendHistory(
  client: MqttClient,
  design: MqttDeviceDesign,
  { factory, clock }: MqttDevicesOptions,
  request: string,
): Promise<void> {
  const { fromMs, toMs } = readRequest(request, clock.nowMs());
  let endMs = toMs;
  while (endMs > fromMs) {
    const startMs = Math.max(fromMs, endMs - batchRecords * minuteMs);
    const records = deviceHistory(factory, design, startMs, endMs);
    const batch = JSON.stringify({ records, last: startMs <= fromMs });
    await client.publishAsync(`${design.topic}/history`, batch, { qos: 1 });
    endMs = startMs;
  }
}
