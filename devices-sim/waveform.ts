import { gaussian, keyOf, uniform } from './physics/noise.ts';
import type { RotatingMachine } from './plant/rotating-machine.ts';
import type { ShockTrain, VibrationLine } from './plant/vibration.ts';

/** A block of acceleration samples of one sensor, with what an analysis needs beside them. */
export interface WaveformBlock {
  /** Source time of the first sample. */
  readonly timeMs: number;
  readonly samplingHz: number;
  readonly shaftRpm: number;
  readonly loadPct: number;
  /** Where the sensor sits: drive-end bearing housing, radial. */
  readonly position: 'drive-end radial';
  /** g */
  readonly samples: Float32Array;
}

/** The resonance that shocks of a bearing excite: a housing rings at some kHz and dies out within a few turns of it. */
const resonance = { hz: 3300, damping: 0.035 };
/** Rolling elements slip a little, so shocks never come like a clockwork. */
const slip = 0.006;
const gravityMmPerS2 = 9806.65;

/**
 * What an accelerometer on the machine records from an instant on: lines at multiples of shaft speed, the shocks of a
 * damaged bearing ringing down, and noise. A function of its arguments and the machine's seed.
 * @param samplingHz above 2000
 */
export function waveform(
  seed: number,
  machine: RotatingMachine,
  timeMs: number,
  samplingHz: number,
  count: number,
): WaveformBlock {
  const { shaftHz, lines, shocks, noiseG } = machine.vibration(timeMs);
  const key = keyOf(seed, `${machine.design.asset}.waveform.${Math.floor(timeMs)}`);
  const samples = new Float32Array(count);
  addNoise(samples, key, noiseG);
  for (const line of lines) addLine(samples, samplingHz, shaftHz, line, key);
  for (const train of shocks) addShocks(samples, samplingHz, shaftHz, train, key);
  return {
    timeMs,
    samplingHz,
    shaftRpm: Math.round(shaftHz * 600) / 10,
    loadPct: Math.round((machine.power.at(timeMs) / machine.design.ratedKw) * 1000) / 10,
    position: 'drive-end radial',
    samples,
  };
}

function addNoise(samples: Float32Array, key: number, rmsG: number): void {
  for (let i = 0; i < samples.length; i += 1) samples[i] = rmsG * gaussian(key, i);
}

function addLine(
  samples: Float32Array,
  samplingHz: number,
  shaftHz: number,
  { order, velocityRmsMmPerS }: VibrationLine,
  key: number,
): void {
  const step = (2 * Math.PI * order * shaftHz) / samplingHz;
  const amplitudeG = (velocityRmsMmPerS * Math.SQRT2 * 2 * Math.PI * order * shaftHz) / gravityMmPerS2;
  const phase = 2 * Math.PI * uniform(key ^ 0x51ed, Math.round(order * 8));
  for (let i = 0; i < samples.length; i += 1) {
    samples[i] = (samples[i] ?? 0) + amplitudeG * Math.sin(phase + step * i);
  }
}

/** Shocks one after the other, each a decaying ring, scaled so that together they have the train's RMS. */
function addShocks(
  samples: Float32Array,
  samplingHz: number,
  shaftHz: number,
  train: ShockTrain,
  key: number,
): void {
  const rung = new Float64Array(samples.length);
  const periodS = 1 / (train.order * shaftHz);
  let timeS = -periodS * uniform(key ^ 0x2f3a, 0) - 4 * periodS;
  for (let n = 0; timeS * samplingHz < samples.length; n += 1) {
    const turn = 2 * Math.PI * train.modulationOrder * shaftHz * timeS;
    addRing(rung, timeS * samplingHz, samplingHz, 1 + train.modulation * Math.cos(turn));
    timeS += periodS * (1 + slip * gaussian(key ^ 0x77c1, n));
  }
  const rms = Math.sqrt(rung.reduce((sum, value) => sum + value * value, 0) / rung.length);
  const scale = rms > 0 ? train.rmsG / rms : 0;
  for (let i = 0; i < samples.length; i += 1) samples[i] = (samples[i] ?? 0) + scale * (rung[i] ?? 0);
}

function addRing(rung: Float64Array, at: number, samplingHz: number, amplitude: number): void {
  const angular = (2 * Math.PI * resonance.hz) / samplingHz;
  const decay = resonance.damping * angular;
  // Seven time constants leave a thousandth.
  const end = Math.min(rung.length, Math.ceil(at + 7 / decay));
  for (let i = Math.max(0, Math.ceil(at)); i < end; i += 1) {
    const since = i - at;
    rung[i] = (rung[i] ?? 0) + amplitude * Math.exp(-decay * since) * Math.sin(angular * since);
  }
}

/** As a `vibrationWaveform` reading carries it. */
export function waveformText(block: WaveformBlock): string {
  return JSON.stringify({
    ts: new Date(block.timeMs).toISOString(),
    fs: block.samplingHz,
    rpm: block.shaftRpm,
    loadPct: block.loadPct,
    unit: 'g',
    position: block.position,
    f32: Buffer.from(block.samples.buffer, block.samples.byteOffset, block.samples.byteLength).toString(
      'base64',
    ),
  });
}
