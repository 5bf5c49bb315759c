import { FaultEffects } from './faults/effect.ts';
import type { Fault } from './faults/fault.ts';
import { type FaultPlan, FaultSchedule } from './faults/schedule.ts';
import { withSensorFaults } from './faults/sensor-faults.ts';
import { PlantTime } from './physics/plant-time.ts';
import { RateBook } from './physics/rate.ts';
import { createSurroundings } from './physics/surroundings.ts';
import { addBoilerSignals, createBoiler } from './plant/boiler.ts';
import { createCompressedAir } from './plant/compressed-air.ts';
import { createRotatingMachines } from './plant/compressor-fan-pump.ts';
import type { PlantContext } from './plant/context.ts';
import { addAmbientStation, addFenceStation, addNoiseMeter, addWeatherStation } from './plant/environment.ts';
import { addMachineToolSignals, createMachineTool, type MachineToolDesign } from './plant/machine-tool.ts';
import { addMeters } from './plant/meters.ts';
import { addRotatingMachineSignals, type RotatingMachine } from './plant/rotating-machine.ts';
import { addStackSignals } from './plant/stack-monitor.ts';
import { addWastewaterSignals, createWastewater } from './plant/wastewater.ts';
import { type Signal, SignalSet } from './signal.ts';

export interface FactoryOptions {
  readonly seed: number;
  /** IANA zone of the shifts and the fault schedule. */
  readonly timeZone: string;
  readonly faults: FaultPlan;
}

/** The simulated factory: every signal a pure function of (seed, time). */
export interface Factory {
  readonly seed: number;
  readonly signals: readonly Signal[];
  readonly signalsByAddress: ReadonlyMap<string, Signal>;
  readonly rotatingMachines: readonly RotatingMachine[];
  /** Ground truth: the labelled faults that touch [fromMs, toMs). */
  faultsBetween(fromMs: number, toMs: number): Fault[];
}

const machineTools: readonly MachineToolDesign[] = [
  { asset: 'mill-1', ratedKw: 22, cycleS: 96, spindleRpm: 6200, yield: 0.985 },
  { asset: 'mill-2', ratedKw: 22, cycleS: 102, spindleRpm: 5800, yield: 0.982 },
  { asset: 'lathe-1', ratedKw: 15, cycleS: 58, spindleRpm: 3100, yield: 0.99 },
];

export function createFactory({ seed, timeZone, faults }: FactoryOptions): Factory {
  const time = new PlantTime(timeZone);
  const schedule = new FaultSchedule(faults, seed, time.calendar);
  const effects = new FaultEffects(schedule);
  const context: PlantContext = {
    seed,
    surroundings: createSurroundings(seed, time),
    faults: effects,
    rates: new RateBook(),
  };
  const set = new SignalSet();
  const tools = machineTools.map((design) => createMachineTool(context, design));
  for (const tool of tools) addMachineToolSignals(set, context, tool);
  const air = createCompressedAir(context);
  const rotatingMachines = createRotatingMachines(set, context, air);
  for (const machine of rotatingMachines) addRotatingMachineSignals(set, context, machine);
  const boiler = createBoiler(context);
  addBoilerSignals(set, context, boiler);
  addStackSignals(set, context, boiler);
  const wastewater = createWastewater(context);
  addWastewaterSignals(set, context, wastewater);
  addMeters(set, context, { tools, rotatingMachines, air, boiler, wastewater });
  addNoiseMeter(set, context, 'noise-east', 54.5);
  addNoiseMeter(set, context, 'noise-north', 52);
  addAmbientStation(set, context, 'ambient-1');
  addFenceStation(set, context, 'fence-1');
  addWeatherStation(set, context, 'weather-1');
  const signals = set.signals.map((signal) => withSensorFaults(signal, effects));
  return {
    seed,
    signals,
    signalsByAddress: new Map(signals.map((signal) => [signal.address, signal])),
    rotatingMachines,
    faultsBetween: (fromMs, toMs) => schedule.between(fromMs, toMs),
  };
}
