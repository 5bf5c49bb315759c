import { blockMinutes, blockStartMs, kept, type Profile } from '../physics/day-block.ts';
import { keyOf, noiseMinutes, uniform } from '../physics/noise.ts';
import { type ProfileRate, type Rate, sumOf } from '../physics/rate.ts';
import type { SignalSet } from '../signal.ts';
import { disturbance, type PlantContext } from './context.ts';
import { meterGain, type PhaseShares, registerOf } from './meter-register.ts';

/** A consumer or a feeder: active and reactive power with their integrals. */
export interface Circuit {
  readonly active: Rate;
  readonly reactive: Rate;
  readonly activeProfile: Profile;
}

/** A consumer of a given power factor, which wanders a little. */
export function consumer(
  context: PlantContext,
  name: string,
  active: ProfileRate,
  powerFactor: number,
): Circuit {
  const tangent = Math.tan(Math.acos(powerFactor));
  const key = keyOf(context.seed, `${name}.reactive`);
  const profile: Profile = kept((block) => {
    const wander = noiseMinutes(key, blockStartMs(block), 40 * 60_000, blockMinutes);
    return active.profile(block).map((kw, i) => kw * tangent * (1 + 0.04 * (wander[i] ?? 0)));
  });
  return { active, reactive: context.rates.rate(profile), activeProfile: active.profile };
}

/**
 * A feeder: its children and what its cables lose.
 * @param ratedKw load at which the losses are 1.2 % of it; they grow with the square of the load
 */
export function feeder(
  context: PlantContext,
  children: readonly Circuit[],
  ratedKw: number,
  extraReactive: readonly Rate[] = [],
): Circuit {
  const load: Profile = kept((block) => {
    const columns = children.map((child) => child.activeProfile(block));
    return Float64Array.from({ length: blockMinutes }, (_, i) =>
      columns.reduce((sum, column) => sum + (column[i] ?? 0), 0),
    );
  });
  const loss: Profile = kept((block) => load(block).map((kw) => 0.02 + (0.012 * kw * kw) / ratedKw));
  const losses = context.rates.rate(loss);
  return {
    active: sumOf([...children.map((child) => child.active), losses]),
    reactive: sumOf([...children.map((child) => child.reactive), ...extraReactive]),
    activeProfile: kept((block) => {
      const lost = loss(block);
      return load(block).map((kw, i) => kw + (lost[i] ?? 0));
    }),
  };
}

/** Phase-to-neutral voltage at the busbar without load, V. */
const nominalV = 231;

/** Every reading of a three-phase meter. `capacityKw` sets the voltage drop and the ranges. */
export function addElectricityMeter(
  set: SignalSet,
  context: PlantContext,
  asset: string,
  circuit: Circuit,
  capacityKw: number,
): void {
  const shares = phaseShares(context, asset);
  const gain = (timeMs: number): number =>
    (['reversed-ct', 'wrong-multiplier', 'dead-phase'] as const).reduce(
      (product, kind) =>
        context.faults.active(kind, asset, 'activePower', timeMs)
          ? product * meterGain(kind, shares)
          : product,
      1,
    );
  const active = (timeMs: number) => circuit.active.at(timeMs) * gain(timeMs);
  const reactive = (timeMs: number) => circuit.reactive.at(timeMs) * gain(timeMs);
  const apparent = (timeMs: number) => Math.hypot(active(timeMs), reactive(timeMs));
  const range: readonly [number, number] = [-capacityKw * 0.2, capacityKw * 1.2];
  const start = Math.floor(uniform(keyOf(context.seed, `${asset}.start`), 0) * 400_000);
  const register = (rate: Rate, share: number) =>
    registerOf(rate, context.faults, asset, start * share, shares);
  set.register(asset, 'activeEnergyTotal', 'kWh', register(circuit.active, 1));
  set.register(asset, 'reactiveEnergyTotal', 'kvarh', register(circuit.reactive, 0.35));
  set.number(asset, 'activePower', 'kW', active, { range });
  set.number(asset, 'reactivePower', 'kvar', reactive, { range });
  set.number(asset, 'apparentPower', 'kVA', apparent, { range: [0, capacityKw * 1.2] });
  set.number(asset, 'powerFactor', '1', (timeMs) => active(timeMs) / (apparent(timeMs) || 1), {
    range: [-1, 1],
    decimals: 3,
  });
  addPhases(set, context, asset, circuit, shares, capacityKw);
  addSupplyQuality(set, context, asset);
}

