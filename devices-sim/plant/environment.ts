import { atMinute, interpolate } from '../physics/day-block.ts';
import { clamp } from '../physics/surroundings.ts';
import type { SignalSet } from '../signal.ts';
import { disturbance, type PlantContext } from './context.ts';

/** Adds levels in decibels. */
const decibelSum = (levels: readonly number[]): number =>
  10 * Math.log10(levels.reduce((sum, level) => sum + 10 ** (level / 10), 0));

/** Sound at a boundary point: the town, the plant's fans and machines, and a damaged silencer. */
export function addNoiseMeter(
  set: SignalSet,
  context: PlantContext,
  asset: string,
  machinesDb: number,
): void {
  const { activity, time } = context.surroundings;
  const [traffic, quick, gusts] = [240_000, 3_000, 20_000].map((periodMs) =>
    disturbance(context, `${asset}.${periodMs}`, periodMs),
  ) as [(t: number) => number, (t: number) => number, (t: number) => number];
  const level = (timeMs: number) => {
    const { hour } = time.calendar.local(timeMs);
    const town = hour >= 6 && hour < 22 ? 51 : 44.5;
    const busy = interpolate(activity, timeMs);
    const machines = busy > 0 ? machinesDb + 3 * Math.log10(busy + 0.05) : 0;
    const silencer = 63 * context.faults.severity('noise-source', asset, timeMs);
    return decibelSum([town + 1.6 * traffic(timeMs), 44, machines, silencer]) + 0.7 * quick(timeMs);
  };
  set.number(asset, 'soundLevel', 'dB(A)', level, { range: [20, 130], decimals: 1 });
  set.number(
    asset,
    'soundLevelMax',
    'dB(A)',
    (timeMs) => level(timeMs) + 2.5 + 1.5 * Math.abs(gusts(timeMs)),
    {
      range: [20, 130],
      decimals: 1,
    },
  );
}

/** Pollutants at the station rise in winter, in traffic hours and in calm air; ozone follows the sun. */
export function addAmbientStation(set: SignalSet, context: PlantContext, asset: string): void {
  const { outdoorC, windMPerS, irradiance, activity } = context.surroundings;
  const episode = disturbance(context, `${asset}.episode`, 2.5 * 86_400_000);
  const hours = disturbance(context, `${asset}.hours`, 4 * 3_600_000);
  const quick = disturbance(context, `${asset}.quick`, 90_000);
  const burden = (timeMs: number) => {
    const cold = clamp((24 - interpolate(outdoorC, timeMs)) / 24, 0, 1);
    const calm = 1.35 - 0.13 * interpolate(windMPerS, timeMs);
    return (
      (0.6 + 0.5 * cold) *
      calm *
      Math.exp(0.45 * episode(timeMs) + 0.18 * hours(timeMs) + 0.03 * quick(timeMs))
    );
  };
  const traffic = (timeMs: number) => 0.75 + 0.35 * interpolate(activity, timeMs);
  const ozone = (timeMs: number) =>
    36 + 0.14 * interpolate(irradiance, timeMs) * (0.7 + 0.02 * interpolate(outdoorC, timeMs));
  const pm25 = (timeMs: number) => 31 * burden(timeMs);
  const gas = (quantity: string, high: number, at: (timeMs: number) => number) =>
    set.number(asset, quantity, 'ug/m3', at, { range: [0, high], decimals: 1 });
  gas('pm25', 1000, pm25);
  gas('pm10', 1000, (timeMs) => pm25(timeMs) * (1.62 + 0.1 * hours(timeMs)));
  gas('so2', 500, (timeMs) => 8 * burden(timeMs));
  gas('no2', 500, (timeMs) => 30 * burden(timeMs) * traffic(timeMs));
  gas(
    'o3',
    500,
    (timeMs) => ozone(timeMs) * (1.1 - 0.15 * Math.min(2, burden(timeMs))) + 1.5 * quick(timeMs),
  );
  set.number(asset, 'co', 'mg/m3', (timeMs) => 0.62 * burden(timeMs), { range: [0, 50], decimals: 3 });
}

/** Dust and hydrocarbons at the fence: yard traffic and solvent use while the plant works, and dry wind on the yard. */
export function addFenceStation(set: SignalSet, context: PlantContext, asset: string): void {
  const { activity, windMPerS, humidity } = context.surroundings;
  const hours = disturbance(context, `${asset}.hours`, 3 * 3_600_000);
  const quick = disturbance(context, `${asset}.quick`, 60_000);
  const dryness = (timeMs: number) => clamp((90 - interpolate(humidity, timeMs)) / 60, 0, 1);
  const dust = (timeMs: number) =>
    (70 + 130 * interpolate(activity, timeMs) + 12 * interpolate(windMPerS, timeMs) * dryness(timeMs)) *
    Math.exp(0.25 * hours(timeMs) + 0.05 * quick(timeMs));
  set.number(asset, 'tsp', 'ug/m3', dust, { range: [0, 5000], decimals: 0 });
  set.number(asset, 'pm10', 'ug/m3', (timeMs) => 0.52 * dust(timeMs), { range: [0, 2000], decimals: 0 });
  set.number(
    asset,
    'voc',
    'mg/m3',
    (timeMs) => (0.35 + 0.75 * interpolate(activity, timeMs)) * Math.exp(0.3 * hours(timeMs)),
    { range: [0, 50], decimals: 3 },
  );
}

export function addWeatherStation(set: SignalSet, context: PlantContext, asset: string): void {
  const { outdoorC, humidity, airPressureHpa, windMPerS, windFromDeg, irradiance } = context.surroundings;
  const gust = disturbance(context, `${asset}.gust`, 12_000);
  set.number(asset, 'temperature', '°C', (timeMs) => interpolate(outdoorC, timeMs) + 0.05 * gust(timeMs), {
    range: [-40, 60],
  });
  set.number(asset, 'humidity', '%', (timeMs) => interpolate(humidity, timeMs), {
    range: [0, 100],
    decimals: 1,
  });
  set.number(asset, 'airPressure', 'hPa', (timeMs) => interpolate(airPressureHpa, timeMs), {
    range: [800, 1100],
    decimals: 1,
  });
  const wind = (timeMs: number) => Math.max(0, interpolate(windMPerS, timeMs) * (1 + 0.25 * gust(timeMs)));
  set.number(asset, 'windSpeed', 'm/s', wind, { range: [0, 60] });
  set.number(
    asset,
    'windDirection',
    'deg',
    (timeMs) => (atMinute(windFromDeg, timeMs) + 360 + 6 * gust(timeMs)) % 360,
    {
      range: [0, 360],
      decimals: 0,
    },
  );
  set.number(asset, 'irradiance', 'W/m2', (timeMs) => interpolate(irradiance, timeMs), {
    range: [0, 1500],
    decimals: 0,
  });
}
