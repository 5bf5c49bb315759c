import type { Clock } from '../../../model/clock.ts';
import { errorMessage } from '../../../model/error.ts';
import type { Asset, Plant } from '../../../model/plant.ts';
import { qualityOf } from '../../../model/status.ts';
import { minuteMs, quarterHourMs } from '../../../model/window.ts';
import type { RawPoint, ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { type RunningDemand, runningDemand } from '../../energy/demand-forecast.ts';
import { intervalEnergy } from '../../energy/interval-energy.ts';
import { meterRegister, registerHistory } from '../jobs/meter-register.ts';

const EVERY_MS = 15_000;
/** Power older than this says nothing of the present. */
const FRESH_MS = 2 * minuteMs;
export const RUNNING_DEMAND = 'energy_demand_running';

export interface RunningWindow extends RunningDemand {
  readonly startMs: number;
  readonly endMs: number;
  readonly limitKw: number;
  readonly powerKw: number;
  /** Share of the window so far that is metered. */
  readonly completeness: number;
}

/** The demand that the contract allows a meter; undefined where it has none. */
export function demandLimitKw({ properties, nature }: Asset): number | undefined {
  if (nature.carrier !== 'electricity') return undefined;
  const { declaredDemandKw, capacityKva } = properties;
  if (typeof declaredDemandKw === 'number') return declaredDemandKw;
  return typeof capacityKva === 'number' ? capacityKva : undefined;
}

/**
 * The demand window that runs now: what it is certain to reach, and what it reaches if the load stays.
 * @returns undefined where the meter has no limit, or nothing recent is known of it
 */
export async function runningWindow(
  store: Pick<TimeSeriesStore, 'readings'>,
  plant: Plant,
  asset: Asset,
  nowMs: number,
): Promise<RunningWindow | undefined> {
  const limitKw = demandLimitKw(asset);
  const energyTag = asset.tags.find(({ quantity }) => quantity === 'activeEnergyTotal');
  const powerTag = asset.tags.find(({ quantity }) => quantity === 'activePower');
  if (limitKw === undefined || !energyTag || !powerTag) return undefined;
  const startMs = Math.floor(nowMs / quarterHourMs) * quarterHourMs;
  const window = { startMs, endMs: startMs + quarterHourMs };
  const read = await store.readings({
    ...{ tags: [energyTag.id, powerTag.id], startMs: startMs - 2 * minuteMs, endMs: nowMs + 1 },
  });
  const points = new Map(read.map((series) => [series.tag, series.points]));
  const powerKw = lastNumber(points.get(powerTag.id) ?? [], nowMs - FRESH_MS);
  if (powerKw === undefined) return undefined;
  const register = points.get(energyTag.id) ?? [];
  const { legs } = registerHistory(meterRegister(plant, energyTag), register);
  const sinceMs = Math.min(nowMs, register.at(-1)?.timeMs ?? startMs);
  const metered = sinceMs > startMs ? intervalEnergy(legs, [{ startMs, endMs: sinceMs }])[0] : undefined;
  const demand = runningDemand(
    window,
    sinceMs > startMs ? sinceMs : startMs,
    metered?.value ?? 0,
    powerKw,
    limitKw,
  );
  return { ...window, ...demand, limitKw, powerKw, completeness: metered?.completeness ?? 0 };
}

function lastNumber(points: readonly RawPoint[], sinceMs: number): number | undefined {
  const last = points.findLast(
    ({ value, status }) => typeof value === 'number' && qualityOf(status) !== 'bad',
  );
  return last && last.timeMs >= sinceMs ? (last.value as number) : undefined;
}

export interface DemandWatchOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'readings' | 'writeResults'>;
  readonly clock: Clock;
  readonly onResults?: (rows: readonly ResultRow[]) => void;
  readonly onTrouble: (message: string) => void;
}

/** Looks at the running demand window of each meter with a limit, every quarter of a minute: the early warning. */
export class DemandWatch {
  readonly #options: DemandWatchOptions;
  readonly #meters: readonly Asset[];
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<unknown> = Promise.resolve();

  constructor(options: DemandWatchOptions) {
    this.#options = options;
    this.#meters = options.plant.assets.filter((asset) => demandLimitKw(asset) !== undefined);
  }

  start(): void {
    if (this.#meters.length === 0) return;
    this.#timer = setInterval(() => {
      this.#round = this.#round
        .then(() => this.runOnce())
        .catch((error: unknown) => {
          this.#options.onTrouble(`The running demand is not watched: ${errorMessage(error)}`);
        });
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }

  async runOnce(): Promise<void> {
    const { store, plant, clock, onResults } = this.#options;
    const nowMs = clock.nowMs();
    const rows: ResultRow[] = [];
    for (const asset of this.#meters) {
      const running = await runningWindow(store, plant, asset, nowMs);
      if (running) rows.push(runningRow(asset, running, nowMs));
    }
    if (rows.length === 0) return;
    await store.writeResults(rows);
    onResults?.(rows);
  }
}

function runningRow(asset: Asset, running: RunningWindow, nowMs: number): ResultRow {
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    measurement: RUNNING_DEMAND,
    series: { asset: asset.id },
    timeMs: nowMs - EVERY_MS,
    fields: {
      ...{ value: round(running.expectedKw), certainKw: round(running.certainKw) },
      ...{ allowedKw: round(running.allowedKw), limitKw: running.limitKw, unit: 'kW' },
      ...{ warning: running.warning, completeness: round(running.completeness) },
      ...{ method: 'load as it is', edition: 'none', revision: 1 },
    },
  };
}
