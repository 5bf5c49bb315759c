import type { TimeWindow } from '../../model/window.ts';

/** One interval of a treatment facility and of what it serves. */
export interface TreatmentInterval extends TimeWindow {
  /** Mean power of the production (or the flow of the outlet) that needs treatment, undefined where not known. */
  readonly production: number | undefined;
  readonly facilityPowerKw: number | undefined;
}

export interface TreatmentRules {
  /** Above it production runs, in the unit of `production`. */
  readonly productionAbove: number;
  readonly facilityRatedKw: number;
  /** Below this share of rated power the facility counts as off or under-powered. */
  readonly powerShare: number;
}

/** Production ran and its treatment did not. */
export interface UntreatedSpan extends TimeWindow {
  readonly verdict: 'off' | 'under-powered';
}

const OFF_SHARE = 0.05;

/** Spans of untreated production, joined over neighbours of the same verdict. What is not known accuses nobody. */
export function untreatedSpans(
  intervals: readonly TreatmentInterval[],
  { productionAbove, facilityRatedKw, powerShare }: TreatmentRules,
): UntreatedSpan[] {
  const spans: UntreatedSpan[] = [];
  for (const { startMs, endMs, production, facilityPowerKw } of intervals) {
    if (production === undefined || facilityPowerKw === undefined || production <= productionAbove) continue;
    const share = facilityPowerKw / facilityRatedKw;
    if (share >= powerShare) continue;
    const verdict = share < OFF_SHARE ? 'off' : 'under-powered';
    const last = spans.at(-1);
    if (last?.endMs === startMs && last.verdict === verdict) spans[spans.length - 1] = { ...last, endMs };
    else spans.push({ startMs, endMs, verdict });
  }
  return spans;
}
