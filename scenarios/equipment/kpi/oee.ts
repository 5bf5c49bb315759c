import { PlantscopeError } from '../../../model/error.ts';

export const KPI_EDITION = 'ISO 22400-2:2014';

/** What one machine did over a span, times in seconds. Symbols as in ISO 22400-2. */
export interface ProductionRecord {
  /** PBT: planned busy time, from the shift calendar. */
  readonly plannedBusyS: number;
  /** AUBT: time the machine was allocated (on for an order: running, idle or in fault). */
  readonly allocatedS: number;
  /** APT: time it produced. */
  readonly productionS: number;
  /** ADET: unplanned delays by failures. */
  readonly faultS: number;
  /** PRI: planned run time per item. */
  readonly plannedRunTimePerItemS: number;
  /** PQ and GQ, pieces. */
  readonly produced: number;
  readonly good: number;
}

/** Ratios, 0..1 in a right record. Undefined where a denominator is zero: no data is no zero. */
export interface ProductionKpis {
  readonly availability: number | undefined;
  /** Not cut at 1: see `warnings`. */
  readonly effectiveness: number | undefined;
  readonly quality: number | undefined;
  readonly oee: number | undefined;
  /** APT / AUBT. */
  readonly utilisation: number | undefined;
  /** AUBT / PBT. */
  readonly allocation: number | undefined;
  /** APT / (APT + ADET). */
  readonly technicalEfficiency: number | undefined;
  readonly warnings: readonly ('effectiveness-above-1' | 'availability-above-1')[];
  readonly edition: string;
}

/**
 * Overall equipment effectiveness and its parts.
 * @see ISO 22400-2; OPC 40501 C.2.4: OEE = availability * effectiveness * quality
 * @throws PlantscopeError `production-record-invalid`
 */
export function productionKpis(record: ProductionRecord): ProductionKpis {
  refuseImpossible(record);
  const { plannedBusyS, allocatedS, productionS, faultS, plannedRunTimePerItemS, produced, good } = record;
  const availability = ratio(productionS, plannedBusyS);
  const effectiveness = ratio(plannedRunTimePerItemS * produced, productionS);
  const quality = ratio(good, produced);
  const known = availability !== undefined && effectiveness !== undefined && quality !== undefined;
  return {
    availability,
    effectiveness,
    quality,
    oee: known ? availability * effectiveness * quality : undefined,
    utilisation: ratio(productionS, allocatedS),
    allocation: ratio(allocatedS, plannedBusyS),
    technicalEfficiency: ratio(productionS, productionS + faultS),
    warnings: [
      ...(above1(effectiveness) ? (['effectiveness-above-1'] as const) : []),
      ...(above1(availability) ? (['availability-above-1'] as const) : []),
    ],
    edition: KPI_EDITION,
  };
}

const ratio = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

const above1 = (value: number | undefined): boolean => value !== undefined && value > 1 + 1e-9;

function refuseImpossible(record: ProductionRecord): void {
  for (const [name, value] of Object.entries(record))
    if (!(Number.isFinite(value) && value >= 0))
      throw new PlantscopeError('production-record-invalid', `${name} must be a number from 0, not ${value}`);
  if (record.good > record.produced)
    throw new PlantscopeError(
      'production-record-invalid',
      `${record.good} good of ${record.produced} produced`,
    );
}

export interface WaterfallStep {
  readonly name: 'plannedBusy' | 'faults' | 'otherStops' | 'speedLoss' | 'qualityLoss' | 'fullyProductive';
  /** Seconds; losses are negative. A speed loss above 0 says that the planned run time per item is set too long. */
  readonly seconds: number;
}

/** Where the planned time went. The steps add up: planned busy time plus the losses is the fully productive time. */
export function lossWaterfall(record: ProductionRecord): WaterfallStep[] {
  refuseImpossible(record);
  const { plannedBusyS, productionS, faultS, plannedRunTimePerItemS, produced, good } = record;
  const stopped = plannedBusyS - productionS;
  const faults = Math.min(faultS, Math.max(0, stopped));
  return [
    { name: 'plannedBusy', seconds: plannedBusyS },
    { name: 'faults', seconds: -faults },
    { name: 'otherStops', seconds: -(stopped - faults) },
    { name: 'speedLoss', seconds: plannedRunTimePerItemS * produced - productionS },
    { name: 'qualityLoss', seconds: -plannedRunTimePerItemS * (produced - good) },
    { name: 'fullyProductive', seconds: plannedRunTimePerItemS * good },
  ];
}
