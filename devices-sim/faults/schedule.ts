import type { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import { keyOf, uniform } from '../physics/noise.ts';
import type { Fault, FaultKind } from './fault.ts';

/** A campaign runs once in each cycle of four weeks, at a day the seed chooses. */
interface Campaign {
  readonly kind: FaultKind;
  readonly asset: string;
  readonly quantity?: string;
  /** First day of the cycle it may begin on, and how many days the seed may shift it. */
  readonly day: number;
  readonly shiftDays: number;
  readonly lastsMs: number;
  readonly severity: number;
}

const cycleDays = 28;

/** Faults on one machine never overlap, so that each label has one cause. */
const campaigns: readonly Campaign[] = [
  { kind: 'bearing-outer', asset: 'compressor-1', day: 1, shiftDays: 3, lastsMs: 11 * dayMs, severity: 1 },
  { kind: 'lubrication', asset: 'compressor-1', day: 19, shiftDays: 3, lastsMs: 4 * dayMs, severity: 0.8 },
  { kind: 'unbalance', asset: 'fan-1', day: 2, shiftDays: 3, lastsMs: 7 * dayMs, severity: 1 },
  { kind: 'bearing-inner', asset: 'fan-1', day: 14, shiftDays: 2, lastsMs: 9 * dayMs, severity: 0.9 },
  { kind: 'air-leak', asset: 'air-main', day: 9, shiftDays: 3, lastsMs: 6 * dayMs, severity: 1 },
  {
    kind: 'compensation-failure',
    asset: 'meter-main',
    day: 6,
    shiftDays: 4,
    lastsMs: 2 * dayMs,
    severity: 1,
  },
  { kind: 'meter-reset', asset: 'water-process', day: 16, shiftDays: 6, lastsMs: minuteMs, severity: 1 },
  { kind: 'stuck-register', asset: 'meter-pump', day: 4, shiftDays: 8, lastsMs: 7 * hourMs, severity: 1 },
  { kind: 'noise-source', asset: 'noise-north', day: 11, shiftDays: 5, lastsMs: 2 * dayMs, severity: 1 },
  {
    kind: 'stuck-sensor',
    asset: 'ambient-1',
    quantity: 'no2',
    day: 7,
    shiftDays: 6,
    lastsMs: 9 * hourMs,
    severity: 1,
  },
  {
    kind: 'sensor-drift',
    asset: 'stack-1',
    quantity: 'so2',
    day: 18,
    shiftDays: 4,
    lastsMs: 5 * dayMs,
    severity: 1,
  },
];

/** A daily event comes every local day at about the same hour, so that each 24 hours hold one of each scenario. */
interface DailyEvent {
  /** Taken in turn, one a day. */
  readonly choices: readonly { kind: FaultKind; asset: string; quantity?: string; severity: number }[];
  /** Local hour, before the day's shift of up to 25 minutes. */
  readonly hour: number;
  readonly lastsMs: number;
}

const dailyEvents: readonly DailyEvent[] = [
  {
    hour: 1,
    lastsMs: 4 * hourMs,
    choices: [
      { kind: 'idle-consumption', asset: 'mill-1', severity: 1 },
      { kind: 'idle-consumption', asset: 'lathe-1', severity: 0.8 },
    ],
  },
  {
    hour: 5,
    lastsMs: 100 * minuteMs,
    choices: [
      { kind: 'misalignment', asset: 'pump-1', severity: 1 },
      { kind: 'cavitation', asset: 'pump-1', severity: 1 },
      { kind: 'looseness', asset: 'pump-1', severity: 0.9 },
    ],
  },
  {
    hour: 9,
    lastsMs: 150 * minuteMs,
    choices: [{ kind: 'burner-out-of-tune', asset: 'boiler-1', severity: 1 }],
  },
  {
    hour: 13,
    lastsMs: 3 * hourMs,
    choices: [{ kind: 'dosing-failure', asset: 'dosing-1', severity: 1 }],
  },
  {
    hour: 18,
    lastsMs: 45 * minuteMs,
    choices: [
      { kind: 'lost-device', asset: 'noise-east', severity: 1 },
      { kind: 'stuck-sensor', asset: 'outlet-1', quantity: 'ph', severity: 1 },
      { kind: 'lost-device', asset: 'water-main', severity: 1 },
    ],
  },
];

/** The demo's schedule, and from an instant on short scenes that bring an alarm of each scenario. */
export interface OpenedDemo {
  readonly openingMs: number;
}

/** `demo`: the schedule of this file, also with an opening. `none`: a healthy plant. A list: exactly these. */
export type FaultPlan = 'demo' | 'none' | OpenedDemo | readonly Fault[];

/** Scenes come again this often, each time shifted by the seed. */
const SCENES_EVERY_MS = 6 * hourMs;
const SCENES_SHIFT_MIN = 40;

/** Each ends by itself, so that an alarm's whole life is seen; the peak outlasts a demand window. */
const scenes: readonly (Pick<Fault, 'kind' | 'asset' | 'severity'> & {
  readonly afterMs: number;
  readonly lastsMs: number;
})[] = [
  { kind: 'acid-discharge', asset: 'outlet-1', severity: 1, afterMs: 2 * minuteMs, lastsMs: 10 * minuteMs },
  { kind: 'demand-peak', asset: 'meter-main', severity: 1, afterMs: minuteMs, lastsMs: 20 * minuteMs },
  { kind: 'misalignment', asset: 'pump-1', severity: 1, afterMs: minuteMs, lastsMs: 35 * minuteMs },
];

/** Which fault is where and when; answers any time without having run. */
export class FaultSchedule {
  readonly #given: readonly Fault[] | undefined;
  readonly #openingMs: number | undefined;
  readonly #seed: number;
  readonly #calendar: PlantCalendar;
  readonly #byDay = new Map<number, readonly Fault[]>();

  constructor(plan: FaultPlan, seed: number, calendar: PlantCalendar) {
    this.#given = plan === 'none' ? [] : isList(plan) ? plan : undefined;
    this.#openingMs = typeof plan === 'object' && !isList(plan) ? plan.openingMs : undefined;
    this.#seed = seed;
    this.#calendar = calendar;
  }

  /** Ground truth: every fault that touches [fromMs, toMs), by start. */
  between(fromMs: number, toMs: number): Fault[] {
    const touches = (fault: Fault) => fault.startMs < toMs && fault.endMs > fromMs;
    const faults = (this.#given ?? this.#demo(fromMs, toMs)).filter(touches);
    return [...faults].sort((a, b) => a.startMs - b.startMs || a.id.localeCompare(b.id));
  }

  #demo(fromMs: number, toMs: number): Fault[] {
    const scheduled = this.#scheduled(fromMs, toMs);
    if (this.#openingMs === undefined || toMs <= this.#openingMs) return scheduled;
    return [...scheduled, ...this.#scenes(this.#openingMs, fromMs, toMs)];
  }

  /** A scene whose asset has a fault of the schedule at that time is left out: each label has one cause. */
  #scenes(openingMs: number, fromMs: number, toMs: number): Fault[] {
    const first = Math.max(0, Math.floor((fromMs - openingMs) / SCENES_EVERY_MS) - 1);
    const faults: Fault[] = [];
    for (let turn = first; openingMs + turn * SCENES_EVERY_MS < toMs; turn += 1) {
      const shift =
        turn === 0 ? 0 : Math.floor(uniform(keyOf(this.#seed, 'scenes'), turn) * SCENES_SHIFT_MIN);
      const beginMs = openingMs + turn * SCENES_EVERY_MS + shift * minuteMs;
      for (const { afterMs, lastsMs, ...scene } of scenes) {
        const startMs = beginMs + afterMs;
        const endMs = startMs + lastsMs;
        const isTaken = this.#scheduled(startMs, endMs).some(
          (fault) => fault.asset === scene.asset && fault.startMs < endMs && fault.endMs > startMs,
        );
        const id = `scene.${scene.kind}.${scene.asset}.${startMs / minuteMs}`;
        if (!isTaken) faults.push({ id, ...scene, startMs, endMs });
      }
    }
    return faults;
  }

  #scheduled(fromMs: number, toMs: number): Fault[] {
    // A campaign lasts less than a cycle, so the cycle before may still reach in.
    const first = Math.floor(fromMs / dayMs) - cycleDays - 1;
    const faults = new Map<string, Fault>();
    for (let day = first; day <= Math.floor(toMs / dayMs) + 1; day += 1) {
      for (const fault of this.#startedOn(day)) faults.set(fault.id, fault);
    }
    return [...faults.values()];
  }

  /** Faults whose schedule belongs to a day, counted in whole days since 1970-01-01 of the local calendar. */
  #startedOn(day: number): readonly Fault[] {
    const known = this.#byDay.get(day);
    if (known) return known;
    const faults = [...this.#dailyFaults(day), ...this.#campaignFaults(day)];
    this.#byDay.set(day, faults);
    return faults;
  }

  #localMs(day: number, minutes: number): number {
    const date = new Date(day * dayMs);
    return this.#calendar.instantMs(
      date.getUTCFullYear(),
      date.getUTCMonth() + 1,
      date.getUTCDate(),
      0,
      minutes,
    );
  }

  #dailyFaults(day: number): Fault[] {
    return dailyEvents.flatMap(({ choices, hour, lastsMs }, index) => {
      const choice = choices[day % choices.length];
      if (!choice) return [];
      const shift = Math.floor(uniform(keyOf(this.#seed, `daily.${index}`), day) * 25);
      const startMs = this.#localMs(day, hour * 60 + shift);
      return [{ id: `${choice.kind}.${choice.asset}.${day}`, ...choice, startMs, endMs: startMs + lastsMs }];
    });
  }

  #campaignFaults(day: number): Fault[] {
    const cycle = Math.floor(day / cycleDays);
    return campaigns.flatMap(({ day: earliest, shiftDays, lastsMs, ...fault }) => {
      const draw = uniform(keyOf(this.#seed, `campaign.${fault.kind}.${fault.asset}`), cycle);
      const begin = cycle * cycleDays + earliest + Math.floor(draw * shiftDays);
      if (begin !== day) return [];
      const startMs = this.#localMs(day, 6 * 60 + Math.floor(draw * 12 * 60));
      return [{ id: `${fault.kind}.${fault.asset}.${day}`, ...fault, startMs, endMs: startMs + lastsMs }];
    });
  }
}

const isList = (plan: FaultPlan): plan is readonly Fault[] => Array.isArray(plan);
