import { type AssetAnswer, api, type ResultAnswer } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatNumber, formatShare } from '../app/format.ts';
import { labelOf, t } from '../app/language.ts';
import { groupBy } from '../app/plant-view.ts';
import { spanQuery } from '../app/time-range.ts';
import { sparkline } from '../charts/sparkline.ts';
import { panel } from '../parts/panel.ts';
import { emptyState, region } from '../parts/states.ts';
import { lastSeverity, stateChip, zoneChip } from './equipment/chips.ts';
import { runShare, stateTimeline } from './equipment/state-timeline.ts';

/** Scenario 24: the fleet, each machine with its state, its vibration zone and the trend behind it. */
export const equipmentPage: Page = {
  hasRange: true,
  render(context: PageContext): HTMLElement {
    return h(
      'div',
      { class: 'stack' },
      h('h1', { class: 'sr-only' }, t('equipment')),
      region(() => fleet(context), context.signal, 10),
    );
  },
};

interface Machine {
  readonly asset: AssetAnswer;
  readonly states: readonly ResultAnswer[];
  readonly severities: readonly ResultAnswer[];
}

async function fleet(context: PageContext): Promise<HTMLElement> {
  const { view, range, signal } = context;
  const [states, severities] = await Promise.all([
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
  return h(
    'div',
    { class: 'stack' },
    h(
      'div',
      { class: 'fleet' },
      machines.map((machine) => machineCard(context, machine)),
    ),
    panel({ title: t('stateTimeline') }, timelines(context, machines)),
  );
}

function machineCard({ range }: PageContext, { asset, states, severities }: Machine): HTMLElement {
  const severity = lastSeverity(severities);
  const points = severities.flatMap((row) => {
    const one = lastSeverity([row]);
    return one ? [{ timeMs: Date.parse(row.time), value: one.rms }] : [];
  });
  const share = runShare(states, range);
  const edition = String(severities.at(-1)?.fields.edition ?? '');
  return panel(
    {
      title: asset.name,
      href: `/assets/${encodeURIComponent(asset.id)}`,
      note: labelOf(asset.natureLabel),
      class: 'machine',
    },
    h(
      'div',
      { class: 'machine-state' },
      stateChip(states.at(-1)),
      h('span', { class: 'muted' }, share === undefined ? '' : `${t('runShare')} ${formatShare(share)}`),
    ),
    severity
      ? h(
          'div',
          { class: 'machine-severity', title: edition },
          zoneChip(severity.zone),
          h('span', { class: 'value' }, formatNumber(severity.rms)),
          h('span', { class: 'unit' }, 'mm/s'),
        )
      : h('p', { class: 'muted' }, `∅ ${t('severity')}: ${t('noData')}`),
    points.length > 0 &&
      sparkline(points, { ...range, gapMs: 4 * 3_600_000, width: 240, height: 40, label: t('severity') }),
  );
}

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
