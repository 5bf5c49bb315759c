import { PlantscopeError } from '../../model/error.ts';

/** How the basic charge (基本电费) is counted. */
export type DemandContract =
  | { readonly basis: 'capacity'; readonly capacityKva: number; readonly pricePerKva: number }
  | {
      readonly basis: 'declared';
      readonly capacityKva: number;
      readonly declaredKw: number;
      readonly pricePerKw: number;
      readonly rule?: DeclaredDemandRule;
    }
  | { readonly basis: 'measured'; readonly capacityKva: number; readonly pricePerKw: number };

/** Editable: provincial notices change these. */
export interface DeclaredDemandRule {
  /** Least declared (or billed) demand, share of the capacity. */
  readonly leastShareOfCapacity: number;
  /** Demand up to this multiple of the declared value is billed as declared. */
  readonly tolerance: number;
  /** Price factor of the part above. */
  readonly excessFactor: number;
  readonly edition: string;
}

/** Default from memory of the general rule, before provincial amendments: confirm before billing on it. */
export const declaredDemandDefault: DeclaredDemandRule = {
  leastShareOfCapacity: 0.4,
  tolerance: 1.05,
  excessFactor: 2,
  edition: 'general rule 40 % / 105 %, unverified',
};

export interface DemandCharge {
  readonly billed: number;
  readonly unit: 'kVA' | 'kW';
  readonly cost: number;
  readonly edition: string;
}

/**
 * Basic charge of one month.
 * @param maximumDemandKw the month's maximum demand
 * @throws PlantscopeError `demand-contract-invalid`
 */
export function demandCharge(contract: DemandContract, maximumDemandKw: number): DemandCharge {
  if (contract.basis === 'capacity') {
    const billed = contract.capacityKva;
    return { billed, unit: 'kVA', cost: billed * contract.pricePerKva, edition: 'capacity basis' };
  }
  if (contract.basis === 'measured') {
    const least = declaredDemandDefault.leastShareOfCapacity * contract.capacityKva;
    const billed = Math.max(maximumDemandKw, least);
    return { billed, unit: 'kW', cost: billed * contract.pricePerKw, edition: declaredDemandDefault.edition };
  }
  const rule = contract.rule ?? declaredDemandDefault;
  const least = rule.leastShareOfCapacity * contract.capacityKva;
  if (contract.declaredKw < least) {
    throw new PlantscopeError(
      'demand-contract-invalid',
      `The declared demand of ${contract.declaredKw} kW is below ${least} kW, ${100 * rule.leastShareOfCapacity} % of the capacity`,
    );
  }
  const excess = Math.max(0, maximumDemandKw - rule.tolerance * contract.declaredKw);
  const billed = contract.declaredKw + excess * rule.excessFactor;
  return { billed, unit: 'kW', cost: billed * contract.pricePerKw, edition: rule.edition };
}
