import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, unitOf } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { emptyState } from '../../parts/states.ts';
import { figure } from './figure-cells.ts';
import { completenessColumn } from './figure-columns.ts';

/** Each meter that has sub-meters: measured, their sum, known loss, and what nobody explains. */
export async function balanceTable({ range, signal }: PageContext): Promise<HTMLElement> {
  const carriers = await api.balance(spanQuery(range), signal);
  const rows = carriers.flatMap(({ carrier, meters }) =>
    meters
      .filter((meter) => meters.some(({ parent }) => parent === meter.asset))
      .map((meter) => ({ carrier, ...meter })),
  );
  if (rows.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  return dataTable('balance', rows, [
    {
      head: t('meter'),
      value: ({ name }) => name,
      show: ({ asset, name }) => h('a', { href: `/assets/${asset}` }, name),
    },
    { head: t('carrier'), value: ({ carrier }) => wordFor(carrier) },
    {
      head: t('measured'),
      isNumber: true,
      value: ({ measured }) => measured,
      show: ({ measured }) => figure(measured),
    },
    {
      head: t('childrenSum'),
      isNumber: true,
      value: ({ childrenSum }) => childrenSum,
      show: ({ childrenSum }) => figure(childrenSum),
    },
    { head: t('knownLoss'), isNumber: true, value: ({ loss }) => loss, show: ({ loss }) => figure(loss) },
    {
      head: t('unexplained'),
      isNumber: true,
      value: ({ unexplained }) => unexplained,
      show: ({ unexplained, unexplainedPct }) =>
        unexplained === undefined
          ? '–'
          : `${unexplained < 0 ? '▼ ' : ''}${formatNumber(unexplained)} (${(unexplainedPct ?? 0).toFixed(1)} %)`,
    },
    { head: t('unit'), value: ({ unit }) => unitOf(unit) },
    completenessColumn(),
  ]);
}
