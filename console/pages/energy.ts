import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { t } from '../app/language.ts';
import { emptyState } from '../parts/states.ts';
import { baselineView } from './energy/baseline-view.ts';
import { costView } from './energy/cost-view.ts';
import { dataView } from './energy/data-view.ts';
import { type EnergyView, energyTabs, viewOf } from './energy/energy-tabs.ts';
import { flowView } from './energy/flow-view.ts';
import { reportView } from './energy/report-view.ts';
import { useView } from './energy/use-view.ts';

const views: Readonly<Record<EnergyView, (context: PageContext) => readonly HTMLElement[]>> = {
  '': flowView,
  cost: costView,
  baseline: baselineView,
  use: useView,
  data: dataView,
  report: reportView,
};

/** Scenario 31: where the energy goes and when, what it costs, what was to be expected, and how well it is known. */
export const energyPage: Page = {
  hasRange: true,
  render(context: PageContext): HTMLElement {
    const view = viewOf(context);
    if (view === undefined)
      return emptyState(t('noSuchPage'), undefined, h('a', { href: '/energy' }, t('energy')));
    return h(
      'div',
      { class: 'stack' },
      h('h1', { class: 'sr-only' }, t('energy')),
      energyTabs(context, view),
      views[view](context),
    );
  },
};
