import { dayMs } from '../../../model/window.ts';
import { api, type Consumption } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { t } from '../../app/language.ts';
import { spanQuery } from '../../app/time-range.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState, region } from '../../parts/states.ts';
import { balanceTable } from './balance-table.ts';
import { consumptionBars } from './consumption-bars.ts';
import { demandBoard } from './demand-board.ts';
import { energyFlow } from './energy-flow.ts';
import { loadCurve } from './load-curve.ts';
import { meterTable } from './meter-table.ts';
import { tableFiles } from './table-files.ts';
import { weekHeat } from './week-heat.ts';

/** Load, demand, flow and balance. */
export const flowView = (context: PageContext): readonly HTMLElement[] => [
  panel(
    { title: t('loadCurve'), actions: tableFiles('demand', context.range) },
    region(() => loadCurve(context), context.signal, 8),
  ),
  panel(
    { title: t('runningDemand') },
    region(() => demandBoard(context), context.signal, 3),
  ),
  region(() => results(context), context.signal, 12),
  panel(
    { title: t('balance'), note: t('balanceNote'), actions: tableFiles('balance', context.range) },
    region(() => balanceTable(context), context.signal, 6),
  ),
];

async function results(context: PageContext): Promise<HTMLElement> {
  const all = await loadMeters(context);
  if (all.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  const electricity = all.filter((meter) => meter.carrier === 'electricity' && meter.isVirtual !== true);
  return h(
    'div',
    { class: 'columns' },
    electricity.length > 0 && [
      panel({ title: t('electricityFlow'), class: 'half' }, energyFlow(context, electricity)),
      panel(
        { title: t('weekHeat'), class: 'half' },
        region(() => weekHeat(context), context.signal, 6),
      ),
      panel(
        { title: t('consumption'), class: 'full', actions: tableFiles('consumption', context.range) },
        consumptionBars(context, electricity),
      ),
    ],
    panel({ title: t('meters'), class: 'full' }, meterTable(context, all)),
  );
}

function loadMeters({ range, signal }: PageContext): Promise<Consumption[]> {
  const every = range.endMs - range.startMs > 3 * dayMs ? 'day' : 'hour';
  return api.consumption({ ...spanQuery(range), every }, signal, true);
}
