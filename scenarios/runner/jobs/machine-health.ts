import { quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { ModelStore } from '../../../store/model-store.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import { type HealthParts, healthIndex } from '../../equipment/health/health-index.ts';
import {
  type ConditionJudgement,
  judgeCondition,
  type TrendState,
} from '../../equipment/model/judge-condition.ts';
import type { MachineModel } from '../../equipment/model/machine-model.ts';
import type { SeverityZone } from '../../equipment/vibration/severity-zones.ts';
import type { Job, JobReadings, JobRow } from '../job.ts';
import { CONDITION_MEASUREMENT, conditionRows } from './machine-condition.ts';
import { CONDITION_BACK_MS, DIAGNOSIS_MEASUREMENT } from './machine-diagnosis.ts';

export const HEALTH_MEASUREMENT = 'machine_health';

/** Quantities of which more harms the machine and less does not; of pressure either does. Flows follow the process, not the machine. */
const HARM_ABOVE = /vibration|temperature|current/i;
const HARM_EITHER = /pressure/i;
const TOLD_CONTRIBUTIONS = 5;

/** Health of each machine in each quarter of an hour: index, early warnings, anomaly and the fault that is told. */
export const machineHealthJob = (models: Pick<ModelStore<MachineModel>, 'at'>): Job => ({
  measurement: HEALTH_MEASUREMENT,
  windowMs: quarterHourMs,
  reachMs: 0,
  reads: [],
  builtOn: [
    { measurement: CONDITION_MEASUREMENT, backMs: CONDITION_BACK_MS },
    { measurement: 'vibration_severity', backMs: 0 },
    { measurement: DIAGNOSIS_MEASUREMENT, backMs: 0 },
  ],
  subjects: (plant) =>
    plant.assets
      .filter(({ nature }) => nature.scenario === 'equipment')
      .map((asset) => ({ asset, tags: asset.tags.filter(({ definition }) => !definition.cumulates) })),
  compute: ({ asset }, window, readings) => {
    const rows = conditionRows(readings.rows(CONDITION_MEASUREMENT)).filter(
      ({ timeMs }) => timeMs < window.endMs,
    );
    const newest = rows.at(-1);
    const diagnosis = rowAt(readings, DIAGNOSIS_MEASUREMENT, window);
    const isJudged = newest !== undefined && newest.timeMs >= window.startMs && newest.isRunning;
    if (!isJudged && !diagnosis) return [];
    const model = models.at(asset.id, window.startMs);
    const judgement = model && isJudged ? judgeCondition(model, rows) : undefined;
    const zone = rowAt(readings, 'vibration_severity', window)?.fields.zone as SeverityZone | undefined;
    return [rowOf(asset.id, judgement, diagnosis, zone, model)];
  },
});

const rowAt = (readings: JobReadings, measurement: string, window: TimeWindow): ResultRow | undefined =>
  readings.rows(measurement).find(({ timeMs }) => timeMs === window.startMs);

function rowOf(
  asset: string,
  judgement: ConditionJudgement | undefined,
  diagnosis: ResultRow | undefined,
  zone: SeverityZone | undefined,
  model: MachineModel | undefined,
): JobRow {
  const worst = judgement && worstTrend(judgement.trends);
  const isSaid = diagnosis?.fields.said === true;
  const parts: HealthParts = {
    zone,
    warning: worst && scoreOf(worst),
    anomaly: judgement?.anomaly?.score,
    diagnosis: isSaid ? Number(diagnosis.fields.confidence) : undefined,
    urgency: isSaid ? (String(diagnosis.fields.urgency) as HealthParts['urgency']) : undefined,
  };
  const { index, because } = healthIndex(parts);
  return {
    series: { asset },
    fields: {
      ...{ index, because, zone: zone ?? 'unknown' },
      state: model ? 'judged' : 'learning',
      ...(judgement && { warning: worst ? scoreOf(worst) : 0, warningOf: worst?.quantity ?? '' }),
      ...(judgement && { trends: JSON.stringify(judgement.trends.map(rounded)) }),
      ...(judgement?.anomaly && anomalyFields(judgement.anomaly)),
      diagnosis: isSaid ? String(diagnosis.fields.fault) : 'none',
      diagnosisConfidence: isSaid ? Number(diagnosis.fields.confidence) : 0,
      modelVersion: model?.version ?? 0,
      completeness: judgement ? 1 : 0.5,
      method: model ? 'gravest finding' : 'gravest finding, without a model: still learning',
    },
  };
}

/** In the harmful direction only: a cooler bearing is no warning. */
export const scoreOf = ({ quantity, ewma, cusum }: TrendState): number => {
  if (HARM_ABOVE.test(quantity)) return Math.max(0, ewma, cusum);
  return HARM_EITHER.test(quantity) ? Math.max(Math.abs(ewma), Math.abs(cusum)) : 0;
};

function worstTrend(trends: readonly TrendState[]): TrendState | undefined {
  return [...trends].sort((a, b) => scoreOf(b) - scoreOf(a))[0];
}

const digits = (value: number): number => Number(value.toPrecision(5));

const rounded = (trend: TrendState): TrendState => ({
  quantity: trend.quantity,
  value: digits(trend.value),
  expected: digits(trend.expected),
  residual: digits(trend.residual),
  sigmas: digits(trend.sigmas),
  ewma: digits(trend.ewma),
  cusum: digits(trend.cusum),
});

function anomalyFields({ score, t2, q, forest, contributions }: NonNullable<ConditionJudgement['anomaly']>) {
  const told = contributions
    .slice(0, TOLD_CONTRIBUTIONS)
    .map(({ name, share }) => ({ name, share: digits(share) }));
  return { anomaly: score, t2, q, forest, contributions: JSON.stringify(told) };
}
