/** What kind of value a quantity holds. */
export type ValueKind = 'number' | 'boolean' | 'text';

/** One measurable quantity of an asset, as a nature defines it. */
export interface QuantityDefinition {
  readonly unit: string;
  readonly kind: ValueKind;
  /** Must be mapped in the plant file, else the asset can't do its job. */
  readonly required?: true;
  /** A register that only grows (but for rollover, reset and meter swap); consumption is its difference. */
  readonly cumulates?: true;
  /** Words for a screen. */
  readonly label: { readonly en: string; readonly zh: string };
}

export interface PropertyDefinition {
  readonly kind: 'number' | 'text' | 'boolean';
  readonly unit?: string;
  readonly options?: readonly string[];
  readonly label: { readonly en: string; readonly zh: string };
}

export type Carrier = 'electricity' | 'water' | 'steam' | 'compressed-air' | 'gas' | 'heat' | 'other';
export type Scenario = 'energy' | 'equipment' | 'environment';

/**
 * The type of an asset: which quantities it must and may have, in which unit, whether they cumulate, and the sign
 * convention. A gateway converts a source's unit into the nature's.
 */
export interface Nature {
  readonly name: string;
  readonly label: { readonly en: string; readonly zh: string };
  readonly scenario: Scenario;
  /** For meters: what they meter. */
  readonly carrier?: Carrier;
  readonly signConvention?: string;
  readonly quantities: Readonly<Record<string, QuantityDefinition>>;
  /** What the scenarios need to know of such an asset beside its readings; each is optional in the plant file. */
  readonly properties: Readonly<Record<string, PropertyDefinition>>;
  /** Whether quantities that the nature does not define are allowed (they then need a unit in the plant file). */
  readonly open?: true;
}
