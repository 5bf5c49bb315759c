/**
 * A panel, defined once and rendered twice: as Grafana JSON and by the built-in console. Types only.
 * A panel reads one measurement that the runner writes (or the readings themselves), and names no technology.
 */
export interface PanelText {
  readonly en: string;
  readonly zh: string;
}

export type PanelKind = 'timeseries' | 'bars' | 'stat' | 'table' | 'state-timeline';

/** How several values of one window become one. `last` suits states and registers, `sum` energy, `mean` the rest. */
export type PanelAggregate = 'mean' | 'min' | 'max' | 'sum' | 'last' | 'count';

export interface PanelField {
  readonly name: string;
  readonly label: PanelText;
  readonly aggregate: PanelAggregate;
  /** Where it differs from the panel's. */
  readonly unit?: string;
}

/** A line that a value is judged by. */
export interface PanelLimit {
  readonly label: PanelText;
  /** A number, or the name of the field that holds it. */
  readonly value: number | { readonly field: string };
  readonly severity: 'warning' | 'critical';
}

export interface PanelDefinition {
  /** Unique in its dashboard, kebab-case; stays the same over versions. */
  readonly id: string;
  readonly title: PanelText;
  /** What the figure is, by which standard and edition. */
  readonly description?: PanelText;
  readonly kind: PanelKind;
  readonly measurement: string;
  /** Whether it is a measurement of readings. Default: of derived figures. */
  readonly shows?: 'readings' | 'derived';
  readonly fields: readonly PanelField[];
  /** Only series with these values. */
  readonly where?: Readonly<Record<string, string>>;
  /** Series parts that make a line (or a row) of their own: `asset`, `carrier`, `pollutant`. */
  readonly groupBy: readonly string[];
  readonly unit: string;
  readonly limits?: readonly PanelLimit[];
  /** Window for the chart, such as `15m` or `1h`; default: as the span asks for. */
  readonly every?: string;
  /** Columns of 24, and rows of about 30 pixels. */
  readonly width: number;
  readonly height: number;
}

export interface DashboardDefinition {
  /** `energy`, `equipment`, `environment` ... */
  readonly id: string;
  readonly title: PanelText;
  readonly panels: readonly PanelDefinition[];
}
