import type { SeverityZone } from '../vibration/severity-zones.ts';
import { type FaultRule, type Hypothesis, rankHypotheses } from './hypotheses.ts';
import type { ObservationName, Observations } from './observations.ts';

/** A limit that a machine must be beyond before anything is said of its faults: diagnosis follows detection. */
export interface DetectionRule {
  readonly reason: string;
  /** All must hold. */
  readonly conditions: readonly {
    readonly observation: ObservationName;
    readonly atLeast?: number;
    readonly below?: number;
  }[];
}

/**
 * What counts as abnormal. A quarter over the machine's own level is the size that ISO 20816-1 calls a significant change when it
 * is taken of the zone limit; the sigmas keep a noisy machine from being abnormal by scatter alone.
 */
export const DETECTION_RULES: readonly DetectionRule[] = [
  {
    reason: 'velocity, or a line of the shaft, above its baseline',
    conditions: [
      { observation: 'growthToBaseline', atLeast: 1.25 },
      { observation: 'growthSigmas', atLeast: 6 },
    ],
  },
  {
    reason: 'acceleration above its baseline',
    conditions: [
      { observation: 'accelerationToBaseline', atLeast: 1.25 },
      { observation: 'accelerationSigmas', atLeast: 6 },
    ],
  },
  {
    reason: 'high-frequency level above its baseline',
    conditions: [
      { observation: 'highBandToBaseline', atLeast: 1.25 },
      { observation: 'highBandSigmas', atLeast: 6 },
    ],
  },
  {
    reason: 'bearing frequencies in the envelope',
    conditions: [{ observation: 'bearingChance', below: 0.001 }],
  },
  {
    reason: 'cage frequency in the envelope',
    conditions: [{ observation: 'bearingCageChance', below: 0.00001 }],
  },
  {
    reason: 'warmer than the load explains',
    conditions: [
      { observation: 'temperatureResidualK', atLeast: 4 },
      { observation: 'temperatureSigmas', atLeast: 6 },
    ],
  },
  {
    reason: 'pressure, flow or current away from what the load explains',
    conditions: [{ observation: 'processSigmas', atLeast: 6 }],
  },
  { reason: 'rotor bar sidebands', conditions: [{ observation: 'rotorBarDb', atLeast: -45 }] },
  { reason: 'a dead recording', conditions: [{ observation: 'waveformDead', atLeast: 1 }] },
  { reason: 'a clipped recording', conditions: [{ observation: 'clippedShare', atLeast: 0.01 }] },
  {
    reason: 'waveform and transmitter disagree',
    conditions: [{ observation: 'scalarDisagreement', atLeast: 0.6 }],
  },
  {
    reason: 'the transmitter has moved while the recording of the same point stands',
    conditions: [{ observation: 'transmitterAloneSigmas', atLeast: 6 }],
  },
  { reason: 'a frozen value', conditions: [{ observation: 'stuckMinutes', atLeast: 60 }] },
];

export interface MachineDiagnosis {
  /** The most likely fault where the machine is abnormal and the evidence carries it; else undefined. */
  readonly fault: string | undefined;
  readonly confidence: number;
  readonly abnormal: readonly string[];
  readonly ranked: readonly Hypothesis[];
}

/** A hypothesis below this is shown in the ranking and not named. */
export const NAMED_CONFIDENCE = 0.6;

/** @param zone vibration severity of the same time; C and D are abnormal by themselves */
export function diagnoseMachine(
  faults: readonly FaultRule[],
  observed: Observations,
  zone?: SeverityZone,
): MachineDiagnosis {
  const abnormal = DETECTION_RULES.filter(({ conditions }) =>
    conditions.every(({ observation, atLeast, below }) => {
      const value = observed[observation];
      if (value === undefined) return false;
      return (atLeast === undefined || value >= atLeast) && (below === undefined || value < below);
    }),
  ).map(({ reason }) => reason);
  if (zone === 'C' || zone === 'D') abnormal.push(`vibration in zone ${zone}`);
  const ranked = rankHypotheses(faults, observed);
  const best = ranked[0];
  const isNamed = abnormal.length > 0 && best !== undefined && best.confidence >= NAMED_CONFIDENCE;
  return {
    fault: isNamed ? best.fault.id : undefined,
    confidence: best?.confidence ?? 0,
    abnormal,
    ranked,
  };
}

/** A fault is told once it was named this often in a row: one odd moment raises nothing. */
export const SAID_AFTER = 2;

/** @param named what was named in the last judged moments, oldest first, this one last */
export function isSaid(named: readonly (string | undefined)[]): boolean {
  const last = named.at(-1);
  const recent = named.slice(-SAID_AFTER);
  return last !== undefined && recent.length === SAID_AFTER && recent.every((one) => one === last);
}
