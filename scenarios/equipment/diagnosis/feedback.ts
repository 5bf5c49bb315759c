/**
 * What a person said of a diagnosis. `confirmed`: the fault was there. `rejected`: it was not. `missed`: a fault was found that nobody had
 * told. `new-normal`: the machine is another one now (repaired, set up anew), learn it again.
 */
export const VERDICTS = ['confirmed', 'rejected', 'missed', 'new-normal'] as const;
export type Verdict = (typeof VERDICTS)[number];

export interface Feedback {
  readonly asset: string;
  /** A fault of the knowledge base; of `new-normal` empty. */
  readonly fault: string;
  readonly verdict: Verdict;
  /** Since when it holds: start of the diagnosis, or of the new normal. */
  readonly sinceMs: number;
  readonly givenMs: number;
  readonly by: string;
  readonly note?: string;
}

export interface RuleRecord {
  readonly fault: string;
  readonly confirmed: number;
  readonly rejected: number;
  readonly missed: number;
  /** Confirmed over judged diagnoses; undefined where none was judged. */
  readonly precision: number | undefined;
  /** Confirmed over faults that were there. */
  readonly recall: number | undefined;
}

/** Precision and recall of each rule as far as persons have judged it. */
export function ruleRecords(feedback: readonly Feedback[]): RuleRecord[] {
  const faults = [...new Set(feedback.map(({ fault }) => fault))].filter((fault) => fault !== '').sort();
  return faults.map((fault) => {
    const count = (verdict: Verdict): number =>
      feedback.filter((one) => one.fault === fault && one.verdict === verdict).length;
    const [confirmed, rejected, missed] = [count('confirmed'), count('rejected'), count('missed')];
    const ratio = (whole: number): number | undefined => (whole > 0 ? confirmed / whole : undefined);
    return {
      ...{ fault, confirmed, rejected, missed },
      precision: ratio(confirmed + rejected),
      recall: ratio(confirmed + missed),
    };
  });
}
