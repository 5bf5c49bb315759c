import { api, type TagAnswer } from '../app/api.ts';

import type { Page, PageContext } from '../app/context.ts';
import { loadDayTrends } from '../app/day-trends.ts';
import { h } from '../app/dom.ts';
import { t } from '../app/language.ts';
import { groupBy, type PlantView, tagsOfAsset } from '../app/plant-view.ts';
import { spanQuery } from '../app/time-range.ts';
import { panel } from '../parts/panel.ts';
import { keepFresh, type ReadingCell } from '../parts/reading-cell.ts';
import { emptyState, region } from '../parts/states.ts';
import { attentionTable } from './equipment/attention-table.ts';
import { machinePage } from './equipment/machine/machine-page.ts';
import { type Machine, machineCard } from './equipment/machine-card.ts';
import { stateTimeline } from './equipment/state-timeline.ts';

/** Scenario 24: the fleet, each machine with its state, its vibration zone and the trend behind it. */
export const equipmentPage: Page = {
  hasRange: true,
  render(context: PageContext): HTMLElement {
    const [asset] = context.rest;
    if (asset !== undefined) return machinePage(context, asset);
    return h(
      'div',
      { class: 'stack' },
      h('h1', { class: 'sr-only' }, t('equipment')),
      region(() => attention(context), context.signal, 6),
      region(() => fleet(context), context.signal, 10),
    );
  },
};

async function attention({ signal, view }: PageContext): Promise<HTMLElement> {
  return attentionTable(view, await api.fleet(signal));
}

async function fleet(context: PageContext): Promise<HTMLElement> {
  const { view, live, range, signal } = context;
  const [trends, states, severities] = await Promise.all([
    loadDayTrends(fleetTags(view), live.nowMs(), signal),
    api.results('machine_state', spanQuery(range), signal),
    api.results('vibration_severity', spanQuery(range), signal),
  ]);
  const statesOf = groupBy(states, (row) => row.series.asset ?? '');
  const severitiesOf = groupBy(severities, (row) => row.series.asset ?? '');
  const machines = view.assets
    .filter((asset) => asset.scenario === 'equipment')
    .map((asset) => ({
      asset,
      states: statesOf.get(asset.id) ?? [],
      severities: severitiesOf.get(asset.id) ?? [],
    }));
  if (machines.length === 0) return emptyState(t('nothing'));
  const cells = new Map<string, readonly ReadingCell[]>();
  const board = h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'fleet' },
      machines.map((machine) => machineCard(context, machine, trends, cells)),
    ),
    panel({ title: t('stateTimeline') }, timelines(context, machines)),
  );
  keepFresh(cells, live, signal);
  return board;
}

const fleetTags = (view: PlantView): TagAnswer[] =>
  view.assets.filter((asset) => asset.scenario === 'equipment').flatMap((asset) => tagsOfAsset(view, asset));

function timelines({ range, view }: PageContext, machines: readonly Machine[]): HTMLElement {
  return h(
    'table',
    { class: 'plain timelines' },
    h(
      'tbody',
      {},
      machines.map(({ asset, states }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, asset.name),
          h('td', { class: 'wide' }, stateTimeline(states, range, view.zone)),
        ),
      ),
    ),
  );
}
