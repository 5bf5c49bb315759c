import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import { blockMinutes, blockStartMs, kept, type Profile } from './day-block.ts';
import { keyOf, noiseMinutes } from './noise.ts';
import { activityAt, type PlantTime } from './plant-time.ts';

/** What drives the plant from outside: how busy it is, and the weather. */
export interface Surroundings {
  readonly time: PlantTime;
  readonly seed: number;
  /** 0 to 1. */
  readonly activity: Profile;
  readonly outdoorC: Profile;
  /** %, relative. */
  readonly humidity: Profile;
  readonly airPressureHpa: Profile;
  readonly windMPerS: Profile;
  /** Where the wind comes from, degrees clockwise from north. */
  readonly windFromDeg: Profile;
  /** W/m2, on the level. */
  readonly irradiance: Profile;
}

const yearMs = 365.2425 * dayMs;
/** Coldest time of a Chinese east-coast year: late January. */
const coldestMs = Date.UTC(2026, 0, 24);

export function createSurroundings(seed: number, time: PlantTime): Surroundings {
  const noise = (name: string, periodMs: number) => {
    const key = keyOf(seed, `surroundings.${name}`);
    return (block: number) => noiseMinutes(key, blockStartMs(block), periodMs, blockMinutes);
  };
  const fronts = kept(noise('front', 4 * dayMs));
  const breeze = noise('breeze', 2 * hourMs);
  const turn = noise('turn', 3 * dayMs);
  const waver = noise('waver', 20 * minuteMs);
  const clouds = kept(noise('clouds', 5 * hourMs));
  const perMinute = (value: (i: number, block: number, minuteOfDay: number) => number): Profile =>
    kept((block) => {
      const { minuteOfDay } = time.localMinutes(block);
      return Float64Array.from(minuteOfDay, (minute, i) => value(i, block, minute));
    });
  const activity: Profile = kept((block) => {
    const { minuteOfDay, weekday } = time.localMinutes(block);
    return Float64Array.from(minuteOfDay, (minute, i) => activityAt(minute, weekday[i] ?? 1));
  });
  const sun = (i: number, block: number, minute: number) => {
    const height = Math.cos((2 * Math.PI * (minute - 730)) / 1440) * (1 + 0.35 * season(blockStartMs(block)));
    return Math.max(0, height - 0.12) * 780 * (0.65 + 0.35 * (clouds(block)[i] ?? 0));
  };
  const outdoorC = perMinute((i, block, minute) => {
    const daily = 3.8 * Math.cos((2 * Math.PI * (minute - 870)) / 1440);
    return 16.8 + 11.5 * season(blockStartMs(block)) + daily + 4.5 * (fronts(block)[i] ?? 0);
  });
  return {
    time,
    seed,
    activity,
    outdoorC,
    humidity: perMinute((i, block, minute) => {
      const daily = -9 * Math.cos((2 * Math.PI * (minute - 870)) / 1440);
      return clamp(71 + daily - 14 * (fronts(block)[i] ?? 0), 20, 99);
    }),
    airPressureHpa: perMinute(
      (i, block) => 1016 - 8 * season(blockStartMs(block)) - 7 * (fronts(block)[i] ?? 0),
    ),
    windMPerS: kept((block) => breeze(block).map((value) => 2.6 + 1.9 * value)),
    windFromDeg: kept((block) => {
      const slow = turn(block);
      return waver(block).map((value, i) => (360 + 110 + 200 * (slow[i] ?? 0) + 18 * value) % 360);
    }),
    irradiance: perMinute(sun),
  };
}

/** -1 in the coldest days to +1 in the hottest. */
const season = (timeMs: number): number => -Math.cos((2 * Math.PI * (timeMs - coldestMs)) / yearMs);

export const clamp = (value: number, low: number, high: number): number =>
  Math.min(high, Math.max(low, value));
