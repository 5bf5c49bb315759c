export type AlarmPriority = 'low' | 'medium' | 'high';

/** Where an alarm's value comes from: a live reading, or one field of a derived figure. */
export type AlarmSource =
  | { readonly kind: 'reading'; readonly tag: string }
  | {
      readonly kind: 'result';
      readonly measurement: string;
      readonly series: Readonly<Record<string, string>>;
      readonly field: string;
      /** The field with the limit of each row: it changes with the edition, or with day and night. */
      readonly limitField?: string;
      /** A row whose flag of this name is set is not judged. */
      readonly unlessField?: string;
      /** The field that names the evidence, such as an image. */
      readonly evidenceField?: string;
      /** Length of the figure's windows: it is judged when its window has ended. */
      readonly windowMs: number;
    };

/** In the value's unit, or as a share of the limit. */
export type Deadband = { readonly absolute: number } | { readonly shareOfLimit: number };

/** One limit alarm. @see IEC 62682:2022 alarm attributes */
export interface AlarmDefinition {
  /** Stable: the journal speaks of it. */
  readonly id: string;
  readonly asset: string;
  readonly source: AlarmSource;
  readonly side: 'high' | 'low';
  /** The alarm's condition is a value beyond it; a value on it is no alarm. Absent: each figure carries its own. */
  readonly limit?: number;
  readonly unit: string;
  /** How far back inside the limit the value must come before the condition ends, 0 and up. */
  readonly deadband: Deadband;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly priority: AlarmPriority;
  /** Stays after its condition has gone, until a person resets it. */
  readonly latching?: true;
  /** Standard and edition that the limit comes from. */
  readonly basis: string;
}
