import type { CalendarUnit, PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Asset, Plant } from '../../model/plant.ts';
import { hourMs, minuteMs, type TimeWindow } from '../../model/window.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import { localPeriods } from '../environment/local-period.ts';
import { totalsOf } from '../environment/outlet-limits.ts';
import { type PermitStanding, permitStanding } from '../environment/permit.ts';
import { emittedMass, OUTLET_MEASUREMENTS } from './outlet-record.ts';

const EVERY_MS = 5 * minuteMs;
type OutletKind = keyof typeof OUTLET_MEASUREMENTS;
/** A projection from less than this share of the period is left alone: one hour tells nothing of a year. */
const LEAST_SHARE = 0.005;

export interface PermitWatchOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'results' | 'writeResults'>;
  readonly calendar: PlantCalendar;
  readonly clock: Clock;
  readonly onResults: (rows: readonly ResultRow[]) => void;
}

type Period = Extract<CalendarUnit, 'year' | 'month'>;

interface Subject {
  readonly asset: Asset;
  readonly pollutant: string;
  readonly period: Period;
  readonly permitT: number;
}

/**
 * Holds the emission of the running year and month against the permitted totals, every few minutes, so that the alarm
 * comes before the total is used up. One row a series: at the start of its period.
 */
export class PermitWatch {
  readonly #options: PermitWatchOptions;
  readonly #subjects: readonly Subject[];
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #lastError: StationHealth['lastError'];
  #verdicts: readonly string[] = [];

  constructor(options: PermitWatchOptions) {
    this.#options = options;
    this.#subjects = options.plant.assets.flatMap(subjectsOf);
  }

  start(): void {
    this.#begin();
    this.#timer = setInterval(() => this.#begin(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  #begin(): void {
    this.#round = this.#round
      .then(() => this.runOnce())
      .then(
        () => {
          this.#lastError = undefined;
        },
        (error: unknown) => {
          const remedy = 'It is tried again in five minutes; see the store station.';
          this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs(), remedy };
        },
      );
  }

  async runOnce(): Promise<void> {
    const nowMs = this.#options.clock.nowMs();
    const rows: ResultRow[] = [];
    for (const subject of this.#subjects) rows.push(await this.#rowOf(subject, nowMs));
    this.#verdicts = rows.map(({ fields }) => String(fields.verdict));
    if (rows.length === 0) return;
    await this.#options.store.writeResults(rows);
    // The row stands at the start of its period; for the alarm it is of now.
    this.#options.onResults(rows.map((row) => ({ ...row, timeMs: nowMs })));
  }

  async #rowOf({ asset, pollutant, period, permitT }: Subject, nowMs: number): Promise<ResultRow> {
    const { calendar, store } = this.#options;
    const kind = asset.nature.name as OutletKind;
    const window = { startMs: calendar.startOf(period, nowMs), endMs: calendar.startOfNext(period, nowMs) };
    const hours = await store.results({
      measurement: OUTLET_MEASUREMENTS[kind],
      where: { asset: asset.id, pollutant },
      ...{ startMs: window.startMs, endMs: nowMs },
    });
    const known = hours.filter(({ fields }) => fields.withdrawn !== true);
    const context = { endMs: Math.floor(nowMs / hourMs) * hourMs, periodOf: localPeriods(calendar) };
    const { totalKg, hours: covered } = emittedMass(kind, known, pollutant, context);
    const [emittedT, coveredMs] = [totalKg / 1000, covered * hourMs];
    const standing = permitStanding({ emittedT, permitT, period: window, nowMs, coveredMs });
    return {
      measurement: 'permit_standing',
      series: { asset: asset.id, pollutant, period },
      timeMs: window.startMs,
      fields: fieldsOf(standing, window, nowMs, coveredMs),
    };
  }

  health(): StationHealth {
    const exceeded = this.#verdicts.filter((verdict) => verdict === 'exceeded').length;
    const warned = this.#verdicts.filter((verdict) => verdict === 'early-warning').length;
    return {
      station: 'permits',
      state: this.#lastError ? 'degraded' : 'ok',
      summary: `${this.#verdicts.length} totals followed: ${exceeded} exceeded, ${warned} will be`,
      ratePerS: 0,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { totals: this.#verdicts.length, exceeded, earlyWarning: warned },
    };
  }
}

function subjectsOf(asset: Asset): Subject[] {
  if (!(asset.nature.name in OUTLET_MEASUREMENTS)) return [];
  return asset.tags.flatMap(({ quantity: pollutant }) => {
    const { annualT, monthlyT } = totalsOf(asset, pollutant);
    const of = (period: Period, permitT: number | undefined): Subject[] =>
      permitT === undefined ? [] : [{ asset, pollutant, period, permitT }];
    return [...of('year', annualT), ...of('month', monthlyT)];
  });
}

function fieldsOf(standing: PermitStanding, window: TimeWindow, nowMs: number, coveredMs: number) {
  const { emittedT, permitT, share, projectedT, exhaustedMs, verdict } = standing;
  const elapsedMs = Math.max(1, nowMs - window.startMs);
  const isTelling = coveredMs >= LEAST_SHARE * (window.endMs - window.startMs);
  return {
    ...{ emittedT, permitT, share, unit: 't', method: 'linear-projection', revision: 1 },
    edition: 'discharge permit',
    verdict: verdict === 'early-warning' && !isTelling ? 'within' : verdict,
    completeness: Math.min(1, coveredMs / elapsedMs),
    ...(projectedT !== undefined && isTelling && { projectedT }),
    ...(exhaustedMs !== undefined && isTelling && { exhaustedMs }),
  };
}
