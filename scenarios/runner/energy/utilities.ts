import type { AirStationSetting, BoilerSetting } from '../../../model/energy-settings.ts';
import type { TimeWindow } from '../../../model/window.ts';
import { boilerEfficiency } from '../../energy/boiler.ts';
import { airFigures, leakEstimate } from '../../energy/compressed-air.ts';
import type { EnergySources } from './energy-sources.ts';
import { type MachineStates, machineStates } from './machine-states.ts';
import { filled, type MeterInterval, meterSeries, type SeriesSum, sumOver } from './meter-intervals.ts';

const AIR_EDITION = 'GB 19153-2019';
const BOILER_EDITION = 'GB/T 10180-2017';

type Meters = ReadonlyMap<string, readonly MeterInterval[]>;

/** A compressor station; a figure that can't be told is left out. */
export interface Air {
  readonly name: string;
  readonly energyKwh?: number;
  readonly airM3?: number;
  readonly specificEnergyKwhPerM3?: number;
  readonly specificPowerKwPerM3Min?: number;
  readonly leakM3PerHour?: number;
  readonly leakShare?: number;
  readonly leakEnergyKwh?: number;
  /** That the leak estimate rests on. */
  readonly idleHours?: number;
  readonly note?: string;
  readonly completeness: number;
  readonly method: string;
  readonly revision: number;
  readonly edition: string;
}

export interface Boiler {
  readonly name: string;
  readonly fuel?: number;
  readonly fuelUnit: string;
  readonly steamT?: number;
  /** Direct method; a fraction. */
  readonly efficiency?: number;
  readonly note?: string;
  readonly completeness: number;
  readonly method: string;
  readonly revision: number;
  readonly edition: string;
}

/** Compressor stations and boilers of the plant file over a span. */
export async function utilitiesOf(
  sources: EnergySources,
  span: TimeWindow,
): Promise<{ air: Air[]; boilers: Boiler[] }> {
  const { airStations = [], boilers = [] } = sources.plant.energy ?? {};
  const [series, states] = await Promise.all([
    meterSeries(sources.store, { assets: sources.plant.assets }, { span }),
    machineStates(sources, span),
  ]);
  const meters: Meters = new Map(series.map(({ id, intervals }) => [id, intervals]));
  return {
    air: airStations.map((station) => airOf(station, meters, states, span)),
    boilers: boilers.map((boiler) => boilerOf(boiler, meters, sources, span)),
  };
}

function airOf(
  { name, compressors, air, consumers }: AirStationSetting,
  meters: Meters,
  states: ReadonlyMap<string, MachineStates>,
  span: TimeWindow,
): Air {
  const power = compressors.map((id) => sumOver(meters.get(id) ?? [], span));
  const quarters = filled(meters.get(air) ?? [], span);
  const delivered = sumOver(quarters, span);
  const isPowerKnown = power.length > 0 && power.every(({ energy }) => energy !== undefined);
  const energyKwh = isPowerKnown ? power.reduce((sum, { energy }) => sum + (energy ?? 0), 0) : undefined;
  const leak = leakEstimate(quarters, withoutConsumer(quarters, consumers, states), energyKwh);
  return {
    name,
    ...(energyKwh !== undefined && { energyKwh }),
    ...(delivered.energy !== undefined && { airM3: delivered.energy }),
    ...specificFigures(energyKwh, delivered.energy),
    ...(leak && { leakM3PerHour: leak.leakM3PerHour, leakShare: leak.leakShare, idleHours: leak.idleHours }),
    ...(leak?.leakEnergyKwh !== undefined && { leakEnergyKwh: leak.leakEnergyKwh }),
    ...(!leak && { note: 'fewer than 2 h in which every consumer is known to stand: no leak estimate' }),
    completeness: Math.min(delivered.completeness, ...power.map(({ completeness }) => completeness)),
    ...{ method: methodOf([...power, delivered]), revision: revisionOf([...power, delivered]) },
    edition: AIR_EDITION,
  };
}

/** No data is not zero: without the energy of each compressor, or the air, nothing is said. */
function specificFigures(energyKwh: number | undefined, airM3: number | undefined) {
  if (energyKwh === undefined || airM3 === undefined) return {};
  const { specificEnergyKwhPerM3, specificPowerKwPerM3Min } = airFigures(energyKwh, airM3);
  return {
    ...(specificEnergyKwhPerM3 !== undefined && { specificEnergyKwhPerM3 }),
    ...(specificPowerKwPerM3Min !== undefined && { specificPowerKwPerM3Min }),
  };
}

const methodOf = (sums: readonly SeriesSum[]): string =>
  [...new Set(sums.flatMap(({ method }) => (method === '' ? [] : method.split('+'))))].join('+');

const revisionOf = (sums: readonly SeriesSum[]): number =>
  Math.max(0, ...sums.map(({ revision }) => revision));

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
  { plant }: EnergySources,
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
    ...{ method: methodOf([burnt, made]), revision: revisionOf([burnt, made]), edition: BOILER_EDITION },
  };
}
