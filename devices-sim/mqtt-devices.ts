import { connectAsync, type MqttClient } from 'mqtt';
import type { Clock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { ReadingValue } from '../model/reading.ts';
import { dayMs, minuteMs } from '../model/window.ts';
import type { Factory } from './factory.ts';
import type { Signal } from './signal.ts';

/** A device that publishes JSON: all its signals in one message. */
export interface MqttDeviceDesign {
  readonly id: string;
  /** Readings go to it; history is asked for on `<topic>/history/get` and comes on `<topic>/history`. */
  readonly topic: string;
  readonly everyMs: number;
  /** Signals by their key in the message. */
  readonly fields: Readonly<Record<string, string>>;
}

const wholeAsset = (asset: string, everyMs: number, quantities: readonly string[]): MqttDeviceDesign => ({
  id: asset,
  topic: `sim/${asset}`,
  everyMs,
  fields: Object.fromEntries(quantities.map((quantity) => [quantity, `${asset}.${quantity}`])),
});

export const mqttDevices: readonly MqttDeviceDesign[] = [
  wholeAsset('noise-east', 1000, ['soundLevel', 'soundLevelMax']),
  wholeAsset('noise-north', 1000, ['soundLevel', 'soundLevelMax']),
  wholeAsset('ambient-1', 5000, ['pm25', 'pm10', 'so2', 'no2', 'o3', 'co']),
  wholeAsset('weather-1', 5000, [
    'temperature',
    'humidity',
    'airPressure',
    'windSpeed',
    'windDirection',
    'irradiance',
  ]),
  wholeAsset('water-main', 5000, ['volumeTotal', 'flow', 'pressure']),
  wholeAsset('pump-1', 1000, ['vibrationVelocity', 'vibrationAcceleration', 'bearingTemperature']),
];

/** Addresses that only MQTT devices bring; the OPC UA server has the others. */
export const mqttAddresses: ReadonlySet<string> = new Set(
  mqttDevices.flatMap(({ fields }) => Object.values(fields)),
);

/** `ts` is the ISO 8601 source time in UTC; the rest are readings. */
export type DeviceRecord = Readonly<Record<string, ReadingValue>> & { readonly ts: string };

/** What a device says at an instant; undefined while it is lost. */
export function recordOf(
  factory: Factory,
  device: MqttDeviceDesign,
  timeMs: number,
): DeviceRecord | undefined {
  const record: Record<string, ReadingValue> & { ts: string } = { ts: new Date(timeMs).toISOString() };
  for (const [key, address] of Object.entries(device.fields)) {
    const { value } = signalOf(factory, address).sample(timeMs);
    if (value === null) return undefined;
    record[key] = value;
  }
  return record;
}

function signalOf(factory: Factory, address: string): Signal {
  const signal = factory.signalsByAddress.get(address);
  if (!signal) throw new PlantscopeError('simulator-device', `no signal ${address}`);
  return signal;
}

/** A device's stored one-minute records of [fromMs, toMs), newest first. */
export function deviceHistory(
  factory: Factory,
  device: MqttDeviceDesign,
  fromMs: number,
  toMs: number,
): DeviceRecord[] {
  const records: DeviceRecord[] = [];
  for (let timeMs = Math.ceil(toMs / minuteMs - 1) * minuteMs; timeMs >= fromMs; timeMs -= minuteMs) {
    const record = recordOf(factory, device, timeMs);
    if (record) records.push(record);
  }
  return records;
}

export interface MqttDevicesOptions {
  readonly factory: Factory;
  readonly clock: Clock;
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** PEM of the broker's certificate authority. */
  readonly ca?: string | Buffer | undefined;
  /** A message that could not be delivered, or a request that could not be read. */
  readonly onProblem?: (error: unknown) => void;
}

export interface MqttDevices {
  stop(): Promise<void>;
}

/** Devices keep this much history, and send it in batches of this many records. */
const keptMs = 40 * dayMs;
const batchRecords = 500;

/** Connects every device, each with a client of its own as real ones have. */
export async function startMqttDevices(options: MqttDevicesOptions): Promise<MqttDevices> {
  const devices = await Promise.all(mqttDevices.map((design) => startDevice(design, options)));
  return {
    stop: async () => {
      await Promise.all(devices.map((device) => device.stop()));
    },
  };
}

async function startDevice(design: MqttDeviceDesign, options: MqttDevicesOptions): Promise<MqttDevices> {
  const report = options.onProblem ?? (() => undefined);
  const client = await connectAsync(options.url, {
    clientId: `sim-${design.id}`,
    clean: true,
    protocolVersion: 4,
    reconnectPeriod: 1000,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  client.on('error', report);
  client.on('message', (_topic, payload) => {
    sendHistory(client, design, options, payload.toString('utf8')).catch(report);
  });
  await client.subscribeAsync(`${design.topic}/history/get`, { qos: 1 });
  const timer = setInterval(() => publishNow(client, design, options).catch(report), design.everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
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
  const timeMs = Math.floor(options.clock.nowMs() / 1000) * 1000;
  const record = recordOf(options.factory, design, timeMs);
  if (record) await client.publishAsync(design.topic, JSON.stringify(record), { qos: 1 });
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

function readRequest(text: string, nowMs: number): { fromMs: number; toMs: number } {
  const request: unknown = JSON.parse(text);
  if (typeof request !== 'object' || request === null) throw refused(text);
  const { from, to } = request as { from?: unknown; to?: unknown };
  const fromMs = new Date(from as string | number).getTime();
  const toMs = to === undefined ? nowMs : new Date(to as string | number).getTime();
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs)) throw refused(text);
  return { fromMs: Math.max(fromMs, nowMs - keptMs), toMs: Math.min(toMs, nowMs) };
}

const refused = (text: string) =>
  new PlantscopeError(
    'simulator-history-request',
    `a history request needs "from" and "to": ${text.slice(0, 200)}`,
  );
