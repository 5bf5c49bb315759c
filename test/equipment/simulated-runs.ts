import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFaultKnowledge } from '../../cli/analyse/equipment-knowledge.ts';
import { createFactory } from '../../devices-sim/factory.ts';
import { type Fault, type FaultKind, severityAt } from '../../devices-sim/faults/fault.ts';
import { type WaveformBlock, waveform } from '../../devices-sim/waveform.ts';
import { dayMs, hourMs } from '../../model/window.ts';
import { type BearingVerdict, diagnoseBearing } from '../../scenarios/equipment/bearing/diagnose.ts';
import type { BearingMultipliers } from '../../scenarios/equipment/bearing/geometry.ts';
import { rankHypotheses } from '../../scenarios/equipment/diagnosis/hypotheses.ts';
import { lineObservations, type Observations } from '../../scenarios/equipment/diagnosis/observations.ts';
import { bandRms, type PowerSpectrum, powerSpectrum } from '../../scenarios/equipment/signal/spectrum.ts';
import { waveformFeatures } from '../../scenarios/equipment/signal/waveform-features.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const faults = readFaultKnowledge(join(root, 'scenarios/equipment/knowledge/faults.yaml'));

export const BASELINE_DAYS = 3;
const EVERY_MS = 6 * hourMs;
const SAMPLING_HZ = 25_600;
const SAMPLES = 32_768;
/** Monday, 09:00 in the plant's zone. */
const startMs = Date.UTC(2026, 9, 19, 1);
/** One regime: speeds this near to each other. */
const REGIME_SHARE = 0.1;
/** Diagnosis follows detection: only a machine above one of these limits of the knowledge base is diagnosed. */
const LIMITS = { velocityToBaseline: 1.6, accelerationToBaseline: 1.5, bearingChance: 0.001 } as const;
const CONFIDENCE = 0.6;

/** One record of a running machine, what is wrong with it and what was said of it. */
export interface JudgedRecord {
  readonly sinceFaultMs: number;
  readonly severity: number;
  /** A fault of the knowledge base, a bearing fault with its element; undefined where nothing was said. */
  readonly said: string | undefined;
}

export interface SimulatedRun {
  readonly asset: string;
  readonly kind: FaultKind | undefined;
  readonly records: readonly JudgedRecord[];
}

/** Judges a machine's waveforms, one each 6 h, after a healthy baseline; the fault comes when the baseline ends. */
export function simulatedRun(asset: string, kind: FaultKind | undefined, days: number): SimulatedRun {
  const faultMs = startMs + BASELINE_DAYS * dayMs;
  const fault: Fault | undefined = kind && {
    id: 'f',
    kind,
    asset,
    startMs: faultMs,
    endMs: faultMs + days * dayMs,
    severity: 1,
  };
  const factory = createFactory({ seed: 7, timeZone: 'Asia/Shanghai', faults: fault ? [fault] : [] });
  const machine = factory.rotatingMachines.find(({ design }) => design.asset === asset);
  if (!machine) throw new Error(`no machine ${asset}`);
  const suction = factory.signalsByAddress.get(`${asset}.suctionPressure`);
  const times = Array.from(
    { length: ((BASELINE_DAYS + days) * dayMs) / EVERY_MS },
    (_, i) => startMs + i * EVERY_MS,
  );
  const levels = times
    .filter((timeMs) => machine.shaftRpm(timeMs) > 0)
    .map((timeMs) => ({
      ...levelsOf(waveform(factory.seed, machine, timeMs, SAMPLING_HZ, SAMPLES)),
      suctionKpa: suction && Number(suction.sample(timeMs).value),
    }));
  const baseline = levels.filter(({ block }) => block.timeMs < faultMs);
  const judged = levels.slice(baseline.length).map((level) => ({
    timeMs: level.block.timeMs,
    said: diagnosisOf(level, baseline, machine.design.bearing),
  }));
  return {
    asset,
    kind,
    records: judged.map(({ timeMs, said }, i) => ({
      sinceFaultMs: timeMs - faultMs,
      severity: fault ? severityAt(fault, timeMs) : 0,
      // Said twice in a row: one record alone raises nothing.
      said: said === judged[i - 1]?.said ? said : undefined,
    })),
  };
}

interface Levels {
  readonly block: WaveformBlock;
  readonly velocity: PowerSpectrum;
  readonly velocityRms: number;
  readonly accelerationRms: number;
  readonly kurtosis: number;
  /** Undefined where the machine has no such sensor. */
  readonly suctionKpa: number | undefined;
}

function levelsOf(block: WaveformBlock): Omit<Levels, 'suctionKpa'> {
  const velocity = integrated(powerSpectrum(block.samples, block.samplingHz));
  const { rms, kurtosis } = waveformFeatures(block.samples);
  return { block, velocity, velocityRms: bandRms(velocity, 10, 1000), accelerationRms: rms, kurtosis };
}

/** Acceleration in g to velocity in mm/s, line by line. */
const integrated = (spectrum: PowerSpectrum): PowerSpectrum => ({
  ...spectrum,
  power: spectrum.power.map((power, line) =>
    line === 0 ? 0 : power * (9806.65 / (2 * Math.PI * line * spectrum.stepHz)) ** 2,
  ),
});

function observationsOf(level: Levels, baseline: readonly Levels[], bearing: BearingVerdict): Observations {
  const { block, velocity, velocityRms, accelerationRms, kurtosis, suctionKpa } = level;
  const alike = baseline.filter((one) => Math.abs(one.block.shaftRpm / block.shaftRpm - 1) < REGIME_SHARE);
  return {
    ...lineObservations(velocity, block.shaftRpm / 60),
    kurtosis,
    bearingChance: bearing.evidence.smallestChance,
    ...(alike.length > 0 && {
      velocityToBaseline: velocityRms / median(alike.map((one) => one.velocityRms)),
      accelerationToBaseline: accelerationRms / median(alike.map((one) => one.accelerationRms)),
      suctionPressureDropKpa:
        suctionKpa && median(alike.map((one) => one.suctionKpa ?? suctionKpa)) - suctionKpa,
    }),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

function diagnosisOf(
  level: Levels,
  baseline: readonly Levels[],
  multipliers: BearingMultipliers,
): string | undefined {
  const { samples, samplingHz, shaftRpm } = level.block;
  const bearing = diagnoseBearing({ samples, sampleRateHz: samplingHz, shaftRpm, multipliers });
  const observed = observationsOf(level, baseline, bearing);
  const isAbnormal =
    (observed.velocityToBaseline ?? 0) >= LIMITS.velocityToBaseline ||
    (observed.accelerationToBaseline ?? 0) >= LIMITS.accelerationToBaseline ||
    (observed.bearingChance ?? 1) < LIMITS.bearingChance;
  const [best] = rankHypotheses(faults, observed);
  if (!isAbnormal || !best || best.confidence < CONFIDENCE) return undefined;
  return best.fault.id === 'bearing' ? `bearing-${bearing.fault}` : best.fault.id;
}
