import type { PanelAggregate, PanelDefinition, PanelText } from '../panel.ts';

export interface ReadingsPanel {
  readonly id: string;
  readonly title: PanelText;
  /** Nature of the assets. */
  readonly nature: string;
  readonly quantity: string;
  readonly unit: string;
  readonly aggregate?: PanelAggregate;
  readonly width: number;
  readonly height: number;
}

/** One quantity of all assets of a nature, a line each. */
export const readingsPanel = ({
  nature,
  quantity,
  aggregate = 'mean',
  ...panel
}: ReadingsPanel): PanelDefinition => ({
  ...panel,
  kind: 'timeseries',
  measurement: nature,
  shows: 'readings',
  fields: [{ name: 'value', label: panel.title, aggregate }],
  where: { quantity },
  groupBy: ['asset'],
});
