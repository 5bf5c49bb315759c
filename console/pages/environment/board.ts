import { api, type ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h, svg } from '../../app/dom.ts';
import { formatMinute, formatNumber, formatShare, withUnit } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { groupBy } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { bullet } from '../../parts/bullet.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState } from '../../parts/states.ts';
import { pollutantLabel } from './hourly.ts';
import { levelOf } from './tables.ts';

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
    h('span', { class: 'aqi-index', 'data-level': levelOf(Number(aqi)) }, String(aqi)),
    h('span', {}, nameOf(context, asset), h('span', { class: 'muted small' }, ` ${facts.join(' · ')}`)),
    h(
      'span',
      { class: 'aqi-hours', role: 'img', 'aria-label': t('aqi') },
      all
        .filter((one) => one.series.asset === asset)
        .map((one) => {
          const time = formatMinute(Date.parse(one.time), context.view.zone);
          const title = `${time}: ${one.fields.aqi} ${one.fields.category}`;
          return h('i', { 'data-level': levelOf(Number(one.fields.aqi)), title });
        }),
    ),
  );
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
      bullet({
        value: numberOf(fields.value) ?? numberOf(fields.leq),
        limit: numberOf(fields.limit),
        unit: 'dB(A)',
      }),
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

/** Emission of the running year and month against the permitted totals, with the projection to the end. */
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
        h('span', { class: 'muted' }, ` ${t(row.period === 'month' ? 'permitMonth' : 'permitYear')}`),
      ),
      permitBar(row),
      h('p', { class: 'muted small' }, permitFacts(row)),
    ),
  );
  return panel({ title: t('permits') }, lines.length > 0 ? h('div', {}, lines) : emptyState(t('noResults')));
}

type Permit = Awaited<ReturnType<typeof api.permits>>[number];

/** What was emitted, what is projected behind it, and the total as a line. */
function permitBar(row: Permit): HTMLElement {
  const scale = Math.max(row.permitT * 1.15, row.emittedT, row.projectedT ?? 0) || 1;
  const widthOf = (mass: number): number => Math.min(100, (mass / scale) * 100);
  const text = massOf(row.emittedT);
  return h(
    'span',
    { class: 'bullet', 'data-over': row.verdict === 'exceeded' },
    svg(
      'svg',
      { class: 'bullet-svg', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('rect', { class: 'bullet-track', x: 0, y: 2, width: 100, height: 6 }),
      svg('rect', { class: 'permit-projection', x: 0, y: 3, width: widthOf(row.projectedT ?? 0), height: 4 }),
      svg('rect', { class: 'bullet-fill', x: 0, y: 2, width: widthOf(row.emittedT), height: 6 }),
      svg('line', {
        class: 'bullet-limit',
        x1: widthOf(row.permitT),
        x2: widthOf(row.permitT),
        y1: 0,
        y2: 10,
      }),
    ),
    h('span', { class: 'bullet-text' }, row.verdict === 'within' ? '' : '▲ ', text),
    h('span', { class: 'muted bullet-limit-text' }, `${t('limit')} ${massOf(row.permitT)}`),
  );
}

/** Tonnes as the permit prints them; small ones in kilograms. */
const massOf = (tonnes: number): string =>
  tonnes < 0.1 ? withUnit(formatNumber(tonnes * 1000), 'kg') : withUnit(formatNumber(tonnes), 't');

const verdicts = { within: 'within', 'early-warning': 'earlyWarning', exceeded: 'exceeded' } as const;

function permitFacts(row: Permit): string {
  const verdict = verdicts[row.verdict as keyof typeof verdicts];
  const facts = [t(verdict), `${t('completeness')} ${formatShare(row.coveredShare)}`];
  if (row.projectedT !== undefined) facts.push(`${t('projected')} ${massOf(row.projectedT)}`);
  return facts.join(' · ');
}
