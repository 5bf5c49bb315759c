import { blockMinutes, kept, type Profile } from '../physics/day-block.ts';
import { type ProfileRate, type Rate, sumOf } from '../physics/rate.ts';
import { clamp } from '../physics/surroundings.ts';
import type { SignalSet } from '../signal.ts';
import { type Boiler, boilerDesign } from './boiler.ts';
import type { CompressedAir } from './compressed-air.ts';
import type { PlantContext } from './context.ts';
import { addElectricityMeter, type Circuit, consumer, feeder } from './electricity-meter.ts';
import { addFluidMeter, type FluidMeterDesign } from './fluid-meter.ts';
import type { MachineTool } from './machine-tool.ts';
import type { RotatingMachine } from './rotating-machine.ts';
import type { Wastewater } from './wastewater.ts';

export interface Metered {
  readonly tools: readonly MachineTool[];
  readonly rotatingMachines: readonly RotatingMachine[];
  readonly air: CompressedAir;
  readonly boiler: Boiler;
  readonly wastewater: Wastewater;
}

/** Every meter of the plant. Each parent reads what its children read plus losses. */
export function addMeters(set: SignalSet, context: PlantContext, metered: Metered): void {
  addElectricity(set, context, metered);
  addGas(set, context, metered.boiler);
  addWater(set, context, metered);
  addSteam(set, context, metered.boiler);
  addAir(set, context, metered.air);
}

function addElectricity(
  set: SignalSet,
  context: PlantContext,
  { tools, rotatingMachines, boiler, wastewater }: Metered,
) {
  const leaf = (asset: string, power: ProfileRate, powerFactor: number, capacityKw: number): Circuit => {
    const circuit = consumer(context, asset, power, powerFactor);
    addElectricityMeter(set, context, asset, circuit, capacityKw);
    return circuit;
  };
  const [compressor, fan, pump] = rotatingMachines.map(({ design, power }) =>
    leaf(`meter-${design.asset.replace(/-1$/, '')}`, power, 0.9, design.ratedKw * 1.2),
  );
  const toolCircuits = tools.map(({ design, power }) =>
    leaf(`meter-${design.asset}`, power, 0.87, design.ratedKw * 1.4),
  );
  const aux = context.rates.rate(
    kept((block) => boiler.steam.profile(block).map((tonnes) => 2.1 + 3.2 * tonnes)),
  );
  const boilerCircuit = leaf('meter-boiler', aux, 0.9, 20);
  const treatment = leaf('meter-wastewater', wastewater.power, 0.88, 15);
  const office = leaf('meter-office', officeLoad(context), 0.96, 60);
  const machining = feeder(context, [...toolCircuits, ...(fan ? [fan] : [])], 90);
  const utilities = feeder(
    context,
    [compressor, pump, boilerCircuit, treatment].filter((child) => child !== undefined),
    120,
  );
  addElectricityMeter(set, context, 'meter-machining', machining, 120);
  addElectricityMeter(set, context, 'meter-utilities', utilities, 160);
  const children = [machining, utilities, office];
  const main = feeder(context, [...children, testLoad(context, children)], 250, [
    compensation(context, children),
  ]);
  addElectricityMeter(set, context, 'meter-main', main, 400);
}

/** The capacitor bank at the incoming busbar takes most of the reactive power, unless it has tripped. */
function compensation(context: PlantContext, circuits: readonly Circuit[]): Rate {
  const tripped = context.faults.severityProfile('compensation-failure', 'meter-main');
  const profile: Profile = kept((block) => {
    const off = tripped(block);
    const columns = circuits.map((circuit) => circuit.activeProfile(block));
    return Float64Array.from({ length: blockMinutes }, (_, i) => {
      const kw = columns.reduce((sum, column) => sum + (column[i] ?? 0), 0);
      return -0.24 * kw * (1 - (off[i] ?? 0));
    });
  });
  return context.rates.rate(profile);
}

/** Load at the busbar with the test load on, kW: near the declared demand of 260 kW, and below it. */
const TEST_LOAD_KW = 250;

/** A load at the busbar itself, without a meter of its own: it takes what the others leave up to its set-point. */
function testLoad(context: PlantContext, circuits: readonly Circuit[]): Circuit {
  const on = context.faults.severityProfile('demand-peak', 'meter-main');
  const profile: Profile = kept((block) => {
    const columns = circuits.map((circuit) => circuit.activeProfile(block));
    return on(block).map((share, i) => {
      const others = columns.reduce((sum, column) => sum + (column[i] ?? 0), 0);
      return share * Math.max(0, TEST_LOAD_KW - others);
    });
  });
  return consumer(context, 'test-load', context.rates.rate(profile), 0.99);
}

