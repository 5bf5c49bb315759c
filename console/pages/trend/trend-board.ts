import type { TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { labelOf, t } from '../../app/language.ts';
import { assetName, groupBy } from '../../app/plant-view.ts';
import { cssColor, seriesColor } from '../../app/theme-choice.ts';
import { type ChartLine, type LineChart, lineChart } from '../../charts/line-chart.ts';
import { timeBands } from '../../charts/time-bands.ts';
import { downloadCsv, downloadPng } from '../../parts/download.ts';
import { legendTable } from './legend-table.ts';
import { comparisonOf, loadTrend, type TrendLine } from './trend-data.ts';

const REFRESH_EVERY_MS = 10_000;

/** One chart a unit, below one another, with one cursor; their numbers in a table. */
export async function trendBoard(context: PageContext, tags: readonly TagAnswer[]): Promise<HTMLElement> {
  const comparison = comparisonOf(context);
  const lines = await loadTrend(tags, context.range, comparison, context.signal);
  const colors = new Map(lines.map(({ tag }, index) => [tag.tag, seriesColor(index)]));
  const legend = legendTable(context, lines, colors);
  const units = [...groupBy(lines, ({ tag }) => tag.unit)];
  const charts = await Promise.all(
    units.map(([unit, own]) => unitChart(context, unit, own, colors, legend.showAt, units.length)),
  );
  if (context.range.isMoving) keepMoving(context, tags, charts, units, legend.setLines);
  const exportPng = (): void => {
    const canvases = charts.flatMap((chart) => chart.canvas() ?? []);
    downloadPng(`${fileName(context)}.png`, canvases, cssColor('surface'));
  };
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'bar' },
      compareSelect(context),
      h('span', { class: 'spacer' }),
      h('button', { type: 'button', onClick: () => exportCsv(context, lines) }, t('exportCsv')),
      h('button', { type: 'button', onClick: exportPng }, t('exportPng')),
      h('button', { type: 'button', onClick: () => print() }, t('print')),
    ),
    h(
      'div',
      { class: 'panel' },
      charts.map((chart) => chart.element),
      h('p', { class: 'muted hint' }, t('zoomHint')),
    ),
    legend.element,
  );
}

async function unitChart(
  { range, view, signal, go }: PageContext,
  unit: string,
  lines: readonly TrendLine[],
  colors: ReadonlyMap<string, string>,
  showAt: (
    tags: readonly TagAnswer[],
    values: readonly (number | null | undefined)[],
    timeMs: number | undefined,
  ) => void,
  chartCount: number,
): Promise<LineChart> {
  const tags = lines.map((line) => line.tag);
  const chart = await lineChart(
    {
      ...range,
      unit,
      zone: view.zone,
      lines: chartLines(lines, colors),
      height: chartCount === 1 ? 420 : chartCount === 2 ? 300 : 220,
      syncKey: 'trend',
      label: tags.map((tag) => `${assetName(view, tag.asset)} ${labelOf(tag.label)}`).join(', '),
      bands: timeBands(view, range),
      onZoom: ({ startMs, endMs }) =>
        go({ range: undefined, from: view.calendar.toIso(startMs), to: view.calendar.toIso(endMs) }),
      onCursor: (timeMs, values) => showAt(tags, values, timeMs),
    },
    signal,
  );
  chart.element.addEventListener('dblclick', () => history.back());
  return chart;
}

/** The curves first, then the earlier ones: the cursor's values come in this order. */
function chartLines(lines: readonly TrendLine[], colors: ReadonlyMap<string, string>): ChartLine[] {
  const styled = lines.map(({ tag, data, earlier }) => ({
    label: labelOf(tag.label),
    color: colors.get(tag.tag) ?? '',
    isStep: tag.kind === 'boolean' || tag.quantity === 'state',
    data,
    earlier,
  }));
  const ghosts = styled.flatMap(({ earlier, ...line }) =>
    earlier ? [{ ...line, data: earlier, isGhost: true }] : [],
  );
  return [...styled, ...ghosts];
}

/** A range that ends now moves on: new data into the same charts, so nothing jumps and no zoom is lost. */
function keepMoving(
  context: PageContext,
  tags: readonly TagAnswer[],
  charts: readonly LineChart[],
  units: readonly (readonly [string, readonly TrendLine[]])[],
  setLines: (lines: readonly TrendLine[]) => void,
): void {
  const { range, live, signal } = context;
  const refresh = async (): Promise<void> => {
    const moved = live.nowMs() - range.endMs;
    const span = {
      startMs: range.startMs + (range.name === 'today' ? 0 : moved),
      endMs: range.endMs + moved,
    };
    const lines = await loadTrend(tags, span, comparisonOf(context), signal);
    setLines(lines);
    for (const [index, [unit]] of units.entries()) {
      const own = lines.filter((line) => line.tag.unit === unit);
      charts[index]?.setData(
        chartLines(own, new Map()).map((line) => line.data),
        span,
      );
    }
  };
  // A refresh that fails leaves the last curves; the live sign in the head says that the platform is away.
  const timer = setInterval(() => void refresh().catch(() => undefined), REFRESH_EVERY_MS);
  signal.addEventListener('abort', () => clearInterval(timer));
}

function compareSelect(context: PageContext): HTMLElement {
  const current = comparisonOf(context);
  const option = (value: string, text: string) =>
    h('option', { value, selected: value === (current ?? '') }, text);
  const select = h(
    'select',
    {},
    option('', t('compareNone')),
    option('day', t('compareDay')),
    option('week', t('compareWeek')),
  );
  select.addEventListener('change', () =>
    context.go({ compare: select.value === '' ? undefined : select.value }),
  );
  return h('label', { class: 'field' }, t('compare'), select);
}

function exportCsv(context: PageContext, lines: readonly TrendLine[]): void {
  const rows = lines.flatMap(({ tag, series }) =>
    series.points.map(([time, value, status]) => [time, tag.tag, value, tag.unit, status]),
  );
  downloadCsv(`${fileName(context)}.csv`, ['time', 'tag', 'value', 'unit', 'status'], rows);
}

const fileName = ({ range, view }: PageContext): string =>
  `plantscope-${view.calendar.toIso(range.startMs).slice(0, 16).replace(':', '')}`;
