import type { SeverityZone } from '../vibration/severity-zones.ts';

export interface HealthParts {
  readonly zone: SeverityZone | undefined;
  /** Largest EWMA or CUSUM score in the harmful direction, 1 at the limit. */
  readonly warning: number | undefined;
  /** Anomaly score, 1 at the limit. */
  readonly anomaly: number | undefined;
  /** Confidence of the fault that is told, 0..1; undefined: none. */
  readonly diagnosis: number | undefined;
  readonly urgency: 'watch' | 'plan' | 'soon' | 'now' | undefined;
}

export interface HealthIndex {
  /** 0 (damage possible) to 100 (as new). */
  readonly index: number;
  /** The part that took most. */
  readonly because: 'zone' | 'warning' | 'anomaly' | 'diagnosis' | 'nothing';
}

/** Points taken: the limits of ISO 20816-3's zones in words: B may run for ever, C for a limited time, D damages. */
const ZONE_POINTS: Readonly<Record<SeverityZone, number>> = { A: 0, B: 10, C: 50, D: 80 };
const URGENCY_POINTS = { watch: 20, plan: 35, soon: 50, now: 80 } as const;
const WARNING_POINTS = 25;
const ANOMALY_POINTS = 20;

/**
 * Health as 100 less the gravest finding: causes of one fault show in several parts and are not counted twice. Warning and anomaly
 * take their points from the limit on, and up to half as much again at twice the limit.
 */
export function healthIndex(parts: HealthParts): HealthIndex {
  const taken = {
    zone: parts.zone === undefined ? 0 : ZONE_POINTS[parts.zone],
    warning: beyondLimit(parts.warning, WARNING_POINTS),
    anomaly: beyondLimit(parts.anomaly, ANOMALY_POINTS),
    diagnosis: (parts.diagnosis ?? 0) * URGENCY_POINTS[parts.urgency ?? 'watch'],
  };
  const [because, points] = Object.entries(taken).sort(([, a], [, b]) => b - a)[0] as [
    keyof typeof taken,
    number,
  ];
  return { index: Math.round(100 - points), because: points > 0 ? because : 'nothing' };
}

function beyondLimit(score: number | undefined, points: number): number {
  if (score === undefined || score < 1) return 0;
  return points * (1 + Math.min(0.5, (score - 1) / 2));
}
