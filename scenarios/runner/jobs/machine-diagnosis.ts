import { WAVEFORM_QUANTITIES } from '../../../model/waveform.ts';
import { dayMs, quarterHourMs, type TimeWindow } from '../../../model/window.ts';
import type { ModelStore } from '../../../store/model-store.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import {
  diagnoseMachine,
  isSaid,
  type MachineDiagnosis,
} from '../../equipment/diagnosis/diagnose-machine.ts';
import type { FaultRule, Hypothesis } from '../../equipment/diagnosis/hypotheses.ts';
import {
  medianObservations,
  type ObservationName,
  type Observations,
  transmitterAlone,
  vibrationObservations,
} from '../../equipment/diagnosis/observations.ts';
import { judgeCondition, scalarObservations } from '../../equipment/model/judge-condition.ts';
import type { ConditionRow, MachineModel } from '../../equipment/model/machine-model.ts';
import { stuckMinutes } from '../../equipment/model/stuck-value.ts';
import type { SeverityZone } from '../../equipment/vibration/severity-zones.ts';
import type { Job, JobReadings, JobRow, JobSubject } from '../job.ts';
import {
  type AnalysedRecording,
  RECORDING_QUANTITIES,
  type RecordingAnalyses,
} from '../recording-analyses.ts';
import { CONDITION_MEASUREMENT, conditionRows } from './machine-condition.ts';

export const DIAGNOSIS_MEASUREMENT = 'machine_diagnosis';
export const DIAGNOSIS_EDITION = 'ISO 13379-1 procedure';

/** What a judgement looks back on. */
export const CONDITION_BACK_MS = dayMs;
/** Judged moments further apart than this do not confirm each other. */
const NAMED_BACK_MS = dayMs;
/** Hypotheses told with their evidence. */
const TOLD = 5;

export interface DiagnosisParts {
  readonly analyses: RecordingAnalyses;
  readonly models: Pick<ModelStore<MachineModel>, 'at'>;
  readonly faults: readonly FaultRule[];
}

/**
 * What is most likely wrong with each machine in each quarter of an hour, with the evidence for and against: from its recordings,
 * its temperatures and its process values, judged against the model that had seen nothing of the quarter.
 */
export const machineDiagnosisJob = (parts: DiagnosisParts): Job => ({
  measurement: DIAGNOSIS_MEASUREMENT,
  windowMs: quarterHourMs,
  reachMs: 0,
  reads: RECORDING_QUANTITIES,
  keepsRows: true,
  builtOn: [
    { measurement: CONDITION_MEASUREMENT, backMs: CONDITION_BACK_MS },
    { measurement: 'vibration_severity', backMs: 0 },
    { measurement: DIAGNOSIS_MEASUREMENT, backMs: NAMED_BACK_MS },
  ],
  subjects: (plant) =>
    plant.assets
      .filter(({ nature }) => nature.scenario === 'equipment')
      .map((asset) => ({ asset, tags: asset.tags.filter(({ definition }) => !definition.cumulates) })),
  compute: (subject, window, readings) => compute(parts, subject, window, readings),
});

function compute(
  { analyses, models, faults }: DiagnosisParts,
  subject: JobSubject,
  window: TimeWindow,
  readings: JobReadings,
): JobRow[] {
  const { asset } = subject;
  const recordings = [...WAVEFORM_QUANTITIES].flatMap((quantity) =>
    analyses
      .of(asset, quantity, (name) => readings.of(name))
      .filter(({ timeMs }) => timeMs >= window.startMs && timeMs < window.endMs),
  );
  const model = models.at(asset.id, window.startMs);
  const rows = conditionRows(readings.rows(CONDITION_MEASUREMENT)).filter(
    ({ timeMs }) => timeMs < window.endMs,
  );
  const newest = rows.at(-1);
  const isJudged = newest !== undefined && newest.timeMs >= window.startMs && newest.isRunning;
  if (recordings.length === 0 && !(isJudged && model)) return [];
  const recorded = recordingObservations(recordings, model, newest);
  const observed = { ...recorded, ...(model && isJudged && scalarsOf(model, rows, recorded)) };
  const diagnosis = diagnoseMachine(faults, observed, zoneOf(readings, window));
  const before = readings.rows(DIAGNOSIS_MEASUREMENT).filter(({ timeMs }) => timeMs < window.startMs);
  const standing = recordings.length === 0 ? lastRecorded(before) : undefined;
  if (standing?.fields.said === true) return [standingRow(standing)];
  const comparable = recordings.length > 0 ? before.filter(isRecorded) : before;
  const said = isSaid([...comparable.map(namedFault), diagnosis.fault]);
  return [rowOf(subject, diagnosis, observed, said, recordings, model)];
}

/** Only recordings confirm what recordings said: between two of them the scalars alone may know nothing of it. */
const isRecorded = ({ fields }: ResultRow): boolean => Number(fields.recordings) > 0;

const namedFault = ({ fields }: ResultRow): string | undefined =>
  fields.fault === 'none' ? undefined : String(fields.fault);

const lastRecorded = (rows: readonly ResultRow[]): ResultRow | undefined => rows.findLast(isRecorded);

