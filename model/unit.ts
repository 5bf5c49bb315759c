import { PlantscopeError } from './error.ts';

/** value in the dimension's base unit = value × factor + offset */
interface UnitDefinition {
  readonly dimension: string;
  readonly factor: number;
  readonly offset?: number;
}

const define = (dimension: string, units: Readonly<Record<string, number>>): [string, UnitDefinition][] =>
  Object.entries(units).map(([unit, factor]) => [unit, { dimension, factor }]);

/** Units a plant file may name. Two units of one dimension convert into each other. */
const units: ReadonlyMap<string, UnitDefinition> = new Map<string, UnitDefinition>([
  ...define('power', { W: 1e-3, kW: 1, MW: 1e3 }),
  ...define('reactive power', { var: 1e-3, kvar: 1, Mvar: 1e3 }),
  ...define('apparent power', { VA: 1e-3, kVA: 1, MVA: 1e3 }),
  ...define('energy', { Wh: 1e-3, kWh: 1, MWh: 1e3, kJ: 1 / 3600, MJ: 1 / 3.6, GJ: 1 / 0.0036 }),
  ...define('reactive energy', { varh: 1e-3, kvarh: 1, Mvarh: 1e3 }),
  ...define('voltage', { mV: 1e-3, V: 1, kV: 1e3 }),
  ...define('current', { mA: 1e-3, A: 1, kA: 1e3 }),
  ...define('frequency', { Hz: 1, kHz: 1e3 }),
  ...define('rotational speed', { rpm: 1, '1/s': 60 }),
  ...define('ratio', { '1': 1, '%': 0.01, ppm: 1e-6 }),
  ...define('volume', { L: 1e-3, m3: 1, Nm3: 1 }),
  ...define('volume flow', { 'L/s': 3.6, 'L/min': 0.06, 'm3/h': 1, 'm3/min': 60, 'm3/s': 3600 }),
  ...define('mass', { kg: 1e-3, t: 1 }),
  ...define('mass flow', { 'kg/h': 1e-3, 't/h': 1 }),
  ...define('pressure', { Pa: 1e-3, hPa: 0.1, kPa: 1, MPa: 1e3, bar: 100, mbar: 0.1 }),
  ...define('velocity', { 'mm/s': 1e-3, 'm/s': 1 }),
  ...define('acceleration', { 'm/s2': 1, g: 9.80665 }),
  ...define('length', { um: 1e-3, mm: 1, m: 1e3 }),
  ...define('mass concentration in gas', { 'ug/m3': 1e-3, 'mg/m3': 1, 'g/m3': 1e3 }),
  ...define('mass concentration in water', { 'ug/L': 1e-3, 'mg/L': 1, 'g/L': 1e3 }),
  ...define('sound level', { 'dB(A)': 1 }),
  ...define('acidity', { pH: 1 }),
  ...define('angle', { deg: 1 }),
  ...define('irradiance', { 'W/m2': 1 }),
  ...define('conductivity', { 'uS/cm': 1, 'mS/cm': 1e3 }),
  ...define('turbidity', { NTU: 1 }),
  ...define('count', { pcs: 1 }),
  ...define('duration', { ms: 1e-3, s: 1, min: 60, h: 3600 }),
  ['°C', { dimension: 'temperature', factor: 1 }],
  ['K', { dimension: 'temperature', factor: 1, offset: -273.15 }],
  ['°F', { dimension: 'temperature', factor: 5 / 9, offset: -160 / 9 }],
]);

/** Spellings met in the field, and the unit each stands for. */
const spellings: Readonly<Record<string, string>> = {
  degC: '°C',
  '℃': '°C',
  C: '°C',
  degF: '°F',
  'm³': 'm3',
  'm³/h': 'm3/h',
  'm³/min': 'm3/min',
  'Nm³': 'Nm3',
  'mg/m³': 'mg/m3',
  'µg/m³': 'ug/m3',
  'μg/m³': 'ug/m3',
  'ug/m³': 'ug/m3',
  'm/s²': 'm/s2',
  dBA: 'dB(A)',
  '°': 'deg',
  'r/min': 'rpm',
  '1/min': 'rpm',
  kVAr: 'kvar',
  kVar: 'kvar',
  kVArh: 'kvarh',
  kVarh: 'kvarh',
  l: 'L',
};

const canonical = (unit: string): string => spellings[unit] ?? unit;

export const unitNames: readonly string[] = [...units.keys()];

export const isUnit = (unit: string): boolean => units.has(canonical(unit));

export function areConvertible(from: string, to: string): boolean {
  const dimension = units.get(canonical(from))?.dimension;
  return dimension !== undefined && dimension === units.get(canonical(to))?.dimension;
}

/**
 * A function that turns numbers of one unit into another of the same dimension.
 * @throws PlantscopeError `unit-mismatch`
 */
export function converter(from: string, to: string): (value: number) => number {
  const [source, target] = [units.get(canonical(from)), units.get(canonical(to))];
  if (!source || !target || source.dimension !== target.dimension) {
    throw new PlantscopeError('unit-mismatch', `"${from}" does not convert into "${to}"`);
  }
  if (canonical(from) === canonical(to)) return (value) => value;
  const factor = source.factor / target.factor;
  const offset = ((source.offset ?? 0) - (target.offset ?? 0)) / target.factor;
  return (value) => value * factor + offset;
}

/** How a unit is printed on a screen: `m3` as `m³`, `ug` as `µg`. */
export function printedUnit(unit: string): string {
  if (unit === '1' || unit === 'pcs') return '';
  return unit
    .replace(/(?<=m)3/g, '³')
    .replace(/(?<=[ms])2\b/g, '²')
    .replace(/^u(?=[gmS])/, 'µ')
    .replace('deg', '°');
}
