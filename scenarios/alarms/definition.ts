export type AlarmPriority = 'low' | 'medium' | 'high';

/** Where an alarm's value comes from: a live reading, or one field of a derived figure. */
export type AlarmSource =
  | { readonly kind: 'reading'; readonly tag: string }
  | {
      readonly kind: 'result';
      readonly measurement: string;
      readonly series: Readonly<Record<string, string>>;
      readonly field: string;
      /** A field to take off the value: a limit that changes from row to row. The alarm's limit is then an excess. */
      readonly lessField?: string;
      /** Length of the figure's windows: it is judged when its window has ended. */
      readonly windowMs: number;
    };

/** One limit alarm. @see IEC 62682:2022 alarm attributes */
export interface AlarmDefinition {
  /** Stable: the journal speaks of it. */
  readonly id: string;
  readonly asset: string;
  readonly source: AlarmSource;
  readonly side: 'high' | 'low';
  /** The alarm's condition is a value beyond it; a value on it is no alarm. */
  readonly limit: number;
  readonly unit: string;
  /** How far back inside the limit the value must come before the condition ends, in the value's unit, 0 and up. */
  readonly deadband: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  readonly priority: AlarmPriority;
  /** Standard and edition that the limit comes from. */
  readonly basis: string;
}
