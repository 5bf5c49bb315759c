import { combine, interpolate, lagged } from '../physics/day-block.ts';
import type { ProfileRate, Rate } from '../physics/rate.ts';
import type { SignalSet } from '../signal.ts';
import { disturbance, type PlantContext } from './context.ts';

const outlet = 'outlet-1';
const dosing = 'dosing-1';

export interface Wastewater {
  /** m3/h */
  readonly processWater: Rate;
  readonly outflow: ProfileRate;
  /** Power of the treatment, kW. */
  readonly power: ProfileRate;
  /** 1 while chemicals are dosed. */
  readonly dosed: (timeMs: number) => number;
  /** How untreated the effluent is, 0 to 1: follows a failed dosing with the basin's lag. */
  readonly untreated: (timeMs: number) => number;
}

/** Parts washing and cooling blow-down feed the treatment; its basin holds about an hour. */
export function createWastewater(context: PlantContext): Wastewater {
  const { activity } = context.surroundings;
  const process = lagged(
    combine([activity], (busy) => 1.2 + 9.5 * busy),
    5,
  );
  const failed = context.faults.severityProfile('dosing-failure', dosing);
  const outflow = lagged(
    combine([process], (flow) => flow * 0.82),
    40,
  );
  const power = combine([outflow, failed], (flow, bad) => 3.2 + 0.32 * flow + 1.7 * (1 - bad));
  const untreated = lagged(failed, 35);
  return {
    processWater: context.rates.rate(process),
    outflow: context.rates.rate(outflow),
    power: context.rates.rate(power),
    dosed: (timeMs) => 1 - interpolate(failed, timeMs),
    untreated: (timeMs) => interpolate(untreated, timeMs),
  };
}

export function addWastewaterSignals(set: SignalSet, context: PlantContext, water: Wastewater): void {
  const slow = (name: string) => disturbance(context, `${outlet}.${name}`, 5_400_000);
  const quick = disturbance(context, `${outlet}.quick`, 25_000);
  const [load, nitrogen, acid, phosphor] = [slow('cod'), slow('nitrogen'), slow('ph'), slow('phosphorus')];
  const { untreated } = water;
  const add = (quantity: string, high: number, decimals: number, at: (timeMs: number) => number) =>
    set.number(outlet, quantity, 'mg/L', at, { range: [0, high], decimals });
  add('cod', 500, 1, (timeMs) => 54 + 9 * load(timeMs) + 0.8 * quick(timeMs) + 95 * untreated(timeMs));
  const ammonia = (timeMs: number) =>
    4.2 + 1.1 * nitrogen(timeMs) + 0.08 * quick(timeMs) + 21 * untreated(timeMs);
  add('ammoniaNitrogen', 100, 2, ammonia);
  add('totalNitrogen', 150, 2, (timeMs) => ammonia(timeMs) * 1.15 + 7.5 + 0.9 * nitrogen(timeMs));
  add('totalPhosphorus', 10, 3, (timeMs) => 0.24 + 0.06 * phosphor(timeMs) + 0.9 * untreated(timeMs));
  const spilled = (timeMs: number) => context.faults.severity('acid-discharge', outlet, timeMs);
  const ph = (timeMs: number) =>
    7.35 + 0.22 * acid(timeMs) + 0.02 * quick(timeMs) - 1.9 * untreated(timeMs) - 2.4 * spilled(timeMs);
  set.number(outlet, 'ph', 'pH', ph, { range: [0, 14], decimals: 2 });
  const waterC = (timeMs: number) =>
    16 + 0.35 * interpolate(context.surroundings.outdoorC, timeMs) + 0.1 * quick(timeMs);
  set.number(outlet, 'temperature', '°C', waterC, { range: [0, 60], decimals: 1 });
  set.number(outlet, 'flow', 'm3/h', (timeMs) => water.outflow.at(timeMs), { range: [0, 40], decimals: 3 });
  set.register(outlet, 'volumeTotal', 'm3', (timeMs) => 4_200 + water.outflow.total(timeMs), 3);
  set.text(outlet, 'dataFlag', () => 'N');
  addDosing(set, water, quick);
}

function addDosing(set: SignalSet, water: Wastewater, quick: (timeMs: number) => number): void {
  set.boolean(dosing, 'running', (timeMs) => water.dosed(timeMs) > 0.5);
  set.number(dosing, 'activePower', 'kW', (timeMs) => 0.05 + 1.65 * water.dosed(timeMs), {
    range: [0, 4],
    decimals: 3,
  });
  const reagent = (timeMs: number) =>
    water.dosed(timeMs) * (0.35 + 0.14 * water.outflow.at(timeMs) + 0.02 * quick(timeMs));
  set.number(dosing, 'reagentFlow', 'L/min', reagent, { range: [0, 5], decimals: 3 });
}
