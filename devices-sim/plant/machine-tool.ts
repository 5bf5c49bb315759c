import {
  atMinute,
  blockMinutes,
  blockStartMs,
  combine,
  interpolate,
  kept,
  lagged,
  type Profile,
} from '../physics/day-block.ts';
import { keyOf, noiseMinutes, uniform } from '../physics/noise.ts';
import type { ProfileRate } from '../physics/rate.ts';
import type { SignalSet } from '../signal.ts';
import { disturbance, type PlantContext } from './context.ts';

/** PackML states the machine tools take. @see ISA-TR88.00.02 */
export const packMl = {
  stopped: 2,
  starting: 3,
  idle: 4,
  suspended: 5,
  execute: 6,
  aborted: 9,
  held: 11,
} as const;

export interface MachineToolDesign {
  readonly asset: string;
  readonly ratedKw: number;
  readonly cycleS: number;
  readonly spindleRpm: number;
  /** Share of good parts in normal running. */
  readonly yield: number;
}

export interface MachineTool {
  readonly design: MachineToolDesign;
  readonly state: Profile;
  readonly power: ProfileRate;
}

const minuteStepMs = 60_000;
/** A cutting edge is changed after this many minutes of cutting. */
const toolLifeMin = 180;

export function createMachineTool(context: PlantContext, design: MachineToolDesign): MachineTool {
  const state = stateProfile(context, design);
  const leftOn = context.faults.severityProfile('idle-consumption', design.asset);
  const cut = cuttingShare(context, design);
  const kw = combine([state, cut, leftOn], (stateWord, share, left) =>
    powerKw(design, stateWord, share, left),
  );
  const ripple = { share: 0.2, key: keyOf(context.seed, `${design.asset}.ripple`) };
  return { design, state, power: context.rates.rate(kw, { ripple }) };
}

/** Share of the rated power that cutting takes; each product of the mix keeps it for some hours. */
function cuttingShare(context: PlantContext, { asset }: MachineToolDesign): Profile {
  const product = keyOf(context.seed, `${asset}.product`);
  const wander = keyOf(context.seed, `${asset}.wander`);
  return kept((block) => {
    const slow = noiseMinutes(product, blockStartMs(block), 6 * 3_600_000, blockMinutes);
    const quick = noiseMinutes(wander, blockStartMs(block), 8 * 60_000, blockMinutes);
    return slow.map((value, i) => 0.56 + 0.12 * value + 0.05 * (quick[i] ?? 0));
  });
}

function powerKw({ ratedKw }: MachineToolDesign, state: number, share: number, leftOn: number): number {
  if (state === packMl.execute) return ratedKw * share;
  if (state === packMl.stopped) return ratedKw * 0.03 + 12 * leftOn;
  return ratedKw * (state === packMl.aborted ? 0.08 : 0.16);
}

/** Production follows the shifts; each hour may bring one short stop, rarely a breakdown. */
function stateProfile({ surroundings, seed }: PlantContext, { asset }: MachineToolDesign): Profile {
  const key = keyOf(seed, `${asset}.stops`);
  return kept((block) => {
    const activity = surroundings.activity(block);
    const before = surroundings.activity(block - 1)[blockMinutes - 1] ?? 0;
    return Float64Array.from(activity, (active, i) => {
      if (active === 0) return packMl.stopped;
      if (active < 0.5) return packMl.idle;
      if ((i > 0 ? activity[i - 1] : before) === 0) return packMl.starting;
      return stopAt(key, blockStartMs(block) / minuteStepMs + i);
    });
  });
}

function stopAt(key: number, minute: number): number {
  const hour = Math.floor(minute / 60);
  const [chance, length, begin] = [0, 1, 2].map((n) => uniform(key ^ n, hour)) as [number, number, number];
  const breakdown = chance < 0.012;
  const minutes = breakdown ? 18 + Math.floor(length * 25) : 2 + Math.floor(length * 6);
  const start = Math.floor(begin * (60 - minutes));
  const inside = minute - hour * 60 >= start && minute - hour * 60 < start + minutes;
  if (!inside || chance > 0.6) return packMl.execute;
  if (breakdown) return packMl.aborted;
  return chance < 0.3 ? packMl.held : packMl.suspended;
}

