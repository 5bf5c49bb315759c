import { combine, interpolate, lagged, type Profile } from '../physics/day-block.ts';
import type { ProfileRate } from '../physics/rate.ts';
import { clamp } from '../physics/surroundings.ts';
import type { SignalSet } from '../signal.ts';
import { disturbance, type PlantContext } from './context.ts';

/** A 4 t/h gas-fired shell boiler at 8 bar(g). */
export const boilerDesign = {
  asset: 'boiler-1',
  stack: 'stack-1',
  ratedSteamTPerH: 4,
  steamKpa: 800,
  /** From feed water of 104 °C to saturated steam, kJ/kg. */
  enthalpyRiseKjPerKg: 2773 - 436,
  lowerHeatingValueMjPerM3: 35.6,
  efficiency: 0.925,
  /** Dry flue gas of one cubic metre of natural gas burned without excess air, Nm3. */
  dryFlueGasPerM3: 8.55,
  ductAreaM2: 0.13,
} as const;

export interface Boiler {
  /** t/h */
  readonly washingSteam: ProfileRate;
  readonly heatingSteam: ProfileRate;
  readonly steam: ProfileRate;
  /** m3/h at standard state */
  readonly gas: ProfileRate;
  /** % dry */
  readonly oxygen: Profile;
  /** Severity of the burner's fault, 0 to 1. */
  readonly detuned: Profile;
}

export function createBoiler(context: PlantContext): Boiler {
  const { activity, outdoorC } = context.surroundings;
  const washing = lagged(
    combine([activity], (busy) => 0.12 + 1.15 * busy),
    12,
  );
  const heating = lagged(
    combine(
      [outdoorC, activity],
      (outside, busy) => 0.07 * clamp(17 - outside, 0, 22) * (0.55 + 0.45 * busy),
    ),
    45,
  );
  const steam = combine([washing, heating], (wash, heat) => (wash + heat) * 1.015 + 0.03);
  const detuned = context.faults.severityProfile('burner-out-of-tune', boilerDesign.asset);
  const gas = combine([steam, detuned], (tonnes, bad) => {
    const { enthalpyRiseKjPerKg, lowerHeatingValueMjPerM3, efficiency } = boilerDesign;
    return (tonnes * enthalpyRiseKjPerKg) / (lowerHeatingValueMjPerM3 * (efficiency - 0.045 * bad));
  });
  const oxygen = combine([steam, detuned], (tonnes, bad) => 3.1 + 1.6 * (1 - loadShare(tonnes)) + 3.4 * bad);
  return {
    washingSteam: context.rates.rate(washing),
    heatingSteam: context.rates.rate(heating),
    steam: context.rates.rate(steam),
    gas: context.rates.rate(gas),
    oxygen,
    detuned,
  };
}

const loadShare = (tonnesPerH: number): number => clamp(tonnesPerH / boilerDesign.ratedSteamTPerH, 0, 1.1);

export function addBoilerSignals(set: SignalSet, context: PlantContext, boiler: Boiler): void {
  const { asset, steamKpa, ratedSteamTPerH } = boilerDesign;
  const running = combine([boiler.steam.profile], (tonnes) => (tonnes > 0.02 ? 1 : 0));
  const runHours = context.rates.rate(running, { shape: 'step' });
  const sway = disturbance(context, `${asset}.pressure`, 90_000);
  const load = (timeMs: number) => loadShare(boiler.steam.at(timeMs));
  set.boolean(asset, 'running', (timeMs) => interpolate(running, timeMs) > 0.5);
  set.number(asset, 'load', '%', (timeMs) => load(timeMs) * 100, { range: [0, 110], decimals: 1 });
  set.number(
    asset,
    'steamPressure',
    'kPa',
    (timeMs) => steamKpa * (1 + 0.015 * sway(timeMs) - 0.02 * load(timeMs)),
    {
      range: [0, 1600],
      decimals: 1,
    },
  );
  set.number(asset, 'temperature', '°C', (timeMs) => 175.4 + 1.2 * sway(timeMs) - 0.8 * load(timeMs), {
    range: [0, 250],
    decimals: 1,
  });
  set.number(asset, 'fuelFlow', 'm3/h', (timeMs) => boiler.gas.at(timeMs), { range: [0, 400] });
  set.number(asset, 'steamFlow', 't/h', (timeMs) => boiler.steam.at(timeMs), {
    range: [0, ratedSteamTPerH * 1.25],
    decimals: 3,
  });
  set.number(asset, 'feedWaterTemperature', '°C', (timeMs) => 104 + 0.8 * sway(timeMs), {
    range: [0, 150],
    decimals: 1,
  });
  set.number(asset, 'exhaustTemperature', '°C', (timeMs) => exhaustC(boiler, timeMs) + 0.6 * sway(timeMs), {
    range: [0, 400],
    decimals: 1,
  });
  set.register(asset, 'runHoursTotal', 'h', (timeMs) => runHours.total(timeMs));
}

/** Excess air carries heat away: the stack of a detuned burner is hotter. */
export function exhaustC(boiler: Boiler, timeMs: number): number {
  return 96 + 34 * loadShare(boiler.steam.at(timeMs)) + 24 * interpolate(boiler.detuned, timeMs);
}
