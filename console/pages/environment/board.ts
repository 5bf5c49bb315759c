import { api, type ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatMinute, formatNumber, formatShare, formatTime, withUnit } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { groupBy } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { bullet } from '../../parts/bullet.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState } from '../../parts/states.ts';
import { pollutantLabel } from './hourly.ts';

const nameOf = ({ view }: PageContext, id: string): string =>
  view.assets.find((asset) => asset.id === id)?.name ?? id;

/** The newest row of each station. */
function newest(rows: readonly ResultAnswer[]): ResultAnswer[] {
  return [...groupBy(rows, (row) => row.series.asset ?? '').values()].flatMap((own) => own.at(-1) ?? []);
}

/** Air quality index of each station in the colour that the standard prescribes, and its hours. */
export async function aqiBoard(context: PageContext): Promise<HTMLElement> {
  const rows = await api.results('ambient_aqi', spanQuery(context.range), context.signal);
  const published = rows.filter((row) => typeof row.fields.aqi === 'number');
  const cards = newest(published).map((row) => aqiCard(context, row, published));
  return panel({ title: t('aqi') }, cards.length > 0 ? h('div', {}, cards) : emptyState(t('noResults')));
}

function aqiCard(context: PageContext, row: ResultAnswer, all: readonly ResultAnswer[]): HTMLElement {
  const { aqi, category, edition, primary } = row.fields;
  const asset = row.series.asset ?? '';
  const facts = [String(category), String(edition), formatMinute(Date.parse(row.time), context.view.zone)];
  if (primary !== '')
    facts.push(`${t('primaryPollutant')}: ${primaryNames(context, asset, String(primary))}`);
  return h(
    'div',
    { class: 'aqi' },
    h('span', { class: 'aqi-index', 'data-level': levelOf(row) }, String(aqi)),
    h('span', {}, nameOf(context, asset), h('span', { class: 'muted small' }, ` ${facts.join(' · ')}`)),
    h(
      'span',
      { class: 'aqi-hours', role: 'img', 'aria-label': t('aqi') },
      all
        .filter((one) => one.series.asset === asset)
        .map((one) => {
          const time = formatMinute(Date.parse(one.time), context.view.zone);
          const title = `${time}: ${one.fields.aqi} ${one.fields.category}`;
          return h('i', { 'data-level': levelOf(one), title });
        }),
    ),
  );
}

/** 1 excellent to 6 severe: the style sheet holds the official colour of each. */
function levelOf({ fields }: ResultAnswer): number {
  const upTo = [50, 100, 150, 200, 300].findIndex((bound) => Number(fields.aqi) <= bound);
  return upTo < 0 ? 6 : upTo + 1;
}

const primaryNames = ({ view }: PageContext, asset: string, primary: string): string =>
  primary
    .split(';')
    .map((item) => pollutantLabel(view, asset, item))
    .join(', ');

/** The last hour of each meter against the limit of its class. */
export async function noiseBoard(context: PageContext): Promise<HTMLElement> {
  const rows = await api.results('noise_hourly', spanQuery(context.range), context.signal);
  const lines = newest(rows).map(({ series, time, fields }) =>
    h(
      'div',
      { class: 'pollutant' },
      h('h3', {}, nameOf(context, series.asset ?? '')),
      bullet({ value: Number(fields.leq), limit: numberOf(fields.limit), unit: 'dB(A)' }),
      h('p', { class: 'muted small' }, noiseFacts(context, time, fields)),
    ),
  );
  return panel({ title: t('noise') }, lines.length > 0 ? h('div', {}, lines) : emptyState(t('noResults')));
}

function noiseFacts({ view }: PageContext, time: string, fields: ResultAnswer['fields']): string {
  const levels = (['l10', 'l50', 'l90', 'lmax'] as const).map(
    (name) => `${name === 'lmax' ? 'Lmax' : name.toUpperCase()} ${Number(fields[name]).toFixed(1)}`,
  );
  const period = fields.period === 'night' ? t('night') : t('day');
  return [formatMinute(Date.parse(time), view.zone), period, ...levels, String(fields.edition)].join(' · ');
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** This year's emission against the permitted totals, with the projection to its end. */
export async function permitBoard(context: PageContext): Promise<HTMLElement> {
  const rows = await api.permits(context.signal);
  const lines = rows.map((row) =>
    h(
      'div',
      { class: 'pollutant' },
      h(
        'h3',
        {},
        `${nameOf(context, row.asset)} · ${pollutantLabel(context.view, row.asset, row.pollutant)}`,
      ),
      bullet({ value: row.emittedT, limit: row.permitT, unit: 't' }),
      h('p', { class: 'muted small' }, permitFacts(row)),
    ),
  );
  return panel({ title: t('permits') }, lines.length > 0 ? h('div', {}, lines) : emptyState(t('noResults')));
}

const verdicts = { within: 'within', 'early-warning': 'earlyWarning', exceeded: 'exceeded' } as const;

function permitFacts(row: Awaited<ReturnType<typeof api.permits>>[number]): string {
  const verdict = verdicts[row.verdict as keyof typeof verdicts];
  const facts = [t(verdict), `${t('completeness')} ${formatShare(row.coveredShare)}`];
  if (row.projectedT !== undefined)
    facts.push(`${t('projected')} ${withUnit(formatNumber(row.projectedT), 't')}`);
  return facts.join(' · ');
}

/** Episodes above a limit over the range. */
export async function episodeBoard(context: PageContext): Promise<HTMLElement> {
  const rows = await api.exceedances(spanQuery(context.range), context.signal);
  if (rows.length === 0) return panel({ title: t('episodes') }, emptyState(t('nothing')));
  const zone = context.view.zone;
  const table = dataTable('exceedances', rows, [
    {
      head: t('start'),
      value: (row) => row.start,
      show: (row) => formatTime(Date.parse(row.start), zone),
    },
    { head: t('hours'), isNumber: true, value: (row) => row.hours },
    { head: t('asset'), value: (row) => nameOf(context, row.asset) },
    {
      head: t('pollutant'),
      value: (row) =>
        row.pollutant === 'noise' ? t('noise') : pollutantLabel(context.view, row.asset, row.pollutant),
    },
    { head: t('peak'), isNumber: true, value: (row) => row.peak, show: (row) => formatNumber(row.peak) },
    { head: t('limit'), isNumber: true, value: (row) => row.limit },
  ]);
  return panel({ title: t('episodes'), note: t('hourlyMean') }, table);
}
