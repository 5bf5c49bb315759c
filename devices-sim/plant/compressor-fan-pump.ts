import { combine, interpolate, lagged } from '../physics/day-block.ts';
import type { SignalSet } from '../signal.ts';
import type { CompressedAir } from './compressed-air.ts';
import { disturbance, type PlantContext } from './context.ts';
import {
  compressorDesign,
  createRotatingMachine,
  fanDesign,
  pumpDesign,
  type RotatingMachine,
} from './rotating-machine.ts';

/** The air compressor, the extraction fan of the machine shop and the cooling-water pump, in this order. */
export function createRotatingMachines(
  set: SignalSet,
  context: PlantContext,
  air: CompressedAir,
): RotatingMachine[] {
  return [compressor(set, context, air), fan(set, context), pump(set, context)];
}

function compressor(set: SignalSet, context: PlantContext, air: CompressedAir): RotatingMachine {
  const { asset } = compressorDesign;
  const sway = disturbance(context, `${asset}.discharge`, 40_000);
  set.number(
    asset,
    'dischargePressure',
    'kPa',
    (timeMs) => 712 + 9 * sway(timeMs) - 0.05 * air.delivered.at(timeMs),
    {
      range: [0, 1200],
      decimals: 1,
    },
  );
  set.number(asset, 'flow', 'm3/h', (timeMs) => air.delivered.at(timeMs), { range: [0, 700], decimals: 1 });
  return createRotatingMachine(context, compressorDesign, air.compressorKw);
}

/** The fan runs while anybody works. */
function fan(set: SignalSet, context: PlantContext): RotatingMachine {
  const { asset } = fanDesign;
  const kw = combine([context.surroundings.activity], (busy) => (busy > 0 ? 15.2 + 1.6 * busy : 0.05));
  const sway = disturbance(context, `${asset}.flow`, 30_000);
  const machine = createRotatingMachine(context, fanDesign, kw);
  const flow = (timeMs: number) => (machine.shaftRpm(timeMs) > 0 ? 17_800 * (1 + 0.01 * sway(timeMs)) : 0);
  set.number(asset, 'flow', 'm3/h', flow, { range: [0, 30_000], decimals: 0 });
  return machine;
}

/** The pump circulates cooling water day and night; cavitation takes a quarter of its flow. */
function pump(set: SignalSet, context: PlantContext): RotatingMachine {
  const { asset } = pumpDesign;
  const cavitating = context.faults.severityProfile('cavitation', asset);
  const demand = lagged(
    combine([context.surroundings.activity], (busy) => 0.62 + 0.3 * busy),
    10,
  );
  const kw = combine([demand, cavitating], (wanted, bad) => pumpDesign.ratedKw * wanted * (1 - 0.12 * bad));
  const sway = disturbance(context, `${asset}.flow`, 15_000);
  const bad = (timeMs: number) => interpolate(cavitating, timeMs);
  const flow = (timeMs: number) =>
    92 * interpolate(demand, timeMs) * (1 - 0.26 * bad(timeMs)) * (1 + 0.012 * sway(timeMs));
  set.number(asset, 'flow', 'm3/h', flow, { range: [0, 150], decimals: 2 });
  set.number(asset, 'suctionPressure', 'kPa', (timeMs) => 32 + 1.2 * sway(timeMs) - 58 * bad(timeMs), {
    range: [-100, 300],
    decimals: 1,
  });
  set.number(
    asset,
    'dischargePressure',
    'kPa',
    (timeMs) => 415 - 60 * interpolate(demand, timeMs) - 70 * bad(timeMs) + 2 * sway(timeMs),
    {
      range: [0, 1000],
      decimals: 1,
    },
  );
  return createRotatingMachine(context, pumpDesign, kw);
}
