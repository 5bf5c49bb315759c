import { bandRms, type PowerSpectrum } from '../signal/spectrum.ts';
import type { DriveDesign } from './drive-design.ts';

/** Groups of lines that the rules ask for. */
export const LINE_GROUPS = [
  'once',
  'twice',
  'harmonics',
  'half',
  'twiceLine',
  'blade',
  'gear',
  'gearSidebands',
  'belt',
] as const;

export type LineGroup = (typeof LINE_GROUPS)[number];

/** Mean square of velocity, (mm/s)^2, of each group of lines; absent where the machine has no such line to look for. */
export type LineLevels = Readonly<Partial<Record<LineGroup, number>>>;

/** A line is looked for this far on either side, as a share of its frequency, two lines of the spectrum at least. */
const LINE_SHARE = 0.01;
/** The floor is taken this many half widths to either side; below this multiple of it there is no line but noise. */
const FLOOR_REACH = 6;
const LINE_OVER_FLOOR = 3;
const HARMONICS = [3, 4, 5, 6, 7];
const HALVES = [0.5, 1.5, 2.5];
/** Lines of another cause nearer than this to a shaft harmonic can't be told from it, in half widths. */
const SEPARATION = 2;

/**
 * The groups' mean squares in a power spectrum of velocity.
 * @see domain-facts 2.6 for what each line speaks of
 */
export function lineLevels(velocity: PowerSpectrum, shaftHz: number, design: DriveDesign): LineLevels {
  const at = (hz: number): number => lineMeanSquare(velocity, hz);
  const sum = (frequencies: readonly number[]): number =>
    frequencies.reduce((total, hz) => total + at(hz), 0);
  const orders = (list: readonly number[]): number[] =>
    list.filter((order) => order !== design.blades).map((order) => order * shaftHz);
  const twiceLineHz = 2 * design.lineHz;
  const gearHz = design.gearTeeth === undefined ? undefined : design.gearTeeth * shaftHz;
  const beltHz = design.beltOrder === undefined ? undefined : design.beltOrder * shaftHz;
  return {
    once: at(shaftHz),
    twice: at(2 * shaftHz),
    harmonics: sum(orders(HARMONICS)),
    half: sum(orders(HALVES)),
    ...(isSeparable(velocity, shaftHz, twiceLineHz) && { twiceLine: at(twiceLineHz) }),
    ...(design.blades !== undefined && { blade: at(design.blades * shaftHz) }),
    ...(gearHz !== undefined && {
      gear: at(gearHz),
      gearSidebands: sum([-3, -2, -1, 1, 2, 3].map((k) => gearHz + k * shaftHz)),
    }),
    ...(beltHz !== undefined && { belt: sum([1, 2, 3, 4].map((k) => k * beltHz)) }),
  };
}

/** Mean square of a line; 0 where the band holds no more than its surroundings: broadband noise (cavitation) is no line. */
function lineMeanSquare(velocity: PowerSpectrum, hz: number): number {
  const { power, stepHz } = velocity;
  const halfHz = halfWidthHz(velocity, hz);
  const bin = (at: number): number => Math.max(1, Math.round(at / stepHz));
  const around = power.slice(bin(hz - FLOOR_REACH * halfHz), bin(hz + FLOOR_REACH * halfHz) + 1).sort();
  // The median of a noise line's power is ln 2 of its mean.
  const floor = (around[around.length >> 1] ?? 0) / Math.LN2;
  const meanSquare = bandRms(velocity, hz - halfHz, hz + halfHz) ** 2;
  const noise = (floor * 2 * halfHz) / stepHz;
  return meanSquare > LINE_OVER_FLOOR * noise ? meanSquare - noise : 0;
}

const halfWidthHz = ({ stepHz }: PowerSpectrum, hz: number): number => Math.max(2 * stepHz, LINE_SHARE * hz);

/** Near a harmonic of the shaft, another line can't be told from it. */
function isSeparable(velocity: PowerSpectrum, shaftHz: number, hz: number): boolean {
  const nearest = Math.max(1, Math.round(hz / shaftHz)) * shaftHz;
  return Math.abs(nearest - hz) > SEPARATION * halfWidthHz(velocity, hz);
}
