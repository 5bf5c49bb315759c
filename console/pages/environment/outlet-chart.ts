import { hourMs } from '../../../model/window.ts';
import type { AssetAnswer, ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare, withUnit } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { seriesColor } from '../../app/theme-choice.ts';
import { lineChart } from '../../charts/line-chart.ts';
import type { LineData } from '../../charts/line-data.ts';
import type { Band, LimitLine } from '../../charts/line-plugins.ts';
import { bullet } from '../../parts/bullet.ts';
import { chartLegend } from '../../parts/chart-legend.ts';
import { panel } from '../../parts/panel.ts';
import { hourlyOf, lastWholeHour, pollutantLabel } from './hourly.ts';

/** One pollutant of an outlet: hours raw and corrected, limit, flags behind them. */
export async function pollutantPanel(
  context: PageContext,
  asset: AssetAnswer,
  pollutant: string,
  rows: readonly ResultAnswer[],
  bands: readonly Band[],
): Promise<HTMLElement> {
  const { range, view, signal } = context;
  const hours = rows.flatMap((row) => hourlyOf(row) ?? []);
  const last = lastWholeHour(hours);
  const isStack = asset.nature === 'stack-monitor';
  const lines = [
    {
      label: t(isStack ? 'correctedValue' : 'weightedValue'),
      data: hourLine(rows, 'value'),
      color: seriesColor(0),
    },
    ...(isStack ? [{ label: t('rawValue'), data: hourLine(rows, 'measured'), color: seriesColor(1) }] : []),
  ].map((line) => ({ ...line, isStep: true }));
  const chart = await lineChart(
    {
      ...range,
      ...{ lines, bands, zone: view.zone, height: 170, syncKey: `outlet-${asset.id}` },
      unit: last?.unit ?? '',
      label: pollutantLabel(view, asset.id, pollutant),
      limits: limitLines(rows),
    },
    signal,
  );
  return panel(
    { title: pollutantLabel(view, asset.id, pollutant), ...(last && { note: last.edition }) },
    last && bullet({ value: last.corrected, limit: last.limit, unit: last.unit }),
    chartLegend(lines),
    chart.element,
    h('p', { class: 'muted small' }, validityFacts(rows)),
  );
}

/** Each hour holds its value; an hour without one is a gap. */
function hourLine(rows: readonly ResultAnswer[], field: string): LineData {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const { time, fields } of rows) {
    const value = fields[field];
    times.push(Date.parse(time) / 1000);
    values.push(typeof value === 'number' ? value : null);
  }
  const end = rows.at(-1);
  if (end) {
    times.push((Date.parse(end.time) + hourMs) / 1000);
    values.push(values.at(-1) ?? null);
  }
  return { times, values };
}

const newestLimit = (rows: readonly ResultAnswer[]): ResultAnswer['fields'] =>
  rows.findLast(({ fields }) => 'limit' in fields)?.fields ?? {};

function limitLines(rows: readonly ResultAnswer[]): LimitLine[] {
  const { limit, limitLow, unit } = newestLimit(rows);
  return [limit, limitLow].flatMap((value) =>
    typeof value === 'number'
      ? [{ value, label: `${t('limit')} ${withUnit(formatNumber(value), String(unit ?? ''))}` }]
      : [],
  );
}

function validityFacts(rows: readonly ResultAnswer[]): string {
  const ended = rows.filter(({ time }) => Date.parse(time) + hourMs <= Date.now());
  const valid = ended.filter(({ fields }) => fields.status !== 'invalid').length;
  const over = ended.filter(({ fields }) => fields.exceeded === true).length;
  const share = ended.length === 0 ? '' : ` (${formatShare(valid / ended.length)})`;
  const { limitBasis } = newestLimit(rows);
  const basis = typeof limitBasis === 'string' ? ` · ${limitBasis}` : '';
  return `${t('validHours')} ${valid} / ${ended.length}${share} · ${over} h ${t('exceeded')}${basis}`;
}
