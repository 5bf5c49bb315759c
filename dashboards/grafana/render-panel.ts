import * as barchart from '@grafana/grafana-foundation-sdk/barchart';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import { printedUnit } from '../../model/unit.ts';
import type { PanelDefinition, PanelText } from '../panel.ts';
import { datasourceOf, InfluxTarget } from './influx-target.ts';
import { panelQueries } from './panel-query.ts';

/** What all of the kit's panel builders share. */
interface CommonBuilder extends Builder<Panel> {
  title(title: string): CommonBuilder;
  description(description: string): CommonBuilder;
  datasource(reference: { type?: string; uid?: string }): CommonBuilder;
  unit(unit: string): CommonBuilder;
  height(rows: number): CommonBuilder;
  span(columns: number): CommonBuilder;
  noValue(text: string): CommonBuilder;
  thresholds(thresholds: Builder<ReturnType<ThresholdsConfigBuilder['build']>>): CommonBuilder;
  withTarget(target: InfluxTarget): CommonBuilder;
}

const builders: Readonly<Record<PanelDefinition['kind'], () => CommonBuilder>> = {
  timeseries: () => new timeseries.PanelBuilder() as CommonBuilder,
  bars: () => new barchart.PanelBuilder() as CommonBuilder,
  stat: () => new stat.PanelBuilder() as CommonBuilder,
  table: () => new table.PanelBuilder() as CommonBuilder,
  'state-timeline': () => new statetimeline.PanelBuilder() as CommonBuilder,
};

/** A panel of Grafana from its definition. No data is shown as such, never as zero. */
export function renderPanel(panel: PanelDefinition): Builder<Panel> {
  const unit = printedUnit(panel.unit);
  const builder = builders[panel.kind]()
    .title(bilingual(panel.title))
    .datasource(datasourceOf(panel))
    .height(panel.height)
    .span(panel.width)
    .noValue('no data / 无数据');
  if (panel.description) builder.description(bilingual(panel.description));
  if (unit !== '') builder.unit(`suffix: ${unit}`);
  addLimits(builder, panel);
  const isTable = panel.kind === 'table' || panel.kind === 'stat';
  const alias = isTable ? '' : panel.groupBy.map((tag) => `$tag_${tag}`).join(' ');
  for (const [index, query] of panelQueries(panel).entries()) {
    const format = isTable ? 'table' : 'time_series';
    builder.withTarget(new InfluxTarget(index, query, format, alias, datasourceOf(panel)));
  }
  return builder;
}

/** A fixed limit is a threshold; one that a field holds is a line of its own (see panel-query.ts). */
function addLimits(builder: CommonBuilder, panel: PanelDefinition): void {
  const fixed = (panel.limits ?? []).flatMap(({ value, severity }) =>
    typeof value === 'number' ? [{ value, color: severity === 'critical' ? 'red' : 'orange' }] : [],
  );
  const steps = [{ value: null, color: 'green' }, ...fixed];
  builder.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps));
}

export const bilingual = ({ en, zh }: PanelText): string => `${zh} ${en}`;
