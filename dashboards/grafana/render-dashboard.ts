import {
  DashboardBuilder,
  QueryVariableBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardDefinition } from '../panel.ts';
import { datasources } from './influx-target.ts';
import { bilingual, renderPanel } from './render-panel.ts';

/** A dashboard as Grafana's file provisioning takes it, the same text from the same definition. */
export function renderDashboard(definition: DashboardDefinition): string {
  const derived = definition.panels.filter(({ shows }) => shows !== 'readings');
  const measurements = [...new Set(derived.map((panel) => panel.measurement))];
  const builder = new DashboardBuilder(bilingual(definition.title))
    .uid(`plantscope-${definition.id}`)
    .tags(['plantscope', definition.id])
    .time({ from: 'now-24h', to: 'now' })
    .refresh('10s')
    .timezone('browser')
    .withVariable(assetVariable(measurements));
  for (const panel of definition.panels) builder.withPanel(renderPanel(panel));
  return `${JSON.stringify(normalise(builder.build()), null, 2)}\n`;
}

function assetVariable(measurements: readonly string[]): QueryVariableBuilder {
  const from = measurements.map((name) => `"${name}"`).join(', ');
  return new QueryVariableBuilder('asset')
    .label('设备 asset')
    .datasource(datasources.derived)
    .query(`SHOW TAG VALUES FROM ${from} WITH KEY = "asset"`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}

/** The kit leaves panel ids out and annotations empty; Grafana would number them anew at each start. */
function normalise(dashboard: object): object {
  const plain = JSON.parse(JSON.stringify(dashboard)) as { panels?: object[] };
  return {
    ...plain,
    annotations: { list: [] },
    panels: (plain.panels ?? []).map((panel, index) => ({ id: index + 1, ...panel })),
  };
}
