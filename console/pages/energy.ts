import { dayMs } from '../../model/window.ts';
import { api, type Consumption } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { t } from '../app/language.ts';
import { spanQuery } from '../app/time-range.ts';
import { panel } from '../parts/panel.ts';
import { emptyState, region } from '../parts/states.ts';
import { consumptionBars } from './energy/consumption-bars.ts';
import { energyFlow } from './energy/energy-flow.ts';
import { loadCurve } from './energy/load-curve.ts';
import { meterTable } from './energy/meter-table.ts';
import { weekHeat } from './energy/week-heat.ts';

/** Scenario 31: where the energy goes and when, each figure with its completeness. */
export const energyPage: Page = {
  hasRange: true,
  render(context: PageContext): HTMLElement {
    return h(
      'div',
      { class: 'stack' },
      h('h1', { class: 'sr-only' }, t('energy')),
      panel(
        { title: t('loadCurve') },
        region(() => loadCurve(context), context.signal, 8),
      ),
      region(() => results(context), context.signal, 12),
    );
  },
};

async function results(context: PageContext): Promise<HTMLElement> {
  const meters = await loadMeters(context);
  if (meters.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  const electricity = meters.filter((meter) => meter.carrier === 'electricity');
  return h(
    'div',
    { class: 'columns' },
    electricity.length > 0 && [
      panel({ title: t('electricityFlow'), class: 'half' }, energyFlow(context, electricity)),
      panel(
        { title: t('weekHeat'), class: 'half' },
        region(() => weekHeat(context), context.signal, 6),
      ),
      panel({ title: t('consumption'), class: 'full' }, consumptionBars(context, electricity)),
    ],
    panel({ title: t('meters'), class: 'full' }, meterTable(context, meters)),
  );
}

function loadMeters({ range, signal }: PageContext): Promise<Consumption[]> {
  const every = range.endMs - range.startMs > 3 * dayMs ? 'day' : 'hour';
  return api.consumption({ ...spanQuery(range), every }, signal);
}
