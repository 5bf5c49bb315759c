import type { ObservationName, Observations } from './observations.ts';

/** Holds where the observation is at least `atLeast` and below `below`. */
export interface Symptom {
  readonly observation: ObservationName;
  readonly atLeast?: number | undefined;
  readonly below?: number | undefined;
  readonly weight: number;
  /** Where it holds it speaks against the fault; where it does not, it says nothing. */
  readonly against?: boolean | undefined;
  /** Where it was not observed (a sensor that few machines have) its weight does not count. */
  readonly optional?: boolean | undefined;
}

export interface FaultRule {
  readonly id: string;
  readonly name: { readonly en: string; readonly zh: string };
  readonly source: string;
  readonly urgency: 'watch' | 'plan' | 'soon' | 'now';
  readonly advice: string;
  readonly symptoms: readonly Symptom[];
  /** The symptoms are ways in which the fault shows itself: the heaviest that holds counts, one that does not says nothing. */
  readonly anySymptom?: boolean | undefined;
}

export interface EvidenceItem {
  readonly symptom: Symptom;
  readonly observed: number;
}

export interface Hypothesis {
  readonly fault: FaultRule;
  /** Weight of what speaks for it over all weight that could, less what speaks against; 0..1. Unknown lowers it. */
  readonly confidence: number;
  readonly evidenceFor: readonly EvidenceItem[];
  readonly evidenceAgainst: readonly EvidenceItem[];
  /** Observations that were not made. */
  readonly missing: readonly ObservationName[];
}

/** Every fault as a hypothesis, most likely first; equals in the order of the knowledge base. */
export function rankHypotheses(faults: readonly FaultRule[], observed: Observations): Hypothesis[] {
  return faults.map((fault) => judge(fault, observed)).sort((a, b) => b.confidence - a.confidence);
}

function judge(fault: FaultRule, observed: Observations): Hypothesis {
  const evidenceFor: EvidenceItem[] = [];
  const evidenceAgainst: EvidenceItem[] = [];
  const missing: ObservationName[] = [];
  for (const symptom of fault.symptoms) {
    const value = observed[symptom.observation];
    if (value === undefined) {
      missing.push(symptom.observation);
      continue;
    }
    const met = holds(symptom, value);
    if (!met && (symptom.against || fault.anySymptom)) continue;
    const side = met && !symptom.against ? evidenceFor : evidenceAgainst;
    side.push({ symptom, observed: value });
  }
  const counted = ({ against, optional, observation }: Symptom): boolean =>
    !against && !(optional && observed[observation] === undefined);
  const weightFor = fault.anySymptom ? greatestWeight : weightOf;
  const possible = weightFor(fault.symptoms.filter(counted));
  const contrary = weightOf(evidenceAgainst.map(({ symptom }) => symptom).filter(({ against }) => against));
  const support = weightFor(evidenceFor.map(({ symptom }) => symptom)) - contrary;
  return {
    fault,
    confidence: possible > 0 ? Math.max(0, support / possible) : 0,
    evidenceFor,
    evidenceAgainst,
    missing,
  };
}

const holds = ({ atLeast, below }: Symptom, value: number): boolean =>
  (atLeast === undefined || value >= atLeast) && (below === undefined || value < below);

const weightOf = (symptoms: readonly Symptom[]): number =>
  symptoms.reduce((sum, { weight }) => sum + weight, 0);

const greatestWeight = (symptoms: readonly Symptom[]): number =>
  symptoms.reduce((greatest, { weight }) => Math.max(greatest, weight), 0);
