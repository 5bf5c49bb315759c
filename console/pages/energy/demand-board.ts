import { api, type DemandAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatClock, formatMinute } from '../../app/format.ts';
import { heading, t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { bullet } from '../../parts/bullet.ts';
import { emptyState } from '../../parts/states.ts';
import { completenessCell, fact, facts, figure } from './figure-cells.ts';

type Meter = DemandAnswer['meters'][number];

/** The demand window that runs now against the limit, and the month's maximum, of each meter with a limit. */
export async function demandBoard(context: PageContext): Promise<HTMLElement> {
  const { view, live, signal } = context;
  const month = view.calendar.startOf('month', live.nowMs());
  const { meters, edition } = await api.demand(spanQuery({ startMs: month, endMs: live.nowMs() }), signal);
  const limited = meters.filter(({ limitKw }) => limitKw !== undefined);
  if (meters.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  if (limited.length === 0) return emptyState(t('noDemandLimit'), t('noDemandLimitHint'));
  return h(
    'div',
    { class: 'stack-s' },
    limited.map((meter) => meterBoard(context, meter)),
    h('p', { class: 'muted' }, `${edition} · ${t('demandNote')}`),
  );
}

function meterBoard({ view }: PageContext, meter: Meter): HTMLElement {
  const { running, limitKw, basis } = meter;
  const month = meter.months.at(-1);
  const warning = running?.warning ?? 'none';
  return h(
    'div',
    { class: 'stack-s' },
    h('h3', {}, assetName(view, meter.asset)),
    running
      ? h(
          'p',
          { class: 'reading', ...(warning !== 'none' && { 'data-exceeding': '' }) },
          warning === 'none' ? '● ' : '▲ ',
          t(`demandWarning-${warning}`),
        )
      : h('p', { class: 'muted' }, t('noRunningDemand')),
    running && bullet({ value: running.expectedKw, limit: running.limitKw, unit: 'kW' }),
    facts(
      running && fact(t('expectedDemand'), figure(running.expectedKw, 'kW'), t('ifLoadStays')),
      running && fact(t('certainDemand'), figure(running.certainKw, 'kW')),
      running && fact(t('allowedLoad'), figure(running.allowedKw, 'kW'), untilEnd(view.zone, running.end)),
      running && fact(t('completeness'), completenessCell(running.completeness)),
      month &&
        fact(
          t('monthMaximum'),
          figure(month.demandKw, 'kW'),
          formatMinute(Date.parse(month.start), view.zone),
        ),
      month?.slidingKw !== undefined && fact(t('slidingMaximum'), figure(month.slidingKw, 'kW')),
      fact(heading('limit'), figure(limitKw, 'kW'), basis === undefined ? '' : wordFor(`basis-${basis}`)),
    ),
  );
}

const untilEnd = (zone: string, end: string): string =>
  `${t('to')} ${formatClock(Date.parse(end), zone).slice(0, 5)}`;
