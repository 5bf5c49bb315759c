import { api, type CarbonAnswer, type CostAnswer, type DemandAnswer, RequestFailure } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { spanQuery } from '../../app/time-range.ts';
import { bullet } from '../../parts/bullet.ts';

/** What the day has cost and given off so far, and how near the running quarter of an hour is to the demand limit. */
export async function energyFacts({ view, live, signal }: PageContext): Promise<HTMLElement> {
  const endMs = live.nowMs();
  const today = spanQuery({ startMs: view.calendar.startOf('day', endMs), endMs });
  const [demand, cost, carbon] = await Promise.all([
    api.demand(today, signal),
    unlessUnset(api.cost(today, signal)),
    api.carbon(today, signal),
  ]);
  return h('dl', { class: 'glance-facts' }, demandFact(demand), cost && costFact(cost), carbonFact(carbon));
}

/** A plant without a tariff has no cost to show; that is no failure of the page. */
async function unlessUnset(answer: Promise<CostAnswer>): Promise<CostAnswer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RequestFailure && error.status >= 400 && error.status < 500) return undefined;
    throw error;
  }
}

function demandFact({ meters }: DemandAnswer): HTMLElement[] {
  return meters.flatMap(({ running, basis }) =>
    running === undefined
      ? []
      : fact(
          t('demandRunning'),
          bullet({ value: running.expectedKw, limit: running.limitKw, unit: 'kW' }),
          basis,
        ),
  );
}

function costFact({ currency, meters }: CostAnswer): HTMLElement[] {
  const supplies = meters.filter(({ parent }) => parent === undefined);
  const cost = supplies.reduce((sum, meter) => sum + (meter.cost ?? 0), 0);
  const completeness = Math.min(1, ...supplies.map((meter) => meter.completeness));
  return fact(t('costToday'), `${formatNumber(cost)} ${currency}`, completeText(completeness));
}

function carbonFact({ carriers }: CarbonAnswer): HTMLElement[] {
  const kg = carriers.reduce((sum, row) => sum + (row.kgCo2 ?? 0), 0);
  const completeness = Math.min(1, ...carriers.map((row) => row.completeness));
  return carriers.length === 0
    ? []
    : fact(t('carbonToday'), `${formatNumber(kg)} kg CO₂`, completeText(completeness));
}

const completeText = (completeness: number): string => `${t('completeness')} ${formatShare(completeness)}`;

function fact(name: string, value: HTMLElement | string, note: string | undefined): HTMLElement[] {
  return [
    h('dt', {}, name),
    h(
      'dd',
      { ...(note !== undefined && { title: note }) },
      typeof value === 'string' ? h('b', {}, value) : value,
    ),
  ];
}
