import type { AirStationSetting, BoilerSetting } from '../../model/energy-settings.ts';
import type { TimeWindow } from '../../model/window.ts';
import { boilerEfficiency } from '../../scenarios/energy/boiler.ts';
import { airFigures, leakEstimate } from '../../scenarios/energy/compressed-air.ts';
import {
  filled,
  type MeterInterval,
  meterSeries,
  sumOver,
} from '../../scenarios/runner/energy/meter-intervals.ts';
import type { Backend } from '../ports.ts';
import type { Air, Boiler } from './load-schemas.ts';
import { type MachineStates, machineStates } from './machine-states.ts';

const AIR_EDITION = 'GB 19153-2019';
const BOILER_EDITION = 'GB/T 10180-2017';

type Meters = ReadonlyMap<string, readonly MeterInterval[]>;

/** Compressor stations and boilers of the plant file over a span. */
export async function utilitiesOf(
  backend: Backend,
  span: TimeWindow,
): Promise<{ air: Air[]; boilers: Boiler[] }> {
  const { airStations = [], boilers = [] } = backend.plant.energy ?? {};
  const [series, states] = await Promise.all([
    meterSeries(backend.store, { assets: backend.plant.assets }, { span }),
    machineStates(backend, span),
  ]);
  const meters: Meters = new Map(series.map(({ id, intervals }) => [id, intervals]));
  return {
    air: airStations.map((station) => airOf(station, meters, states, span)),
    boilers: boilers.map((boiler) => boilerOf(boiler, meters, backend, span)),
  };
}

function airOf(
  { name, compressors, air, consumers }: AirStationSetting,
  meters: Meters,
  states: ReadonlyMap<string, MachineStates>,
  span: TimeWindow,
): Air {
  const power = compressors.map((id) => sumOver(meters.get(id) ?? [], span));
  const delivered = sumOver(meters.get(air) ?? [], span);
  const energyKwh = power.reduce((sum, { energy }) => sum + (energy ?? 0), 0);
  const figures = airFigures(energyKwh, delivered.energy ?? 0);
  const idle = withoutConsumer(filled(meters.get(air) ?? [], span), consumers, states);
  const leak = leakEstimate(filled(meters.get(air) ?? [], span), idle, energyKwh);
  const { specificEnergyKwhPerM3, specificPowerKwPerM3Min } = figures;
  return {
    ...{ name, energyKwh, airM3: figures.airM3 },
    ...(specificEnergyKwhPerM3 !== undefined && { specificEnergyKwhPerM3 }),
    ...(specificPowerKwPerM3Min !== undefined && { specificPowerKwPerM3Min }),
    ...(leak && { leakM3PerHour: leak.leakM3PerHour, leakShare: leak.leakShare, idleHours: leak.idleHours }),
    ...(leak?.leakEnergyKwh !== undefined && { leakEnergyKwh: leak.leakEnergyKwh }),
    ...(!leak && { note: 'fewer than 2 h in which every consumer is known to stand: no leak estimate' }),
    completeness: Math.min(delivered.completeness, ...power.map(({ completeness }) => completeness)),
    edition: AIR_EDITION,
  };
}

/** Quarters in which each consumer is known not to run. */
function withoutConsumer(
  quarters: readonly TimeWindow[],
  consumers: readonly string[],
  states: ReadonlyMap<string, MachineStates>,
): TimeWindow[] {
  const standing = consumers.map(
    (id) =>
      new Set(
        (states.get(id)?.windows ?? [])
          .filter(({ state }) => state === 'idle' || state === 'stopped')
          .map(({ startMs }) => startMs),
      ),
  );
  return quarters.filter(({ startMs }) => standing.every((starts) => starts.has(startMs)));
}

function boilerOf(
  { name, fuel, steam, feedWaterEnthalpyKjPerKg }: BoilerSetting,
  meters: Meters,
  { plant }: Backend,
  span: TimeWindow,
): Boiler {
  const [burnt, made] = [sumOver(meters.get(fuel) ?? [], span), sumOver(meters.get(steam) ?? [], span)];
  const heat = plant.assetsById.get(fuel)?.properties.heatValueMjPerM3;
  const enthalpy = plant.assetsById.get(steam)?.properties.enthalpyKjPerKg;
  const isKnown = burnt.energy !== undefined && made.energy !== undefined;
  const hasValues = typeof heat === 'number' && typeof enthalpy === 'number';
  const efficiency =
    isKnown && hasValues
      ? boilerEfficiency({
          ...{ steamKg: (made.energy ?? 0) * 1000, steamEnthalpyKjPerKg: enthalpy, feedWaterEnthalpyKjPerKg },
          ...{ fuel: burnt.energy ?? 0, heatingValueKj: heat * 1000 },
        })
      : undefined;
  return {
    ...{ name, fuelUnit: 'm3', completeness: Math.min(burnt.completeness, made.completeness) },
    ...(burnt.energy !== undefined && { fuel: burnt.energy }),
    ...(made.energy !== undefined && { steamT: made.energy }),
    ...(efficiency !== undefined && { efficiency }),
    ...(!hasValues && { note: 'the meters name no heatValueMjPerM3 and enthalpyKjPerKg' }),
    edition: BOILER_EDITION,
  };
}
