import { api, type ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, withUnit } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState } from '../../parts/states.ts';
import { hourlyOf, lastWholeHour, pollutantLabel } from './hourly.ts';

/** Each source with its treatment and outlet, in the order of the flow; states by word, shape and colour. */
export async function sourcePlan(context: PageContext): Promise<HTMLElement> {
  const { signal, live } = context;
  const nowMs = live.nowMs();
  const span = { from: new Date(nowMs - 6 * 3_600_000).toISOString(), to: new Date(nowMs).toISOString() };
  const [outlets, stack, water, treatment] = await Promise.all([
    api.outlets(signal),
    ...['stack_hourly', 'water_hourly', 'treatment_state'].map((name) => api.results(name, span, signal)),
  ]);
  if (outlets.length === 0) return h('div', { hidden: true });
  const hours = [...(stack ?? []), ...(water ?? [])];
  const rows = outlets.map((outlet) =>
    h(
      'div',
      { class: 'plan-row' },
      (outlet.sources ?? '')
        .split(';')
        .filter((id) => id !== '')
        .map((id) => [box(context, id, []), arrow()]),
      (outlet.facilities ?? '')
        .split(';')
        .filter((id) => id !== '')
        .map((id) => [box(context, id, treatmentState(id, treatment ?? [])), arrow()]),
      outletBox(context, outlet.asset, hours),
    ),
  );
  return panel({ title: t('sourcePlan') }, rows.length > 0 ? h('div', {}, rows) : emptyState(t('nothing')));
}

const arrow = (): HTMLElement => h('span', { class: 'plan-arrow', 'aria-hidden': 'true' }, '→');

interface State {
  readonly text: string;
  readonly isBad: boolean;
}

function box({ view }: PageContext, asset: string, states: readonly State[], href?: string): HTMLElement {
  return h(
    'a',
    {
      class: 'plan-box',
      href: href ?? `/assets/${encodeURIComponent(asset)}`,
      'data-bad': states.some(({ isBad }) => isBad),
    },
    h('strong', {}, assetName(view, asset)),
    states.map(({ text, isBad }) => h('span', {}, `${isBad ? '▲' : '✓'} ${text}`)),
  );
}

function treatmentState(asset: string, rows: readonly ResultAnswer[]): State[] {
  const last = rows.findLast(({ series }) => series.asset === asset);
  if (!last) return [];
  const verdict = String(last.fields.verdict);
  if (verdict === 'off') return [{ text: t('treatment-off'), isBad: true }];
  if (verdict === 'under-powered') return [{ text: t('treatment-under-powered'), isBad: true }];
  return [{ text: t('running'), isBad: false }];
}

/** The outlet with the pollutant that is nearest to its limit. */
function outletBox(context: PageContext, asset: string, rows: readonly ResultAnswer[]): HTMLElement {
  const own = rows.filter(({ series }) => series.asset === asset);
  const pollutants = [...new Set(own.map(({ series }) => series.pollutant ?? ''))];
  const lasts = pollutants.flatMap((pollutant) => {
    const hours = own
      .filter(({ series }) => series.pollutant === pollutant)
      .flatMap((row) => hourlyOf(row) ?? []);
    return lastWholeHour(hours) ?? [];
  });
  const [worst] = lasts
    .filter(({ limit, pollutant }) => limit !== undefined && pollutant !== 'ph')
    .sort((a, b) => (b.corrected ?? 0) / (b.limit ?? 1) - (a.corrected ?? 0) / (a.limit ?? 1));
  const href = `/environment/${encodeURIComponent(asset)}`;
  if (!worst) return box(context, asset, [], href);
  const isBad = (worst.corrected ?? 0) > (worst.limit ?? Number.POSITIVE_INFINITY);
  const value = withUnit(formatNumber(worst.corrected ?? 0), worst.unit);
  const text = `${pollutantLabel(context.view, asset, worst.pollutant)} ${value} / ${formatNumber(worst.limit ?? 0)}`;
  return box(context, asset, [{ text, isBad }], href);
}
