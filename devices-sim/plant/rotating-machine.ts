import { combine, interpolate, lagged, type Profile } from '../physics/day-block.ts';
import { keyOf } from '../physics/noise.ts';
import type { ProfileRate } from '../physics/rate.ts';
import type { SignalSet } from '../signal.ts';
import { disturbance, type PlantContext } from './context.ts';
import {
  accelerationRms,
  bearingOrders,
  type VibrationDesign,
  type VibrationState,
  velocityRms,
  vibrationState,
} from './vibration.ts';

export interface RotatingMachineDesign extends VibrationDesign {
  readonly ratedKw: number;
  readonly ratedRpm: number;
  /** Speed at no load, as a share of the rated one: 0.985 for a motor on the mains, less with a drive. */
  readonly idleSpeedShare: number;
  readonly bearingRiseC: number;
}

export const compressorDesign: RotatingMachineDesign = {
  asset: 'compressor-1',
  ratedKw: 75,
  ratedRpm: 2970,
  idleSpeedShare: 0.45,
  bearing: bearingOrders(8, 0.2315),
  baseMmPerS: 1.05,
  baseNoiseG: 0.4,
  blades: 5,
  bearingRiseC: 36,
};

export const fanDesign: RotatingMachineDesign = {
  asset: 'fan-1',
  ratedKw: 22,
  ratedRpm: 1480,
  idleSpeedShare: 0.985,
  bearing: bearingOrders(9, 0.2034),
  baseMmPerS: 1.1,
  baseNoiseG: 0.22,
  blades: 9,
  bearingRiseC: 24,
};

export const pumpDesign: RotatingMachineDesign = {
  asset: 'pump-1',
  ratedKw: 18.5,
  ratedRpm: 2955,
  idleSpeedShare: 0.985,
  bearing: bearingOrders(8, 0.232),
  baseMmPerS: 0.95,
  baseNoiseG: 0.3,
  blades: 6,
  bearingRiseC: 26,
};

export interface RotatingMachine {
  readonly design: RotatingMachineDesign;
  readonly power: ProfileRate;
  vibration(timeMs: number): VibrationState;
  shaftRpm(timeMs: number): number;
}

/** Below this share of the rated power the shaft stands still. */
const standstillShare = 0.06;

/** @param kw electrical power; below 6 % of the rated power the machine stands still */
export function createRotatingMachine(
  context: PlantContext,
  design: RotatingMachineDesign,
  kw: Profile,
): RotatingMachine {
  const hunting = disturbance(context, `${design.asset}.speed`, 9_000);
  const load = (timeMs: number) => interpolate(kw, timeMs) / design.ratedKw;
  const shaftRpm = (timeMs: number) => {
    if (load(timeMs) < standstillShare) return 0;
    const share = design.idleSpeedShare + (1 - design.idleSpeedShare) * Math.min(1, load(timeMs));
    return design.ratedRpm * share * (1 + 0.0015 * hunting(timeMs));
  };
  return {
    design,
    power: context.rates.rate(kw, {
      ripple: { share: 0.02, key: keyOf(context.seed, `${design.asset}.ripple`) },
    }),
    shaftRpm,
    vibration: (timeMs) =>
      vibrationState(design, context.faults, timeMs, shaftRpm(timeMs) / 60, Math.min(1.1, load(timeMs))),
  };
}

export function addRotatingMachineSignals(
  set: SignalSet,
  context: PlantContext,
  machine: RotatingMachine,
): void {
  const { asset, ratedKw, ratedRpm } = machine.design;
  const runs = (timeMs: number) => machine.shaftRpm(timeMs) > 0;
  const quick = disturbance(context, `${asset}.vibration.quick`, 4_000);
  const slow = disturbance(context, `${asset}.vibration.slow`, 700_000);
  const scatter = (timeMs: number) => 1 + 0.045 * quick(timeMs) + 0.05 * slow(timeMs);
  const running = combine([machine.power.profile], (kw) => (kw / ratedKw < standstillShare ? 0 : 1));
  const runHours = context.rates.rate(running, { shape: 'step' });
  set.boolean(asset, 'running', runs);
  set.number(asset, 'activePower', 'kW', (timeMs) => machine.power.at(timeMs), { range: [0, ratedKw * 1.3] });
  set.number(asset, 'current', 'A', (timeMs) => machine.power.at(timeMs) / (0.4 * Math.sqrt(3) * 0.87), {
    range: [0, ratedKw * 2.6],
  });
  set.number(asset, 'speed', 'rpm', machine.shaftRpm, { range: [0, ratedRpm * 1.3], decimals: 0 });
  set.number(asset, 'load', '%', (timeMs) => (machine.power.at(timeMs) / ratedKw) * 100, {
    range: [0, 130],
    decimals: 1,
  });
  set.number(
    asset,
    'vibrationVelocity',
    'mm/s',
    (timeMs) => velocityRms(machine.vibration(timeMs)) * scatter(timeMs),
    {
      range: [0, 25],
      decimals: 3,
    },
  );
  set.number(
    asset,
    'vibrationAcceleration',
    'g',
    (timeMs) => accelerationRms(machine.vibration(timeMs)) * scatter(timeMs),
    { range: [0, 20], decimals: 3 },
  );
  addTemperatures(set, context, machine);
  set.register(asset, 'runHoursTotal', 'h', (timeMs) => runHours.total(timeMs));
}

function addTemperatures(set: SignalSet, context: PlantContext, { design, power }: RotatingMachine): void {
  const { asset, ratedKw, bearingRiseC } = design;
  const kinds = ['bearing-outer', 'bearing-inner', 'bearing-ball', 'lubrication', 'misalignment'] as const;
  const severities = kinds.map((kind) => context.faults.severityProfile(kind, asset));
  const heat = combine([power.profile, ...severities], (kw, outer, inner, ball, dry, crooked) => {
    const worn = 11 * Math.max(outer, inner, ball) ** 2 + 17 * dry + 7 * crooked;
    return kw / ratedKw < standstillShare ? 0 : bearingRiseC * (0.5 + 0.5 * (kw / ratedKw)) + worn;
  });
  const bearing = lagged(heat, 22);
  const winding = lagged(
    combine([power.profile], (kw) => 62 * (kw / ratedKw) ** 2 + (kw > 1 ? 8 : 0)),
    35,
  );
  const room = (timeMs: number) => 21 + 0.25 * (interpolate(context.surroundings.outdoorC, timeMs) - 15);
  const flutter = disturbance(context, `${asset}.temperature`, 60_000);
  set.number(
    asset,
    'bearingTemperature',
    '°C',
    (timeMs) => room(timeMs) + interpolate(bearing, timeMs) + 0.25 * flutter(timeMs),
    {
      range: [0, 150],
      decimals: 1,
    },
  );
  set.number(
    asset,
    'windingTemperature',
    '°C',
    (timeMs) => room(timeMs) + interpolate(winding, timeMs) + 0.25 * flutter(timeMs),
    {
      range: [0, 200],
      decimals: 1,
    },
  );
}
