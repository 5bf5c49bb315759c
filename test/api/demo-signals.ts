import type { Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';

/** Middle and swing by unit: believable enough to look at. */
const levels: Readonly<Record<string, readonly [middle: number, swing: number]>> = {
  kW: [420, 160],
  kvar: [130, 40],
  kVA: [450, 160],
  V: [231, 3],
  A: [62, 20],
  Hz: [50, 0.02],
  '1': [0.94, 0.03],
  '%': [55, 25],
  rpm: [1480, 8],
  'mm/s': [2.1, 0.6],
  g: [0.4, 0.1],
  '°C': [58, 9],
  kPa: [620, 30],
  'm3/h': [85, 30],
  't/h': [3.2, 1.1],
  'mg/m3': [28, 8],
  'mg/L': [36, 9],
  pH: [7.4, 0.3],
  'dB(A)': [54, 6],
  'ug/m3': [34, 14],
  'm/s': [3.1, 1.8],
  deg: [180, 90],
  hPa: [1013, 5],
  min: [40, 20],
};

/** Value of a tag at a time: a function of both, so that any span can be asked for. */
export function signalAt(tag: Tag, timeMs: number): Reading {
  const base = { tag: tag.id, timeMs, timeNs: 0, status: statusCodes.good, origin: 'live' } as const;
  const hour = (((timeMs / 3_600_000 + 8) % 24) + 24) % 24;
  const isWorking = hour >= 8 && hour < 20;
  if (tag.definition.kind === 'boolean') return { ...base, value: isWorking || tag.asset === 'pump-1' };
  if (tag.definition.kind === 'text') return { ...base, value: 'N' };
  if (tag.quantity === 'state') return { ...base, value: isWorking ? 6 : 4 };
  const phase = phaseOf(tag.id);
  if (tag.definition.cumulates) return { ...base, value: registerAt(timeMs, phase) };
  const [middle, swing] = levels[tag.unit] ?? [10, 2];
  const load = isWorking ? 0.6 : -0.7;
  const wave = Math.sin(timeMs / 1_700_000 + phase) * 0.25 + noiseAt(timeMs, phase) * 0.15;
  const value = middle + swing * (load + wave);
  if (tag.id === 'mill-2.spindleTemperature')
    return { ...base, value: null, status: statusCodes.badNoCommunication };
  const isOut = tag.id === 'stack-1.dust';
  return { ...base, value, status: isOut ? statusCodes.uncertainSensorNotAccurate : base.status };
}

function registerAt(timeMs: number, phase: number): number {
  const hours = timeMs / 3_600_000 - 490_000;
  return 120_000 + hours * 300 + 900 * Math.sin((hours / 24) * 2 * Math.PI + phase / 20);
}

function phaseOf(id: string): number {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1000, 7) / 10;
}

function noiseAt(timeMs: number, phase: number): number {
  const x = Math.sin(Math.floor(timeMs / 1000) * 12.9898 + phase * 78.233) * 43_758.5453;
  return (x - Math.floor(x)) * 2 - 1;
}
