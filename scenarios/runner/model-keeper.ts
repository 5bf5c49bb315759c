import type { Clock } from '../../model/clock.ts';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { StationHealth } from '../../model/health.ts';
import type { Asset, Plant } from '../../model/plant.ts';
import { dayMs, fixedWindows, hourMs, minuteMs, quarterHourMs, type TimeWindow } from '../../model/window.ts';
import type { DirtyWindows } from '../../store/dirty-windows.ts';
import type { ModelStore } from '../../store/model-store.ts';
import type { ResultRow, TimeSeriesStore } from '../../store/time-series-store.ts';
import type { Feedback } from '../equipment/diagnosis/feedback.ts';
import { type MachineModel, trainMachineModel } from '../equipment/model/machine-model.ts';
import type { FeedbackDesk } from './feedback-desk.ts';
import { CONDITION_MEASUREMENT, CONDITION_STEP_MS, conditionRows } from './jobs/machine-condition.ts';
import { DIAGNOSIS_MEASUREMENT, saidRows } from './jobs/machine-diagnosis.ts';
import { FEATURES_MEASUREMENT, regimeSamples } from './jobs/waveform-features.ts';

const TICK_MS = 10 * minuteMs;
/** Running time that a first model needs, and at which it is learned anew because much more is known. */
const STAGES_MS = [24 * hourMs, 3 * dayMs, 14 * dayMs];
/** More marks than this wait only while a past is being read back or imported. */
const BUSY_SLOTS_A_TAG = 4;
const LOOK_BACK_MS = 60 * dayMs;

export interface ModelKeeperOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'results'>;
  readonly dirty: Pick<DirtyWindows, 'mark' | 'size'>;
  readonly models: ModelStore<MachineModel>;
  readonly feedback: Pick<FeedbackDesk, 'rejectedWindows' | 'newNormalOf'>;
  readonly clock: Clock;
}

/**
 * Learns each machine from its own healthy time: once it ran long enough, again when much more is known, and when a person says that
 * what was told is no fault or that the machine is another one now. Times in which a fault was told are left out unless it was rejected.
 */
