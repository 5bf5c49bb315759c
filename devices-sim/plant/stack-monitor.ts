import { interpolate } from '../physics/day-block.ts';
import type { PlantTime } from '../physics/plant-time.ts';
import type { SignalSet } from '../signal.ts';
import { type Boiler, boilerDesign, exhaustC } from './boiler.ts';
import { disturbance, type PlantContext } from './context.ts';

/** Zero and span check of the analysers, each night; local minutes of the day. */
const calibration = { startMinute: 120, spanMinute: 127, endMinute: 134 };
/** Filter change on the first working day of the week. */
const maintenance = { weekday: 1, startMinute: 600, endMinute: 640 };

/** After the filter change the boiler is fired up again; minutes. */
const startUpMinutes = 20;

/** State of the boiler as the monitor is told it. */
export function processState(time: PlantTime, timeMs: number): 'running' | 'start-up' {
  const { hour, minute, weekday } = time.calendar.local(timeMs);
  const since = hour * 60 + minute - maintenance.endMinute;
  return weekday === maintenance.weekday && since >= 0 && since < startUpMinutes ? 'start-up' : 'running';
}

/** HJ 212 data flags this monitor uses: normal, calibration, maintenance. */
export function stackFlag(time: PlantTime, timeMs: number): 'N' | 'C' | 'M' {
  const { hour, minute, weekday } = time.calendar.local(timeMs);
  const now = hour * 60 + minute;
  if (now >= calibration.startMinute && now < calibration.endMinute) return 'C';
  const serviced =
    weekday === maintenance.weekday && now >= maintenance.startMinute && now < maintenance.endMinute;
  return serviced ? 'M' : 'N';
}

/** Reading while calibrated: zero gas first, then the span gas at 80 % of the range. */
function calibrated(time: PlantTime, timeMs: number, high: number): number {
  const { hour, minute } = time.calendar.local(timeMs);
  return hour * 60 + minute < calibration.spanMinute ? 0 : 0.8 * high;
}

/**
 * Continuous emission monitoring of the boiler's stack. Concentrations are dry, at standard state, as measured (not
 * corrected to reference oxygen); NOx as NO2.
 */
export function addStackSignals(set: SignalSet, context: PlantContext, boiler: Boiler): void {
  const { time } = context.surroundings;
  const asset = boilerDesign.stack;
  const gasAnalyser = (
    quantity: string,
    unit: string,
    high: number,
    decimals: number,
    value: (timeMs: number) => number,
  ) =>
    set.number(
      asset,
      quantity,
      unit,
      (timeMs) =>
        stackFlag(time, timeMs) === 'C' ? calibrated(time, timeMs, high) : Math.max(0, value(timeMs)),
      { range: [0, high], decimals },
    );
  const flutter = (name: string, periodMs: number) => disturbance(context, `${asset}.${name}`, periodMs);
  const [slow, quick, sulphur, soot] = [
    flutter('slow', 1_500_000),
    flutter('quick', 8_000),
    flutter('so2', 2_400_000),
    flutter('dust', 900_000),
  ];
  const oxygen = (timeMs: number) =>
    interpolate(boiler.oxygen, timeMs) + 0.12 * quick(timeMs) + 0.1 * slow(timeMs);
  const dilution = (timeMs: number) => (21 - oxygen(timeMs)) / 17.5;
  const detuned = (timeMs: number) => interpolate(boiler.detuned, timeMs);
  const load = (timeMs: number) => boiler.steam.at(timeMs) / boilerDesign.ratedSteamTPerH;
  gasAnalyser('oxygen', '%', 25, 2, oxygen);
  gasAnalyser('nox', 'mg/m3', 400, 1, (timeMs) => {
    const at35 = 82 + 26 * load(timeMs) + 118 * detuned(timeMs) + 5 * slow(timeMs) + 2 * quick(timeMs);
    return at35 * dilution(timeMs);
  });
  gasAnalyser(
    'so2',
    'mg/m3',
    150,
    1,
    (timeMs) => (7 + 2.2 * sulphur(timeMs) + 0.4 * quick(timeMs)) * dilution(timeMs),
  );
  gasAnalyser(
    'co',
    'mg/m3',
    500,
    1,
    (timeMs) => (16 + 190 * detuned(timeMs) + 5 * slow(timeMs)) * dilution(timeMs),
  );
  gasAnalyser(
    'dust',
    'mg/m3',
    50,
    2,
    (timeMs) => (3.1 + 0.8 * soot(timeMs) + 5 * detuned(timeMs) + 0.15 * quick(timeMs)) * dilution(timeMs),
  );
  addFlueGas(set, context, boiler, oxygen, quick);
  set.text(asset, 'dataFlag', (timeMs) => stackFlag(time, timeMs));
  set.text(asset, 'processState', (timeMs) => processState(time, timeMs));
}

function addFlueGas(
  set: SignalSet,
  context: PlantContext,
  boiler: Boiler,
  oxygen: (timeMs: number) => number,
  quick: (timeMs: number) => number,
): void {
  const asset = boilerDesign.stack;
  const moisture = (timeMs: number) => 16.8 - 0.75 * (oxygen(timeMs) - 3.5) + 0.15 * quick(timeMs);
  const stackC = (timeMs: number) => exhaustC(boiler, timeMs) - 6 + 0.3 * quick(timeMs);
  const staticKpa = (timeMs: number) => -0.06 - 0.02 * quick(timeMs);
  const airKpa = (timeMs: number) => interpolate(context.surroundings.airPressureHpa, timeMs) / 10;
  const actualFlow = (timeMs: number) => {
    const dry = boiler.gas.at(timeMs) * boilerDesign.dryFlueGasPerM3 * (21 / (21 - oxygen(timeMs)));
    const wet = dry / (1 - moisture(timeMs) / 100);
    return wet * ((273.15 + stackC(timeMs)) / 273.15) * (101.325 / (airKpa(timeMs) + staticKpa(timeMs)));
  };
  set.number(asset, 'temperature', '°C', stackC, { range: [0, 300], decimals: 1 });
  set.number(asset, 'pressure', 'kPa', staticKpa, { range: [-5, 5], decimals: 3 });
  set.number(asset, 'moisture', '%', moisture, { range: [0, 40] });
  set.number(asset, 'velocity', 'm/s', (timeMs) => actualFlow(timeMs) / 3600 / boilerDesign.ductAreaM2, {
    range: [0, 40],
  });
  set.number(asset, 'flow', 'm3/h', actualFlow, { range: [0, 18_000], decimals: 0 });
}
