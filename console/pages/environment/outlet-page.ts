import { type AssetAnswer, api, type ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare, withUnit } from '../../app/format.ts';
import { heading, t } from '../../app/language.ts';
import { groupBy } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState, region } from '../../parts/states.ts';
import { flagBands, transientBands } from './flags.ts';
import { pollutantLabel, pollutantUnit } from './hourly.ts';
import { pollutantPanel } from './outlet-chart.ts';

/** One outlet: each pollutant against its limit, flags and validity, days and what hours were lost to. */
export function outletPage(context: PageContext, asset: AssetAnswer): HTMLElement {
  return h(
    'div',
    { class: 'stack' },
    h('p', { class: 'crumbs' }, h('a', { href: '/environment' }, `← ${t('environment')}`)),
    h('h1', {}, asset.name),
    region(() => facts(context, asset), context.signal, 2),
    region(() => charts(context, asset), context.signal, 12),
    region(() => days(context, asset), context.signal, 6),
    region(() => validity(context, asset), context.signal, 4),
  );
}

async function facts({ signal }: PageContext, asset: AssetAnswer): Promise<HTMLElement> {
  const outlet = (await api.outlets(signal)).find((one) => one.asset === asset.id);
  const words = [outlet?.outletCode, outlet?.standard, outlet?.permit, outlet?.sources].filter(
    (one) => one !== undefined,
  );
  return h('p', { class: 'muted' }, words.join(' · '));
}

async function charts(context: PageContext, asset: AssetAnswer): Promise<HTMLElement> {
  const measurement = asset.nature === 'stack-monitor' ? 'stack_hourly' : 'water_hourly';
  const query = { ...spanQuery(context.range), asset: asset.id };
  const rows = await hoursOf(context, measurement, query);
  if (rows.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  const bands = [...transientBands(rows), ...(await flagBands(context, asset.id))];
  const panels = [...groupBy(rows, (row) => row.series.pollutant ?? '')].map(([pollutant, own]) =>
    pollutantPanel(context, asset, pollutant, own, bands),
  );
  return h('div', { class: 'outlets' }, await Promise.all(panels));
}

async function hoursOf(
  { signal }: PageContext,
  measurement: string,
  { asset, ...span }: { asset: string; from: string; to: string },
): Promise<ResultAnswer[]> {
  const rows = await api.results(measurement, span, signal);
  return rows.filter(({ series }) => series.asset === asset);
}

async function days(context: PageContext, asset: AssetAnswer): Promise<HTMLElement> {
  const query = { ...spanQuery(context.range), asset: asset.id, period: 'day' };
  const rows = await api.outletPeriods(query, context.signal);
  const today = context.view.calendar.dayKey(context.live.nowMs());
  const table = dataTable(`days-${asset.id}`, rows, [
    { head: heading('day'), value: (row) => row.period },
    { head: t('pollutant'), value: (row) => pollutantLabel(context.view, row.asset, row.pollutant) },
    { head: t('validHours'), isNumber: true, value: (row) => row.validHours },
    { head: t('validity'), value: (row) => verdictOf(row, today) },
    {
      head: t('meanColumn'),
      isNumber: true,
      value: (row) => row.mean,
      show: (row) => withUnit(number(row.mean), pollutantUnit(context.view, row.asset, row.pollutant)),
    },
    {
      head: t('massColumn'),
      isNumber: true,
      value: (row) => row.totalKg,
      show: (row) => number(row.totalKg),
    },
    {
      head: t('substitutedColumn'),
      isNumber: true,
      value: (row) => row.substitutedKg,
      show: (row) => number(row.substitutedKg),
    },
  ]);
  return panel({ title: t('validityDays') }, rows.length > 0 ? table : emptyState(t('noResults')));
}

async function validity(context: PageContext, asset: AssetAnswer): Promise<HTMLElement> {
  const all = await api.validity(spanQuery(context.range), context.signal);
  const rows = all.filter((row) => row.asset === asset.id);
  const table = dataTable(`validity-${asset.id}`, rows, [
    { head: t('pollutant'), value: (row) => pollutantLabel(context.view, row.asset, row.pollutant) },
    {
      head: t('capture'),
      isNumber: true,
      value: (row) => row.captureRate,
      show: (row) =>
        row.captureRate === undefined ? '–' : `${row.flagged ? '▲ ' : ''}${formatShare(row.captureRate)}`,
    },
    { head: t('lostTo'), value: (row) => words(row.causes) },
    { head: t('doubtsColumn'), value: (row) => words(row.doubts) },
  ]);
  return panel({ title: t('validityTitle') }, rows.length > 0 ? table : emptyState(t('noResults')));
}

function verdictOf(
  { period, valid }: { readonly period: string; readonly valid: boolean },
  today: string,
): string {
  if (valid) return `✓ ${t('validDay')}`;
  return period === today ? `○ ${t('runsDay')}` : `✕ ${t('invalidDay')}`;
}

const number = (value: number | undefined): string => (value === undefined ? '–' : formatNumber(value));

/** `missing:3;calibration:1` as `missing 3 h, calibration 1 h`. */
const words = (counted: string): string =>
  counted === ''
    ? '–'
    : counted
        .split(';')
        .map((one) => `${one.replace(':', ' ')} h`)
        .join(', ');
