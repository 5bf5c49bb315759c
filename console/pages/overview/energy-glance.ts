import { dayMs } from '../../../model/window.ts';
import { api, type Consumption, type TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import type { DayTrends } from '../../app/day-trends.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare, unitOf } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { groupBy } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { sparkline } from '../../charts/sparkline.ts';
import { panel } from '../../parts/panel.ts';
import { plainTable } from '../../parts/plain-table.ts';
import { keepFresh, readingCell } from '../../parts/reading-cell.ts';
import { emptyState, region } from '../../parts/states.ts';
import { energyFacts } from './energy-facts.ts';

/** Power now with its day, and what each carrier has used today against yesterday at this time. */
export function energyGlance(context: PageContext, trends: Promise<DayTrends>): HTMLElement {
  const power = incomingPower(context);
  return panel(
    { title: t('energy'), href: '/energy' },
    power && powerNow(context, power, trends),
    region(() => energyFacts(context), context.signal, 3),
    region(async () => carrierTable(await loadToday(context), context.live.nowMs()), context.signal),
  );
}

/** The active power of the meter that all others hang under. */
function incomingPower({ view }: PageContext): TagAnswer | undefined {
  const top = view.assets.filter((asset) => asset.carrier === 'electricity' && asset.parent === undefined);
  return top.flatMap((asset) => view.tag.get(`${asset.id}.activePower`) ?? [])[0];
}

function powerNow(
  { live, view, signal }: PageContext,
  tag: TagAnswer,
  trends: Promise<DayTrends>,
): HTMLElement {
  const cell = readingCell(tag, live, view.zone);
  keepFresh(new Map([[tag.tag, [cell]]]), live, signal);
  const line = region(
    async () => {
      const { points, startMs, endMs, stepMs } = await trends;
      const label = `${t('powerNow')}: ${t('last24')}`;
      return sparkline(points.get(tag.tag) ?? [], {
        startMs,
        endMs,
        gapMs: stepMs * 4,
        label,
        width: 320,
        height: 56,
        isFilled: true,
      });
    },
    signal,
    1,
  );
  return h(
    'a',
    { class: 'hero', href: `/trend?tags=${encodeURIComponent(tag.tag)}` },
    h('span', { class: 'hero-label' }, t('powerNow')),
    cell.element,
    line,
  );
}

async function loadToday({ view, live, signal }: PageContext): Promise<readonly Consumption[]> {
  const nowMs = live.nowMs();
  const startMs = view.calendar.startOf('day', view.calendar.startOf('day', nowMs) - 1);
  return api.consumption({ ...spanQuery({ startMs, endMs: nowMs }), every: 'interval' }, signal);
}

function carrierTable(meters: readonly Consumption[], nowMs: number): HTMLElement {
  const carriers = groupBy(
    meters.filter((meter) => meter.parent === undefined),
    (meter) => meter.carrier,
  );
  if (carriers.size === 0) return emptyState(t('noResults'), t('noResultsHint'));
  return plainTable(
    [t('carrier'), t('today'), t('yesterdayThen')],
    [...carriers].map(([carrier, own]) => carrierRow(carrier, own, nowMs)),
  );
}

function carrierRow(carrier: string, meters: readonly Consumption[], nowMs: number): HTMLElement {
  const points = meters.flatMap((meter) => meter.points);
  const dayKey = points.at(-1)?.start.slice(0, 10);
  const today = points.filter(({ start }) => start.slice(0, 10) === dayKey);
  const before = points.filter(
    ({ start }) => start.slice(0, 10) !== dayKey && Date.parse(start) + dayMs < nowMs,
  );
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, wordFor(carrier)),
    h(
      'td',
      { class: 'num' },
      formatNumber(sumOf(today)),
      h('span', { class: 'unit' }, ` ${unitOf(meters[0]?.unit ?? '')} ${t('today')}`),
    ),
    h('td', { class: 'num muted', title: t('yesterdayThen') }, changeText(today, before)),
  );
}

type Points = Consumption['points'];

const sumOf = (points: Points): number => points.reduce((total, { value }) => total + value, 0);

/** A day that is known in part is nothing to compare with. */
const LEAST_SHARE = 0.95;

function changeText(today: Points, before: Points): string {
  const yesterday = sumOf(before);
  if (yesterday <= 0 || before.length < today.length * LEAST_SHARE) return '–';
  const change = sumOf(today) / yesterday - 1;
  const arrow = change > 0.005 ? '▲' : change < -0.005 ? '▼' : '=';
  return `${arrow} ${formatShare(Math.abs(change))}`;
}
