/** What can go wrong in the simulated plant, the scenario that should find it, and how it comes on. */
export const faultKinds = {
  'air-leak': { scenario: 'energy', growth: 'growing', label: 'Leak in the compressed-air network' },
  'idle-consumption': { scenario: 'energy', growth: 'abrupt', label: 'Machine stopped but left switched on' },
  'compensation-failure': {
    scenario: 'energy',
    growth: 'abrupt',
    label: 'Capacitor bank tripped, power factor low',
  },
  'demand-peak': {
    scenario: 'energy',
    growth: 'abrupt',
    label: 'Test load at the incoming busbar, demand near what is declared',
  },
  'meter-reset': { scenario: 'energy', growth: 'abrupt', label: 'Register fell back to zero' },
  'stuck-register': {
    scenario: 'energy',
    growth: 'abrupt',
    label: 'Register stands still while power flows',
  },
  'reversed-ct': { scenario: 'energy', growth: 'abrupt', label: 'Current transformer of phase L2 reversed' },
  'wrong-multiplier': {
    scenario: 'energy',
    growth: 'abrupt',
    label: 'Current transformer ratio half of the true one',
  },
  'dead-phase': { scenario: 'energy', growth: 'abrupt', label: 'Phase L3 of the meter reads nothing' },
  'bearing-outer': { scenario: 'equipment', growth: 'growing', label: 'Bearing defect, outer race' },
  'bearing-inner': { scenario: 'equipment', growth: 'growing', label: 'Bearing defect, inner race' },
  'bearing-ball': { scenario: 'equipment', growth: 'growing', label: 'Bearing defect, rolling element' },
  unbalance: { scenario: 'equipment', growth: 'growing', label: 'Unbalance, deposit on the rotor' },
  misalignment: { scenario: 'equipment', growth: 'abrupt', label: 'Misaligned coupling' },
  looseness: { scenario: 'equipment', growth: 'abrupt', label: 'Loose foundation bolt' },
  cavitation: { scenario: 'equipment', growth: 'abrupt', label: 'Cavitation, suction strainer blocked' },
  lubrication: { scenario: 'equipment', growth: 'growing', label: 'Bearing runs dry' },
  'burner-out-of-tune': {
    scenario: 'environment',
    growth: 'abrupt',
    label: 'Burner out of tune, too much air',
  },
  'dosing-failure': {
    scenario: 'environment',
    growth: 'abrupt',
    label: 'Chemical dosing stopped while production runs',
  },
  'acid-discharge': {
    scenario: 'environment',
    growth: 'abrupt',
    label: 'Acid of a cleaning bath in the outlet',
  },
  'noise-source': { scenario: 'environment', growth: 'abrupt', label: 'Damaged silencer of a roof fan' },
  'stuck-sensor': { scenario: 'sensor', growth: 'abrupt', label: 'Sensor value frozen' },
  'sensor-drift': { scenario: 'sensor', growth: 'growing', label: 'Sensor drifts away' },
  'lost-device': { scenario: 'sensor', growth: 'abrupt', label: 'Device does not answer' },
} as const satisfies Readonly<Record<string, FaultDefinition>>;

interface FaultDefinition {
  readonly scenario: 'energy' | 'equipment' | 'environment' | 'sensor';
  /** `growing`: from nothing at its start to its severity at its end. `abrupt`: at once, with a minute of transition. */
  readonly growth: 'growing' | 'abrupt';
  readonly label: string;
}

export type FaultKind = keyof typeof faultKinds;

/** One labelled fault: the ground truth detectors are judged by and never see. */
export interface Fault {
  readonly id: string;
  readonly kind: FaultKind;
  readonly asset: string;
  /** Where it is one sensor's: the quantity of the asset. */
  readonly quantity?: string;
  readonly startMs: number;
  /** Repaired. */
  readonly endMs: number;
  /** 0 to 1, at its worst. */
  readonly severity: number;
}

const transitionMs = 60_000;

/** How bad a fault is at an instant: 0 outside, at most its severity. */
export function severityAt(fault: Fault, timeMs: number): number {
  if (timeMs < fault.startMs || timeMs >= fault.endMs) return 0;
  const sinceStart = timeMs - fault.startMs;
  if (faultKinds[fault.kind].growth === 'abrupt')
    return fault.severity * Math.min(1, sinceStart / transitionMs);
  const share = sinceStart / (fault.endMs - fault.startMs);
  return fault.severity * share ** 1.5;
}
