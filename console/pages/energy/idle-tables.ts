import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatShare } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { emptyState } from '../../parts/states.ts';
import { completenessColumn, figureColumn } from './figure-columns.ts';

/** What machines draw while they stand still, and what every meter draws at night. */
export async function idleTables({ view, range, signal }: PageContext): Promise<HTMLElement> {
  const { machines, night } = await api.idle(spanQuery(range), signal);
  const nights = [...night.meters].sort((a, b) => b.nightKwh - a.nightKwh);
  return h(
    'div',
    { class: 'stack-s' },
    machines.length === 0
      ? emptyState(t('noIdle'), t('noIdleHint'))
      : dataTable('energy-idle', machines, [
          {
            head: t('machine'),
            value: ({ name }) => name,
            show: ({ machine, name }) => h('a', { href: `/assets/${machine}` }, name),
          },
          { head: t('state'), value: ({ state }) => wordFor(state) },
          figureColumn(t('meanPower'), ({ meanKw }) => meanKw, 'kW'),
          figureColumn(t('hours'), ({ hours }) => hours, 'h'),
          figureColumn(t('consumption'), ({ energyKwh }) => energyKwh, 'kWh'),
          completenessColumn(),
        ]),
    h('h3', {}, `${t('nightTitle')} ${night.from}–${night.to}`),
    nights.length === 0
      ? emptyState(t('noNight'))
      : dataTable('energy-night', nights, [
          { head: t('meter'), value: ({ meter }) => assetName(view, meter) },
          figureColumn(t('consumption'), ({ nightKwh }) => nightKwh, 'kWh'),
          figureColumn(t('meanPower'), ({ nightKw }) => nightKw, 'kW'),
          {
            head: t('share'),
            isNumber: true,
            value: ({ share }) => share,
            show: ({ share }) => formatShare(share),
          },
          completenessColumn(),
        ]),
  );
}
