import { type Fault, faultKinds } from './faults/fault.ts';

/** A labelled fault as it is published: for tests and for people, never for a detector. */
export interface PublishedFault {
  readonly id: string;
  readonly kind: string;
  readonly scenario: string;
  readonly label: string;
  readonly asset: string;
  readonly quantity?: string;
  /** ISO 8601, UTC; [start, end). */
  readonly start: string;
  readonly end: string;
  /** 0 to 1, at its worst. */
  readonly severity: number;
  /** Whether it comes on slowly from nothing or is there at once. */
  readonly growth: 'growing' | 'abrupt';
}

export function publishFault(fault: Fault): PublishedFault {
  const { scenario, label, growth } = faultKinds[fault.kind];
  return {
    id: fault.id,
    kind: fault.kind,
    scenario,
    label,
    asset: fault.asset,
    ...(fault.quantity === undefined ? {} : { quantity: fault.quantity }),
    start: new Date(fault.startMs).toISOString(),
    end: new Date(fault.endMs).toISOString(),
    severity: fault.severity,
    growth,
  };
}