/** What the last recording said stands until the next one. */
const standingRow = ({ series, fields: { revision: _, ...fields } }: ResultRow): JobRow => ({
  series,
  fields: { ...fields, recordings: 0, method: 'stands since the last recording' },
});

/** Rows before the model's training ended were seen by it: they warm its memory of load and are not judged. */
function scalarsOf(model: MachineModel, rows: readonly ConditionRow[], recorded: Observations): Observations {
  const judged = judgeCondition(model, rows);
  const transmitter = judged.trends.find(({ quantity }) => quantity === 'vibrationVelocity');
  return {
    ...scalarObservations(model, judged, rows.at(-1)),
    transmitterAloneSigmas: transmitterAlone(recorded, transmitter),
    stuckMinutes: stuckMinutes(rows, model.features),
  };
}

function recordingObservations(
  recordings: readonly AnalysedRecording[],
  model: MachineModel | undefined,
  newest: ConditionRow | undefined,
): Observations {
  const of = (quantity: string): AnalysedRecording[] =>
    recordings.filter(({ info }) => info.quantity === quantity);
  const velocities = (quantity: string): number[] =>
    of(quantity).flatMap(({ analysis }) => analysis?.velocityRmsMmPerS ?? []);
  const radial = of('vibrationWaveform');
  const seen = radial.flatMap(({ analysis }) =>
    analysis ? [vibrationObservations(analysis, model?.regimes ?? [])] : [],
  );
  const currents = of('currentWaveform').flatMap(({ current }): Observations[] =>
    current ? [{ rotorBarDb: current.rotorBarDb, eccentricityDb: current.eccentricityDb }] : [],
  );
  const [across, along] = [
    middle(velocities('vibrationWaveform')),
    middle(velocities('vibrationWaveformAxial')),
  ];
  const scalar = newest?.values.vibrationVelocity;
  return {
    ...medianObservations([...seen, ...currents]),
    ...(across !== undefined && along !== undefined && { axialToRadial: along / across }),
    ...(radial.length > 0 && {
      waveformDead: radial.every(({ problem }) => problem?.startsWith('waveform-flat')) ? 1 : 0,
    }),
    ...(across !== undefined &&
      scalar !== undefined && { scalarDisagreement: Math.abs(Math.log(across / scalar)) }),
  };
}

function middle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function zoneOf(readings: JobReadings, window: TimeWindow): SeverityZone | undefined {
  const row = readings.rows('vibration_severity').find(({ timeMs }) => timeMs === window.startMs);
  return row?.fields.zone as SeverityZone | undefined;
}

function rowOf(
  { asset }: JobSubject,
  { fault, confidence, abnormal, ranked }: MachineDiagnosis,
  observed: Observations,
  said: boolean,
  recordings: readonly AnalysedRecording[],
  model: MachineModel | undefined,
): JobRow {
  const best = ranked[0]?.fault;
  return {
    series: { asset: asset.id },
    fields: {
      fault: fault ?? 'none',
      said,
      confidence,
      urgency: fault && best ? best.urgency : 'none',
      advice: fault && best ? best.advice : '',
      abnormal: abnormal.join('; '),
      ranked: JSON.stringify(ranked.slice(0, TOLD).map((hypothesis) => toldHypothesis(hypothesis, observed))),
      recordings: recordings.length,
      waveform: recordings.findLast(({ analysis }) => analysis !== undefined)?.id ?? '',
      modelVersion: model?.version ?? 0,
      completeness: 1,
      method: model ? 'rules against the learned baseline' : 'rules without a baseline: still learning',
      edition: DIAGNOSIS_EDITION,
    },
  };
}

/** A hypothesis as the API tells it. */
export interface ToldHypothesis {
  readonly fault: string;
  readonly name: { readonly en: string; readonly zh: string };
  readonly confidence: number;
  readonly urgency: string;
  readonly advice: string;
  readonly source: string;
  readonly evidenceFor: readonly ToldEvidence[];
  readonly evidenceAgainst: readonly ToldEvidence[];
  readonly missing: readonly string[];
}

export interface ToldEvidence {
  readonly observation: ObservationName;
  readonly observed: number;
  readonly atLeast?: number;
  readonly below?: number;
  readonly weight: number;
}

function toldHypothesis(hypothesis: Hypothesis, observed: Observations): ToldHypothesis {
  const { fault, evidenceFor, evidenceAgainst, missing } = hypothesis;
  const told = ({ symptom }: Hypothesis['evidenceFor'][number]): ToldEvidence => ({
    observation: symptom.observation,
    observed: Number((observed[symptom.observation] ?? 0).toPrecision(4)),
    ...(symptom.atLeast !== undefined && { atLeast: symptom.atLeast }),
    ...(symptom.below !== undefined && { below: symptom.below }),
    weight: symptom.weight,
  });
  return {
    ...{
      fault: fault.id,
      name: fault.name,
      urgency: fault.urgency,
      advice: fault.advice,
      source: fault.source,
    },
    confidence: Number(hypothesis.confidence.toFixed(3)),
    evidenceFor: evidenceFor.map(told),
    evidenceAgainst: evidenceAgainst.map(told),
    missing,
  };
}

/** Rows where a fault was told, of stored rows. */
export const saidRows = (rows: readonly ResultRow[]): ResultRow[] =>
  rows.filter(({ fields }) => fields.said === true);
