import type { PanelDefinition } from '../../dashboards/panel.ts';
import { api, type ResultAnswer } from '../app/api.ts';
import type { PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatNumber, unitOf } from '../app/format.ts';
import { labelOf, t } from '../app/language.ts';
import { spanQuery } from '../app/time-range.ts';
import { stateTimeline } from '../pages/equipment/state-timeline.ts';
import { dataTable } from '../parts/data-table.ts';
import { panel } from '../parts/panel.ts';
import { emptyState, region } from '../parts/states.ts';
import { groupRows, type RowGroup } from './row-groups.ts';
import { seriesChart } from './series-chart.ts';

type View = (
  context: PageContext,
  definition: PanelDefinition,
  groups: readonly RowGroup[],
) => HTMLElement | Promise<HTMLElement>;

/** Renders a panel as its definition says; the same definition also becomes a Grafana panel. */
export function panelView(context: PageContext, definition: PanelDefinition): HTMLElement {
  const note = definition.description ? labelOf(definition.description) : undefined;
  return panel(
    { title: labelOf(definition.title), ...(note !== undefined && { note }) },
    region(() => content(context, definition), context.signal, 5),
  );
}

async function content(context: PageContext, definition: PanelDefinition): Promise<HTMLElement> {
  const where = Object.entries(definition.where ?? {}).map(([name, value]) => `${name}=${value}`);
  const query = { ...spanQuery(context.range), ...(where.length > 0 && { where: where.join(',') }) };
  const rows = await api.results(definition.measurement, query, context.signal);
  if (rows.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  return views[definition.kind](context, definition, groupRows(context.view, definition, rows));
}

const views: Readonly<Record<PanelDefinition['kind'], View>> = {
  timeseries: seriesChart,
  bars: seriesChart,
  stat: statView,
  table: tableView,
  'state-timeline': timelineView,
};

function statView(
  _context: PageContext,
  definition: PanelDefinition,
  groups: readonly RowGroup[],
): HTMLElement {
  const [field] = definition.fields;
  const figures = groups.map(({ label, rows }) =>
    h(
      'div',
      {},
      h('dt', {}, label),
      h(
        'dd',
        { class: 'stat' },
        cellText(rows.at(-1), field?.name ?? ''),
        h('span', { class: 'unit' }, ` ${unitOf(field?.unit ?? definition.unit)}`),
      ),
    ),
  );
  return h('dl', { class: 'facts' }, figures);
}

function tableView(
  _context: PageContext,
  definition: PanelDefinition,
  groups: readonly RowGroup[],
): HTMLElement {
  return dataTable(definition.id, groups, [
    { head: t('asset'), value: ({ label }) => label },
    ...definition.fields.map(({ name, label, unit }) => ({
      head: `${labelOf(label)} ${unitOf(unit ?? definition.unit)}`.trim(),
      isNumber: true,
      value: ({ rows }: RowGroup) => rows.at(-1)?.fields[name],
      show: ({ rows }: RowGroup) => cellText(rows.at(-1), name),
    })),
  ]);
}

function timelineView(
  { range, view }: PageContext,
  _definition: PanelDefinition,
  groups: readonly RowGroup[],
): HTMLElement {
  const lines = groups.map(({ label, rows }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, label),
      h('td', { class: 'wide' }, stateTimeline(rows, range, view.zone)),
    ),
  );
  return h('table', { class: 'plain timelines' }, h('tbody', {}, lines));
}

function cellText(row: ResultAnswer | undefined, field: string): string {
  const value = row?.fields[field];
  if (value === undefined) return `∅ ${t('noData')}`;
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
