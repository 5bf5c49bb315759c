import type { ResultAnswer } from '../../../app/api.ts';
import type { PageContext } from '../../../app/context.ts';
import { h } from '../../../app/dom.ts';
import { formatShare } from '../../../app/format.ts';
import { t } from '../../../app/language.ts';
import { seriesColor } from '../../../app/theme-choice.ts';
import { lineChart } from '../../../charts/line-chart.ts';
import { chartLegend } from '../../../parts/chart-legend.ts';
import { panel } from '../../../parts/panel.ts';
import { emptyState, region } from '../../../parts/states.ts';
import { quantityWord } from './quantity-word.ts';

/** Early warning and anomaly over time; 1 is the limit. */
export function scorePanel(context: PageContext, asset: string, rows: readonly ResultAnswer[]): HTMLElement {
  const judged = rows.filter(
    ({ fields }) => typeof fields.warning === 'number' || typeof fields.anomaly === 'number',
  );
  return panel(
    { title: t('scores') },
    judged.length === 0
      ? emptyState(t('stillLearning'))
      : region(() => chart(context, asset, judged), context.signal, 3),
  );
}

async function chart(
  context: PageContext,
  asset: string,
  rows: readonly ResultAnswer[],
): Promise<HTMLElement> {
  const { range, view, signal } = context;
  const times = rows.map(({ time }) => Date.parse(time) / 1000);
  const values = (field: string): (number | null)[] =>
    rows.map(({ fields }) => (typeof fields[field] === 'number' ? fields[field] : null));
  const lines = [
    { label: t('warningScore'), color: seriesColor(1), data: { times, values: values('warning') } },
    { label: t('anomalyScore'), color: seriesColor(2), data: { times, values: values('anomaly') } },
  ];
  const options = { unit: '1', zone: view.zone, height: 160, syncKey: 'machine', label: t('scores'), lines };
  const { element } = await lineChart(
    { ...range, ...options, limits: [{ value: 1, label: t('limit') }] },
    signal,
  );
  return h('div', {}, chartLegend(lines), element, shares(view, asset, rows.at(-1)));
}

function shares(
  view: PageContext['view'],
  asset: string,
  row: ResultAnswer | undefined,
): HTMLElement | undefined {
  if (typeof row?.fields.contributions !== 'string') return undefined;
  const parts = JSON.parse(row.fields.contributions) as { name: string; share: number }[];
  const text = parts
    .slice(0, 3)
    .map(({ name, share }) => `${quantityWord(view, asset, name)} ${formatShare(share)}`);
  return h('p', { class: 'muted' }, `${t('contributions')}: ${text.join(', ')}`);
}
