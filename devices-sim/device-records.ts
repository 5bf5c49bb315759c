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
  wholeAsset('fence-1', 5000, ['tsp', 'voc', 'pm10']),
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

/** The machine whose vibration a wireless sensor brings, recordings included (`<topic>/waveform`, once a minute). */
export const wirelessMachine = 'pump-1';

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

/** Devices keep this much history. */
const keptMs = 40 * dayMs;

/**
 * Reads a history request, `{"from": ISO or ms, "to": ISO or ms}`; without `to`, up to now.
 * @throws PlantscopeError `simulator-history-request`
 */
export function readRequest(text: string, nowMs: number): { fromMs: number; toMs: number } {
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
