import { dayMs, hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import type { ArrivedReading } from '../../scenarios/energy/late-data.ts';
import type { RegisterDeclaration } from '../../scenarios/energy/register-legs.ts';

export type LabelKind = 'reset' | 'swap' | 'gap' | 'outlier' | 'stuck' | 'late';

export interface Label {
  readonly kind: LabelKind;
  readonly startMs: number;
  readonly endMs: number;
}

export interface SimulatedYear {
  readonly readings: readonly ArrivedReading[];
  readonly declarations: readonly RegisterDeclaration[];
  readonly labels: readonly Label[];
  /** Energy that flowed between the first and the last reading, in register units. */
  readonly trueUnits: number;
  /** Of it, between the last reading before and the first after each undeclared reset: no register tells it. */
  readonly unknowableUnits: number;
}

/** Small seeded generator (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const registerRule = { digits: 6, multiplier: 1, maxRatePerHour: 400, resolution: 0.1 };

/** Load of a plant in register units per hour: shifts, a weak weekend, a base load that never ends. */
function loadPerHour(timeMs: number, startMs: number, random: () => number): number {
  const day = Math.floor((timeMs - startMs) / dayMs);
  const hour = ((timeMs - startMs) % dayMs) / hourMs;
  const isWorkday = day % 7 < 5;
  const shift = hour >= 6 && hour < 22 ? 1 : 0.35;
  return 30 + (isWorkday ? 220 : 40) * shift * (0.85 + 0.3 * random());
}

const show = (units: number): number => Math.round((units % 1_000_000) * 10) / 10;

/** A year of quarter-hourly readings. Faults lie at least two days apart, so that each label stands alone. */
export function simulateYear(startMs: number, seed: number, withFaults: boolean): SimulatedYear {
  const random = seeded(seed);
  const labels = withFaults ? placeLabels(startMs, random) : [];
  const readings: ArrivedReading[] = [];
  const declarations: RegisterDeclaration[] = [];
  let [counter, trueUnits, unknowableUnits] = [600_000, 0, 0];
  for (let i = 0; i <= 365 * 96; i++) {
    const timeMs = startMs + i * quarterHourMs;
    const units = i === 0 ? 0 : loadPerHour(timeMs, startMs, random) / 4;
    trueUnits += units;
    counter += units;
    const label = labels.find((candidate) => candidate.startMs <= timeMs && timeMs < candidate.endMs);
    if (label?.kind === 'reset' && label.startMs === timeMs) {
      unknowableUnits += units;
      counter = 7.3;
    }
    if (label?.kind === 'swap' && label.startMs === timeMs) {
      const swapMs = timeMs - 5 * minuteMs;
      declarations.push({ timeMs: swapMs, finalReading: show(counter - units / 3), initialReading: 12_000 });
      counter = 12_000 + units / 3;
    }
    if (label?.kind === 'gap') continue;
    readings.push({
      timeMs,
      value: shown(counter, label, readings),
      arrivedMs: timeMs + delayOf(label, timeMs),
    });
  }
  return { readings, declarations, labels, trueUnits, unknowableUnits };
}

function shown(counter: number, label: Label | undefined, readings: readonly ArrivedReading[]): number {
  if (label?.kind === 'stuck') return readings.at(-1)?.value ?? 0;
  if (label?.kind === 'outlier') return show(counter + 300_000);
  return show(counter);
}

const delayOf = (label: Label | undefined, timeMs: number): number =>
  label?.kind === 'late' ? label.endMs + hourMs - timeMs : 2000;

const kinds: readonly (readonly [LabelKind, number, number])[] = [
  ['reset', 3, 1],
  ['swap', 3, 1],
  ['gap', 20, 0],
  ['outlier', 25, 1],
  ['stuck', 8, 0],
  ['late', 10, 0],
];

function placeLabels(startMs: number, random: () => number): Label[] {
  const wanted = kinds.flatMap(([kind, count, readings]) =>
    Array.from({ length: count }, () => ({ kind, readings })),
  );
  const days = Array.from({ length: 118 }, (_, index) => 5 + 3 * index);
  return wanted.map(({ kind, readings }) => {
    const [day = 0] = days.splice(Math.floor(random() * days.length), 1);
    const from = startMs + day * dayMs + Math.floor(random() * 96) * quarterHourMs;
    const length = readings || 8 + Math.floor(random() * 90);
    return { kind, startMs: from, endMs: from + length * quarterHourMs };
  });
}
