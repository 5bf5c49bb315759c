import { WAVEFORM_QUANTITIES } from '../../../model/waveform.ts';
import { quarterHourMs } from '../../../model/window.ts';
import type { ResultRow } from '../../../store/time-series-store.ts';
import { lineLevelsOf, type RegimeSample } from '../../equipment/baseline/regime-baseline.ts';
import { SEVERITY_EDITION, severityZone, ZONE_LIMITS } from '../../equipment/vibration/severity-zones.ts';
import type { WaveformAnalysis } from '../../equipment/waveform/analyse-waveform.ts';
import { driveDesign } from '../../equipment/waveform/drive-design.ts';
import { LINE_GROUPS } from '../../equipment/waveform/line-levels.ts';
import type { Job, JobRow, JobSubject } from '../job.ts';
import {
  type AnalysedRecording,
  RECORDING_QUANTITIES,
  type RecordingAnalyses,
} from '../recording-analyses.ts';

export const FEATURES_MEASUREMENT = 'waveform_features';

/** Features of every recording of vibration and current, each at its own time. */
export const waveformFeaturesJob = (analyses: RecordingAnalyses): Job => ({
  measurement: FEATURES_MEASUREMENT,
  windowMs: quarterHourMs,
  reachMs: 0,
  keepsRows: true,
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.tags.some(({ quantity }) => WAVEFORM_QUANTITIES.has(quantity)))
      .map((asset) => ({
        asset,
        tags: asset.tags.filter(({ quantity }) => RECORDING_QUANTITIES.includes(quantity)),
      })),
  compute: (subject, window, readings) =>
    [...WAVEFORM_QUANTITIES].flatMap((quantity) =>
      analyses
        .of(subject.asset, quantity, (name) => readings.of(name))
        .filter(({ timeMs }) => timeMs >= window.startMs && timeMs < window.endMs)
        .map((recording) => rowOf(subject, quantity, recording)),
    ),
});

function rowOf({ asset }: JobSubject, quantity: string, recording: AnalysedRecording): JobRow {
  const { id, timeMs, info, analysis, current, problem } = recording;
  const known = {
    waveform: id,
    position: info.mounting.position,
    direction: info.mounting.direction,
    unit: info.unit,
    ...(info.shaftRpm !== undefined && { rpm: info.shaftRpm }),
    ...(info.loadPct !== undefined && { loadPct: info.loadPct }),
    completeness: 1,
  };
  const limits = limitsOf(asset.properties);
  return {
    timeMs,
    series: { asset: asset.id, sensor: quantity },
    fields: {
      ...known,
      ...(analysis && featureFields(analysis)),
      ...(analysis &&
        limits && { zone: severityZone(analysis.velocityRmsMmPerS, limits), edition: SEVERITY_EDITION }),
      ...(current && {
        rotorBarDb: current.rotorBarDb,
        eccentricityDb: current.eccentricityDb,
        slip: current.slip,
      }),
      method:
        problem ??
        (info.shaftRpm === undefined ? 'no shaft speed: no lines, no bearing verdict' : 'measured'),
    },
  };
}

function limitsOf(properties: JobSubject['asset']['properties']) {
  const { group, support } = driveDesign(properties);
  return group && support ? ZONE_LIMITS[group][support] : undefined;
}

function featureFields(analysis: WaveformAnalysis): Record<string, number | string> {
  const { features, lines, bearing } = analysis;
  return {
    ...features,
    velocityRmsMmPerS: analysis.velocityRmsMmPerS,
    clippedShare: analysis.clippedShare,
    ...(analysis.highBandRms !== undefined && { highBandRms: analysis.highBandRms }),
    ...Object.fromEntries(
      LINE_GROUPS.flatMap((group) => (lines[group] === undefined ? [] : [[`line_${group}`, lines[group]]])),
    ),
    ...(bearing && {
      bearingFault: bearing.fault,
      bearingRanked: bearing.ranked.join(' '),
      bearingChance: bearing.evidence.smallestChance,
      bearingOuter: bearing.scores.outer,
      bearingInner: bearing.scores.inner,
      bearingBall: bearing.scores.ball,
    }),
  };
}

/** Stored features as baselines are learned from; radial vibration only, since directions differ. */
export function regimeSamples(rows: readonly ResultRow[]): RegimeSample[] {
  return rows
    .filter(({ series, fields }) => series.sensor === 'vibrationWaveform' && typeof fields.rms === 'number')
    .map(({ fields }) => {
      const number = (name: string): number | undefined =>
        typeof fields[name] === 'number' ? fields[name] : undefined;
      const levels = {
        velocity: number('velocityRmsMmPerS'),
        acceleration: number('rms'),
        highBand: number('highBandRms'),
        kurtosis: number('kurtosis'),
      };
      const lines = defined(Object.fromEntries(LINE_GROUPS.map((group) => [group, number(`line_${group}`)])));
      return {
        shaftRpm: number('rpm'),
        loadPct: number('loadPct'),
        levels: { ...defined(levels), ...lineLevelsOf(lines) },
        lines,
      };
    });
}

const defined = <K extends string>(
  values: Readonly<Record<K, number | undefined>>,
): Partial<Record<K, number>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<
    Record<K, number>
  >;
