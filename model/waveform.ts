import { PlantscopeError } from './error.ts';
import type { Reading } from './reading.ts';

export type WaveformUnit = 'g' | 'm/s2' | 'mm/s' | 'A';

/** Where on the machine and in which direction a sensor measures. */
export interface MountingPoint {
  /** `drive-end`, `non-drive-end`, `gearbox`, `motor` ... */
  readonly position: string;
  readonly direction: 'radial' | 'horizontal' | 'vertical' | 'axial' | 'none';
}

/** What is known of a recording beside its samples. */
export interface WaveformInfo {
  readonly asset: string;
  /** Quantity of the asset that brought it: `vibrationWaveform`, `currentWaveform` ... */
  readonly quantity: string;
  /** Source time of the first sample, epoch ms. */
  readonly timeMs: number;
  readonly sampleRateHz: number;
  readonly samples: number;
  readonly unit: WaveformUnit;
  readonly mounting: MountingPoint;
  /** Measured with the recording; undefined: not known, and then there is no bearing verdict. */
  readonly shaftRpm: number | undefined;
  /** Load, % of rated; undefined: not measured. */
  readonly loadPct: number | undefined;
}

/** A recording of one sensor. */
export interface Waveform {
  readonly info: WaveformInfo;
  readonly samples: Float32Array;
}

/** What a message leaves out and the plant file says instead. */
export interface WaveformDefaults {
  readonly asset: string;
  readonly quantity: string;
  /** Time of the reading, where the message has no `ts`. */
  readonly timeMs: number;
  readonly sampleRateHz: number | undefined;
  readonly unit: WaveformUnit;
  readonly mounting: MountingPoint;
}

const MIN_SAMPLES = 64;
const MAX_SAMPLES = 1_048_576;
const DIRECTIONS = ['radial', 'horizontal', 'vertical', 'axial', 'none'] as const;
const UNITS: readonly string[] = ['g', 'm/s2', 'mm/s', 'A'];

/**
 * A recording as a device sends it: JSON text, either a bare array of samples (an OPC UA array), or an object
 * `{ts?, fs, rpm?, loadPct?, unit?, position?, direction?, f32 | samples}` where `f32` is base64 of little-endian float32.
 * `position` may end in the direction: `drive-end radial`.
 * @throws PlantscopeError `waveform-malformed`
 */
export function parseWaveform(text: string, defaults: WaveformDefaults): Waveform {
  const message = parsed(text);
  const fields: Readonly<Record<string, unknown>> = Array.isArray(message)
    ? { samples: message }
    : (message as Readonly<Record<string, unknown>>);
  const samples = samplesOf(fields);
  const sampleRateHz = positive(fields.fs) ?? defaults.sampleRateHz;
  if (sampleRateHz === undefined)
    throw malformed('has no sampling rate "fs"', 'Send it, or set the property waveformSamplingHz.');
  const info: WaveformInfo = {
    asset: defaults.asset,
    quantity: defaults.quantity,
    timeMs: timeOf(fields.ts) ?? defaults.timeMs,
    sampleRateHz,
    samples: samples.length,
    unit: unitOf(fields.unit) ?? defaults.unit,
    mounting: mountingOf(fields, defaults.mounting),
    shaftRpm: notNegative(fields.rpm),
    loadPct: notNegative(fields.loadPct),
  };
  return { info, samples };
}

/** The message form of a recording. */
export function waveformMessage({ info, samples }: Waveform): string {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return JSON.stringify({
    ts: new Date(info.timeMs).toISOString(),
    fs: info.sampleRateHz,
    ...(info.shaftRpm !== undefined && { rpm: info.shaftRpm }),
    ...(info.loadPct !== undefined && { loadPct: info.loadPct }),
    unit: info.unit,
    position: info.mounting.position,
    direction: info.mounting.direction,
    f32: bytes.toString('base64'),
  });
}

function parsed(text: string): unknown {
  try {
    const message: unknown = JSON.parse(text);
    if (message !== null && typeof message === 'object') return message;
  } catch (cause) {
    throw new PlantscopeError('waveform-malformed', 'The recording is no JSON', { cause });
  }
  throw malformed('is neither an object nor an array');
}

function samplesOf({ f32, samples }: Readonly<Record<string, unknown>>): Float32Array {
  const found =
    typeof f32 === 'string' ? decoded(f32) : Array.isArray(samples) ? numbers(samples) : undefined;
  if (!found) throw malformed('has neither "f32" nor "samples"');
  if (found.length < MIN_SAMPLES || found.length > MAX_SAMPLES)
    throw malformed(`has ${found.length} samples; ${MIN_SAMPLES} to ${MAX_SAMPLES} are taken`);
  if (!found.every(Number.isFinite)) throw malformed('has a sample that is no finite number');
  return found;
}

function decoded(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length % 4 !== 0) throw malformed('has "f32" of a length that is no multiple of four bytes');
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

function numbers(samples: readonly unknown[]): Float32Array {
  if (!samples.every((sample) => typeof sample === 'number'))
    throw malformed('has a sample that is no number');
  return Float32Array.from(samples as readonly number[]);
}

const positive = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;

const notNegative = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;

function timeOf(value: unknown): number | undefined {
  const timeMs = typeof value === 'string' ? Date.parse(value) : Number(value ?? Number.NaN);
  return Number.isFinite(timeMs) ? timeMs : undefined;
}

function unitOf(value: unknown): WaveformUnit | undefined {
  if (value === undefined) return undefined;
  if (UNITS.includes(String(value))) return value as WaveformUnit;
  throw malformed(`has the unit "${String(value)}"`, `Units are ${UNITS.join(', ')}.`);
}

function mountingOf(
  { position, direction }: Readonly<Record<string, unknown>>,
  otherwise: MountingPoint,
): MountingPoint {
  const words = typeof position === 'string' ? position.trim().split(/\s+/) : [];
  const told = DIRECTIONS.find((one) => one === direction || one === words.at(-1));
  const place = words.filter((word) => word !== told).join(' ');
  return { position: place === '' ? otherwise.position : place, direction: told ?? otherwise.direction };
}

const malformed = (what: string, hint?: string): PlantscopeError =>
  new PlantscopeError('waveform-malformed', `The recording ${what}`, hint === undefined ? {} : { hint });

/** Quantities whose readings are recordings: they go to the waveform store, and a reference takes their place. */
export const WAVEFORM_QUANTITIES: ReadonlySet<string> = new Set([
  'vibrationWaveform',
  'vibrationWaveformAxial',
  'currentWaveform',
]);

/** Characters of a recording's message at most; other texts are far shorter. */
export const MAX_WAVEFORM_CHARS = 8 * 1024 * 1024;

/** What stands in the time series in a recording's place. */
export interface WaveformReference {
  readonly waveform: string;
}

export const waveformReference = (id: string): string =>
  JSON.stringify({ waveform: id } satisfies WaveformReference);

/** The recording that a stored text stands for; undefined where it is no reference. */
export function referredWaveform(text: string): string | undefined {
  const match = /^\{"waveform":"([^"\\]{1,200})"\}$/.exec(text);
  return match?.[1];
}

/** A reading that brings samples, not yet a reference. */
export function isRecording({ tag, value }: Reading): boolean {
  const quantity = tag.slice(tag.indexOf('.') + 1);
  return (
    WAVEFORM_QUANTITIES.has(quantity) && typeof value === 'string' && referredWaveform(value) === undefined
  );
}
