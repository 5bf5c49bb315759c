import type { Clock } from '../../model/clock.ts';
import { errorMessage } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Asset, Plant } from '../../model/plant.ts';
import type { TimeWindow } from '../../model/window.ts';
import type { DirtySlot, DirtyWindows } from '../../store/dirty-windows.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import { CHECK_REACH_MS, outOfControlAt, spellReason } from '../environment/out-of-control.ts';
import { verdictsOf } from './drift-spells.ts';
import { DRIFT_CHECK } from './jobs/instrument-check.ts';
import { referenceOxygenOf } from './jobs/stack-hourly.ts';

export interface DriftWatchOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'results'>;
  readonly dirty: Pick<DirtyWindows, 'mark'>;
  readonly clock: Clock;
}

/**
 * Sees to it that a check which an instrument failed takes back the hours it speaks of: compares what each hour of a stack
 * says of its instruments with what the checks around it say, and has the runner compute anew exactly those that
 * differ. At its start it looks at the hours that the newest checks can reach, so that no verdict is lost with a process.
 */
export class DriftWatch {
  readonly #options: DriftWatchOptions;
  readonly #stacks: readonly Asset[];
  /** Time of the checks that were told, by stack. */
  readonly #told = new Map<string, TimeWindow>();
  #round: Promise<void> = Promise.resolve();
  #lastError: StationHealth['lastError'];
  readonly #counters = { hours: 0, failedChecks: 0 };

  constructor(options: DriftWatchOptions) {
    this.#options = options;
    this.#stacks = options.plant.assets.filter(
      ({ nature, outlet }) =>
        nature.name === 'stack-monitor' &&
        outlet?.instruments.some(({ checkGases }) => Object.keys(checkGases).length > 0),
    );
  }

  start(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const { id } of this.#stacks) this.#tell(id, nowMs);
    this.#begin();
  }

  /** Ends when the round under way does. */
  async stop(): Promise<void> {
    await this.#round;
  }

  results(rows: readonly ResultRow[]): void {
    const checks = rows.filter(({ measurement }) => measurement === DRIFT_CHECK);
    if (checks.length === 0) return;
    for (const { series, timeMs, fields } of checks) {
      if (fields.driftPassed === false) this.#counters.failedChecks += 1;
      this.#tell(series.asset ?? '', timeMs);
    }
    this.#begin();
  }

  #tell(asset: string, timeMs: number): void {
    const { startMs, endMs } = this.#told.get(asset) ?? { startMs: timeMs, endMs: timeMs };
    this.#told.set(asset, { startMs: Math.min(startMs, timeMs), endMs: Math.max(endMs, timeMs) });
  }

  #begin(): void {
    this.#round = this.#round.then(() => this.runOnce());
  }

  /** Looks at every stack that something was told of. */
  async runOnce(): Promise<void> {
    for (const [asset, span] of [...this.#told]) {
      this.#told.delete(asset);
      try {
        await this.#compare(asset, span);
        this.#lastError = undefined;
      } catch (error) {
        // With the next check it is looked at again, and what differs is found then.
        this.#tell(asset, span.startMs);
        this.#tell(asset, span.endMs);
        const remedy = 'It is tried again with the next check and after a restart; see the store station.';
        this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs(), remedy };
      }
    }
  }

  async #compare(assetId: string, told: TimeWindow): Promise<void> {
    const asset = this.#stacks.find(({ id }) => id === assetId);
    const tag = asset?.tags[0]?.id;
    if (!asset || tag === undefined) return;
    const { store, dirty } = this.#options;
    const hours = { startMs: told.startMs - CHECK_REACH_MS, endMs: told.endMs + CHECK_REACH_MS };
    const checks = { startMs: hours.startMs - CHECK_REACH_MS, endMs: hours.endMs + CHECK_REACH_MS };
    const where = { asset: asset.id };
    const [found, rows] = await Promise.all([
      store.results({ measurement: DRIFT_CHECK, where, ...checks }),
      store.results({ measurement: 'stack_hourly', where, ...hours }),
    ]);
    const stale = new Set(differing(asset, rows, found));
    if (stale.size === 0) return;
    this.#counters.hours += stale.size;
    await dirty.mark([...stale].map((startMs): DirtySlot => ({ tag, startMs })));
  }

  health(): StationHealth {
    const { hours, failedChecks } = this.#counters;
    return {
      station: 'drift-checks',
      state: this.#lastError ? 'degraded' : 'ok',
      summary: `${failedChecks} checks failed since the start; ${hours} hours judged anew`,
      ratePerS: 0,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }
}

/** Starts of the hours whose rows say other than the checks do. */
function differing(asset: Asset, rows: readonly ResultRow[], checks: readonly ResultRow[]): number[] {
  const verdicts = verdictsOf([...checks].sort((a, b) => a.timeMs - b.timeMs));
  return rows.flatMap(({ timeMs, series, fields }) => {
    if (fields.withdrawn === true || fields.status === 'stopped') return [];
    const own = series.pollutant ?? '';
    const named = [own, ...(referenceOxygenOf(asset, timeMs) === undefined ? [] : ['oxygen'])].flatMap(
      (quantity) => {
        const spell = outOfControlAt(timeMs, verdicts.get(quantity) ?? []);
        return spell ? [spellReason(quantity, spell)] : [];
      },
    );
    return (named[0] ?? '') === String(fields.outOfControlReason ?? '') ? [] : [timeMs];
  });
}
