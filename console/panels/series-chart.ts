import type { PanelDefinition, PanelField } from '../../dashboards/panel.ts';
import type { ResultAnswer } from '../app/api.ts';
import type { PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatNumber, withUnit } from '../app/format.ts';
import { labelOf } from '../app/language.ts';
import { seriesColor } from '../app/theme-choice.ts';
import { type ChartLine, lineChart } from '../charts/line-chart.ts';
import type { LineData } from '../charts/line-data.ts';
import type { LimitLine } from '../charts/line-plugins.ts';
import { timeBands } from '../charts/time-bands.ts';
import { chartLegend } from '../parts/chart-legend.ts';
import type { RowGroup } from './row-groups.ts';

/** A panel's rows as curves or bars over the page's range, with its limit lines. */
export async function seriesChart(
  context: PageContext,
  definition: PanelDefinition,
  groups: readonly RowGroup[],
): Promise<HTMLElement> {
  const { range, view, signal, go } = context;
  const lines = groups
    .flatMap((group) => definition.fields.map((field) => ({ group, field })))
    .map(
      ({ group, field }, index): ChartLine => ({
        label: lineLabel(definition, group, field),
        color: seriesColor(index),
        data: resultLine(group.rows, field.name),
        isBar: definition.kind === 'bars',
      }),
    );
  const chart = await lineChart(
    {
      ...range,
      unit: definition.unit,
      zone: view.zone,
      height: definition.height * 30,
      syncKey: 'panels',
      label: labelOf(definition.title),
      lines,
      bands: timeBands(view, range),
      limits: limitLines(definition, groups),
      onZoom: ({ startMs, endMs }) =>
        go({ range: undefined, from: view.calendar.toIso(startMs), to: view.calendar.toIso(endMs) }),
    },
    signal,
  );
  return h('div', {}, lines.length > 1 && chartLegend(lines), chart.element);
}

function lineLabel({ fields, groupBy }: PanelDefinition, group: RowGroup, field: PanelField): string {
  if (groupBy.length === 0) return labelOf(field.label);
  return fields.length > 1 ? `${group.label} ${labelOf(field.label)}` : group.label;
}

/** A row that is missing (the step is the smallest between two rows) or lacks the field breaks the line. */
function resultLine(rows: readonly ResultAnswer[], field: string): LineData {
  const times = rows.map((row) => Date.parse(row.time));
  const stepMs = Math.min(
    ...times
      .slice(1)
      .map((timeMs, index) => timeMs - (times[index] ?? timeMs))
      .filter((step) => step > 0),
  );
  const line: { times: number[]; values: (number | null)[] } = { times: [], values: [] };
  for (const [index, row] of rows.entries()) {
    const timeMs = times[index] ?? 0;
    const previous = times[index - 1];
    if (previous !== undefined && timeMs - previous > stepMs * 1.5) {
      line.times.push((previous + stepMs) / 1000);
      line.values.push(null);
    }
    const value = row.fields[field];
    line.times.push(timeMs / 1000);
    line.values.push(typeof value === 'number' ? value : null);
  }
  return line;
}

function limitLines({ limits = [], unit }: PanelDefinition, groups: readonly RowGroup[]): LimitLine[] {
  return limits.flatMap(({ label, value }) => {
    const found =
      typeof value === 'number' ? [value] : groups.map(({ rows }) => rows.at(-1)?.fields[value.field]);
    const numbers = [...new Set(found)].filter((one) => typeof one === 'number');
    return numbers.map((one) => ({
      value: one,
      label: `${labelOf(label)} ${withUnit(formatNumber(one), unit)}`,
    }));
  });
}