export function addMachineToolSignals(set: SignalSet, context: PlantContext, machine: MachineTool): void {
  const { asset, ratedKw, spindleRpm, cycleS } = machine.design;
  const executing: Profile = kept((block) =>
    machine.state(block).map((state) => (state === packMl.execute ? 1 : 0)),
  );
  const runHours = context.rates.rate(executing, { shape: 'step' });
  const parts = (timeMs: number) => (runHours.total(timeMs) * 3600) / cycleS;
  const goodParts = context.rates.rate(goodShare(context, machine, executing), { shape: 'step' });
  const runs = (timeMs: number) => atMinute(machine.state, timeMs) === packMl.execute;
  const flutter = disturbance(context, `${asset}.flutter`, 7_000);
  const load = (timeMs: number) => (machine.power.at(timeMs) / ratedKw) * 100;
  const warmth = lagged(machine.power.profile, 25);
  set.boolean(asset, 'running', runs);
  set.number(asset, 'state', '1', (timeMs) => atMinute(machine.state, timeMs), {
    decimals: 0,
    range: [0, 17],
  });
  set.number(asset, 'activePower', 'kW', (timeMs) => machine.power.at(timeMs), { range: [0, ratedKw * 1.5] });
  set.number(asset, 'current', 'A', (timeMs) => machine.power.at(timeMs) / (0.4 * Math.sqrt(3) * 0.86), {
    range: [0, ratedKw * 3],
  });
  set.number(
    asset,
    'speed',
    'rpm',
    (timeMs) => (runs(timeMs) ? spindleRpm * (1 + 0.004 * flutter(timeMs)) : 0),
    {
      decimals: 0,
      range: [0, spindleRpm * 1.5],
    },
  );
  set.number(asset, 'load', '%', load, { decimals: 1, range: [0, 150] });
  set.number(
    asset,
    'vibrationVelocity',
    'mm/s',
    (timeMs) =>
      runs(timeMs)
        ? 0.45 + 0.006 * load(timeMs) * (1 + 0.1 * flutter(timeMs))
        : 0.05 + 0.01 * Math.abs(flutter(timeMs)),
    { range: [0, 20] },
  );
  set.number(
    asset,
    'spindleTemperature',
    '°C',
    (timeMs) => 24 + (interpolate(warmth, timeMs) / ratedKw) * 42 + 0.2 * flutter(timeMs),
    {
      decimals: 1,
      range: [0, 120],
    },
  );
  set.number(asset, 'toolWear', 'min', (timeMs) => positiveModulo(runHours.total(timeMs) * 60, toolLifeMin), {
    decimals: 1,
    range: [0, 300],
  });
  set.register(asset, 'runHoursTotal', 'h', (timeMs) => runHours.total(timeMs));
  set.register(asset, 'partsTotal', 'pcs', parts, 0);
  set.register(asset, 'goodPartsTotal', 'pcs', (timeMs) => (goodParts.total(timeMs) * 3600) / cycleS, 0);
}

/** Share of an hour spent on good parts; a worn tool and an hour of bad material cost some. */
function goodShare(context: PlantContext, { design }: MachineTool, executing: Profile): Profile {
  const key = keyOf(context.seed, `${design.asset}.quality`);
  return kept((block) => {
    const wander = noiseMinutes(key, blockStartMs(block), 5 * 3_600_000, blockMinutes);
    return executing(block).map(
      (runs, i) => runs * (design.yield + (1 - design.yield) * 0.6 * (wander[i] ?? 0)),
    );
  });
}

const positiveModulo = (value: number, by: number): number => ((value % by) + by) % by;