function addPhases(
  set: SignalSet,
  context: PlantContext,
  asset: string,
  circuit: Circuit,
  shares: PhaseShares,
  capacityKw: number,
): void {
  const supply = disturbance(context, 'supply.voltage', 900_000);
  for (const [index, share] of shares.entries()) {
    const phase = `L${index + 1}`;
    const flicker = disturbance(context, `supply.${phase}`, 11_000);
    const seen = (timeMs: number) => phaseGain(context, asset, index, timeMs);
    const volts = (timeMs: number) => {
      const drop = 0.012 * (circuit.active.at(timeMs) / capacityKw);
      return nominalV * (1 + 0.012 * supply(timeMs) + 0.0015 * flicker(timeMs) - drop);
    };
    const kw = (timeMs: number) => circuit.active.at(timeMs) * share;
    const amperes = (timeMs: number) =>
      (Math.hypot(circuit.active.at(timeMs), circuit.reactive.at(timeMs)) * share * 1000) / volts(timeMs);
    set.number(asset, `voltage${phase}`, 'V', volts, { range: [0, 300], decimals: 1 });
    set.number(asset, `current${phase}`, 'A', (timeMs) => amperes(timeMs) * Math.abs(seen(timeMs)), {
      range: [0, capacityKw * 2],
    });
    set.number(asset, `activePower${phase}`, 'kW', (timeMs) => kw(timeMs) * seen(timeMs), {
      range: [-capacityKw * 0.4, capacityKw * 0.4],
    });
  }
}

/** How a wrongly wired meter sees one phase: reversed, half, or not at all. */
function phaseGain({ faults }: PlantContext, asset: string, index: number, timeMs: number): number {
  let gain = 1;
  if (index === 1 && faults.active('reversed-ct', asset, 'activePower', timeMs)) gain = -1;
  if (index === 2 && faults.active('dead-phase', asset, 'activePower', timeMs)) gain = 0;
  return faults.active('wrong-multiplier', asset, 'activePower', timeMs) ? gain * 0.5 : gain;
}

function addSupplyQuality(set: SignalSet, context: PlantContext, asset: string): void {
  const drift = disturbance(context, 'supply.frequency', 30_000);
  const tilt = disturbance(context, 'supply.unbalance', 1_800_000);
  const distortion = disturbance(context, 'supply.thd', 1_200_000);
  set.number(asset, 'frequency', 'Hz', (timeMs) => 50 + 0.025 * drift(timeMs), {
    range: [45, 55],
    decimals: 3,
  });
  set.number(asset, 'voltageUnbalance', '%', (timeMs) => 0.55 + 0.3 * tilt(timeMs), { range: [0, 10] });
  const thd = (timeMs: number): number => 2.6 + 0.7 * distortion(timeMs);
  set.number(asset, 'voltageThd', '%', thd, { range: [0, 20] });
  if (asset !== harmonicsMeter) return;
  for (const [order, share] of harmonicShares)
    set.number(asset, `voltageH${order}`, '%', (timeMs) => share * thd(timeMs), { range: [0, 20] });
}

/** The one meter that tells single harmonics: the incoming supply's. */
const harmonicsMeter = 'meter-main';
/** Of the total distortion; six-pulse drives make the fifth and seventh. What is left of the square is in higher orders. */
const harmonicShares = [
  [3, 0.3],
  [5, 0.75],
  [7, 0.45],
  [11, 0.15],
] as const;

function phaseShares({ seed }: PlantContext, asset: string): PhaseShares {
  const key = keyOf(seed, `${asset}.phases`);
  const [a, b] = [0.02 * (uniform(key, 1) - 0.5), 0.02 * (uniform(key, 2) - 0.5)];
  return [1 / 3 + a, 1 / 3 + b, 1 / 3 - a - b];
}