export class ModelKeeper {
  readonly #options: ModelKeeperOptions;
  readonly #counters = { trained: 0, failures: 0 };
  #lastError: StationHealth['lastError'];
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: ModelKeeperOptions) {
    this.#options = options;
  }

  start(firstAfterMs = minuteMs): void {
    this.#timer = setTimeout(() => {
      const isFilled = this.#options.dirty.size() <= BUSY_SLOTS_A_TAG * this.#options.plant.tags.length;
      void this.tick().then(() => this.start(isFilled ? TICK_MS : minuteMs));
    }, firstAfterMs);
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#work;
  }

  /** Learns every machine for which it is time; while a past is still being filled in, nothing is learned from half of it. */
  async tick(): Promise<void> {
    if (this.#options.dirty.size() > BUSY_SLOTS_A_TAG * this.#options.plant.tags.length) return;
    const machines = this.#options.plant.assets.filter(({ nature }) => nature.scenario === 'equipment');
    for (const asset of machines) await this.#inTurn(() => this.#consider(asset)).catch(() => undefined); // told by health
  }

  /**
   * Learns a machine now.
   * @throws PlantscopeError `not-found`, `training-too-short`
   */
  retrain(
    assetId: string,
    span: TimeWindow,
    reason: MachineModel['reason'],
    by?: string,
  ): Promise<MachineModel> {
    const asset = this.#options.plant.assetsById.get(assetId);
    if (asset?.nature.scenario !== 'equipment')
      return Promise.reject(
        new PlantscopeError('not-found', `There is no machine ${assetId}`, { where: 'asset' }),
      );
    return this.#inTurn(() => this.#train(asset, span, reason, by));
  }

  /**
   * Acts on what a person said: a rejected diagnosis makes its time healthy, a new normal starts learning afresh.
   * @returns the model that was learned, where there was enough to learn from
   */
  async reconsider({ asset, verdict, sinceMs, by }: Feedback): Promise<MachineModel | undefined> {
    const endMs = this.#options.clock.nowMs();
    if (verdict === 'new-normal') {
      await this.tick();
      return this.#options.models.versions(asset).findLast((model) => model.trainedFromMs >= sinceMs);
    }
    if (verdict !== 'rejected') return undefined;
    const before = this.#options.models.versions(asset).at(-1)?.trainedFromMs;
    return (
      (await this.#retrainIfEnough(asset, { startMs: sinceMs, endMs }, by)) ??
      (before === undefined ? undefined : await this.#retrainIfEnough(asset, { startMs: before, endMs }, by))
    );
  }

  async #retrainIfEnough(asset: string, span: TimeWindow, by: string): Promise<MachineModel | undefined> {
    try {
      return await this.retrain(asset, span, 'rejected', by);
    } catch (error) {
      if (error instanceof PlantscopeError && error.code === 'training-too-short') return undefined;
      throw error;
    }
  }

  async #consider(asset: Asset): Promise<void> {
    const { models, feedback, clock } = this.#options;
    const nowMs = clock.nowMs();
    const last = models.versions(asset.id).at(-1);
    const newNormal = feedback.newNormalOf(asset.id);
    const fromMs = Math.max(newNormal?.sinceMs ?? 0, nowMs - LOOK_BACK_MS);
    const healthy = await this.#healthyRows(asset, { startMs: fromMs, endMs: nowMs });
    const isNew = newNormal !== undefined && (last?.trainedFromMs ?? 0) < newNormal.sinceMs;
    const since = isNew ? undefined : last;
    const stageMs = STAGES_MS.find((ms) => ms > (since?.metrics.runningRows ?? 0) * CONDITION_STEP_MS * 1.01);
    if (stageMs === undefined) return;
    const running = conditionRows(healthy).filter(({ isRunning }) => isRunning);
    const enough = running[stageMs / CONDITION_STEP_MS - 1];
    const [first] = healthy;
    if (!enough || !first) return;
    const reason = isNew ? 'new-normal' : since ? 'more-data' : 'first';
    await this.#train(
      asset,
      { startMs: first.timeMs, endMs: enough.timeMs + CONDITION_STEP_MS },
      reason,
      newNormal?.by,
    );
  }

  async #train(
    asset: Asset,
    span: TimeWindow,
    reason: MachineModel['reason'],
    by: string | undefined,
  ): Promise<MachineModel> {
    const { models, store } = this.#options;
    const where = { asset: asset.id };
    const [healthy, features] = await Promise.all([
      this.#healthyRows(asset, span),
      store.results({ measurement: FEATURES_MEASUREMENT, where, ...span }),
    ]);
    const healthyTimes = new Set(healthy.map(({ timeMs }) => timeMs));
    const stretchOf = (timeMs: number): number => Math.floor(timeMs / CONDITION_STEP_MS) * CONDITION_STEP_MS;
    const model = trainMachineModel({
      ...{ asset: asset.id, span, reason, version: (models.versions(asset.id).at(-1)?.version ?? 0) + 1 },
      ...(by !== undefined && { by }),
      rows: conditionRows(healthy),
      recordings: regimeSamples(features.filter(({ timeMs }) => healthyTimes.has(stretchOf(timeMs)))),
    });
    await models.save(model);
    this.#counters.trained += 1;
    await this.#judgeAnew(asset, span.endMs);
    return model;
  }

  /**
   * From a new normal on that no model has learned yet, what is told rests on what the machine was before. As with a rejected
   * diagnosis, the person's word counts.
   */
  #unlearned(asset: string): TimeWindow[] {
    const { models, feedback } = this.#options;
    const sinceMs = feedback.newNormalOf(asset)?.sinceMs;
    const isLearned = (models.versions(asset).at(-1)?.trainedFromMs ?? 0) >= (sinceMs ?? 0);
    return sinceMs === undefined || isLearned ? [] : [{ startMs: sinceMs, endMs: Number.POSITIVE_INFINITY }];
  }

  /** Stretches without a fault that was told and below zone C, but for what a person rejected or declared the new normal. */
  async #healthyRows(asset: Asset, span: TimeWindow): Promise<readonly ResultRow[]> {
    const { store, feedback } = this.#options;
    const where = { asset: asset.id };
    const [condition, diagnoses, severities] = await Promise.all([
      store.results({ measurement: CONDITION_MEASUREMENT, where, ...span }),
      store.results({ measurement: DIAGNOSIS_MEASUREMENT, where, ...span }),
      store.results({ measurement: 'vibration_severity', where, ...span }),
    ]);
    const rough = severities.filter(({ fields }) => fields.zone === 'C' || fields.zone === 'D');
    const rejected = [...feedback.rejectedWindows(asset.id), ...this.#unlearned(asset.id)];
    const faulty = [...saidRows(diagnoses), ...rough]
      .filter(({ timeMs }) => !rejected.some(({ startMs, endMs }) => timeMs >= startMs && timeMs < endMs))
      .map(({ timeMs }) => timeMs);
    const told = new Set(faulty);
    return condition.filter(
      ({ timeMs, fields }) =>
        fields.withdrawn !== true && !told.has(Math.floor(timeMs / quarterHourMs) * quarterHourMs),
    );
  }

  async #judgeAnew(asset: Asset, fromMs: number): Promise<void> {
    const tag = asset.tags.find(({ definition }) => !definition.cumulates)?.id;
    if (tag === undefined) return;
    const windows = fixedWindows({ startMs: fromMs, endMs: this.#options.clock.nowMs() }, quarterHourMs);
    await this.#options.dirty.mark(windows.map(({ startMs }) => ({ tag, startMs })));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch((error: unknown) => {
      if (error instanceof PlantscopeError && error.code === 'training-too-short') return;
      this.#counters.failures += 1;
      const remedy =
        'It is tried again in ten minutes; see the store station and the disk of the data folder.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs(), remedy };
    });
    return done;
  }

  health(): StationHealth {
    const { plant, models, clock } = this.#options;
    const machines = plant.assets.filter(({ nature }) => nature.scenario === 'equipment');
    const learned = machines.filter(({ id }) => models.versions(id).length > 0).length;
    const failedRecently = this.#lastError && clock.nowMs() - this.#lastError.timeMs < 2 * TICK_MS;
    return {
      station: 'models',
      state: failedRecently ? 'degraded' : 'ok',
      ratePerS: 0,
      summary: `${learned} of ${machines.length} machines learned`,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters, machines: machines.length, learned },
    };
  }
}