/** Light and office machines in working hours, heating and cooling with the weather. */
function officeLoad(context: PlantContext): ProfileRate {
  const { surroundings } = context;
  const profile: Profile = kept((block) => {
    const { minuteOfDay, weekday } = surroundings.time.localMinutes(block);
    const outdoor = surroundings.outdoorC(block);
    return outdoor.map((outside, i) => {
      const minute = minuteOfDay[i] ?? 0;
      const open = (weekday[i] ?? 1) < 7 && minute >= 450 && minute < 1110 ? 1 : 0;
      const conditioning = Math.abs(clamp(outside, -10, 40) - 20) * (0.2 + 0.55 * open);
      return 4.5 + 13 * open + conditioning;
    });
  });
  return context.rates.rate(profile);
}

function addGas(set: SignalSet, context: PlantContext, boiler: Boiler): void {
  const canteen: Profile = kept((block) => {
    const { minuteOfDay } = context.surroundings.time.localMinutes(block);
    return Float64Array.from(minuteOfDay, (minute) =>
      (minute > 600 && minute < 770) || (minute > 1020 && minute < 1170) ? 6.5 : 0.1,
    );
  });
  const canteenGas = context.rates.rate(canteen);
  const meter = (asset: string, maxFlow: number, pressureKpa: number): FluidMeterDesign => ({
    asset,
    register: { quantity: 'volumeTotal', unit: 'm3' },
    flowUnit: 'm3/h',
    maxFlow,
    pressureKpa,
    temperatureC: 16,
  });
  addFluidMeter(set, context, meter('gas-main', 400, 35), sumOf([boiler.gas, canteenGas]));
  addFluidMeter(set, context, meter('gas-boiler', 380, 20), boiler.gas);
  addFluidMeter(set, context, meter('gas-canteen', 20, 2.5), canteenGas);
}

/** Buried pipes lose a little at all times. */
const buriedPipeLossM3PerH = 0.05;

function addWater(set: SignalSet, context: PlantContext, { boiler, wastewater }: Metered): void {
  const feed = context.rates.rate(
    kept((block) => boiler.steam.profile(block).map((tonnes) => 0.35 * tonnes + 0.02)),
  );
  const domestic = context.rates.rate(
    kept((block) => context.surroundings.activity(block).map((busy) => 0.15 + 1.1 * busy)),
  );
  const water = (asset: string, maxFlow: number): FluidMeterDesign => ({
    asset,
    register: { quantity: 'volumeTotal', unit: 'm3' },
    flowUnit: 'm3/h',
    maxFlow,
    pressureKpa: 320,
  });
  const steady = context.rates.rate(kept(() => new Float64Array(blockMinutes).fill(buriedPipeLossM3PerH)));
  addFluidMeter(set, context, water('water-process', 25), wastewater.processWater);
  addFluidMeter(set, context, water('water-boiler', 6), feed);
  addFluidMeter(set, context, water('water-domestic', 6), domestic);
  addFluidMeter(
    set,
    context,
    water('water-main', 40),
    sumOf([wastewater.processWater, feed, domestic, steady]),
  );
}

function addSteam(set: SignalSet, context: PlantContext, boiler: Boiler): void {
  const meter = (asset: string, maxFlow: number): FluidMeterDesign => ({
    asset,
    register: { quantity: 'massTotal', unit: 't' },
    flowUnit: 't/h',
    maxFlow,
    pressureKpa: boilerDesign.steamKpa,
    temperatureC: 174,
  });
  addFluidMeter(set, context, meter('steam-boiler', 5), boiler.steam);
  addFluidMeter(set, context, meter('steam-washing', 3), boiler.washingSteam);
  addFluidMeter(set, context, meter('steam-heating', 3), boiler.heatingSteam);
}

function addAir(set: SignalSet, context: PlantContext, air: CompressedAir): void {
  const meter = (asset: string, maxFlow: number): FluidMeterDesign => ({
    asset,
    register: { quantity: 'volumeTotal', unit: 'Nm3' },
    flowUnit: 'm3/h',
    maxFlow,
    pressureKpa: 700,
  });
  addFluidMeter(set, context, meter('air-main', 700), air.delivered);
  addFluidMeter(set, context, meter('air-machining', 400), air.machining);
  addFluidMeter(set, context, meter('air-instruments', 200), air.instruments);
}
