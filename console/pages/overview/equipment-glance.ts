import { type AssetAnswer, api, type ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import type { DayTrends } from '../../app/day-trends.ts';
import { h } from '../../app/dom.ts';
import { formatNumber } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { groupBy } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { sparkline } from '../../charts/sparkline.ts';
import { panel } from '../../parts/panel.ts';
import { plainTable } from '../../parts/plain-table.ts';
import { emptyState, region } from '../../parts/states.ts';
import { lastSeverity, stateChip, zoneChip } from '../equipment/chips.ts';

/** Each machine: does it run, in which vibration zone, and how did the day go. */
export function equipmentGlance(context: PageContext, trends: Promise<DayTrends>): HTMLElement {
  return panel(
    { title: t('equipment'), href: '/equipment' },
    region(async () => machineTable(context, await trends, await loadResults(context)), context.signal, 6),
  );
}

interface MachineResults {
  readonly states: ReadonlyMap<string, readonly ResultAnswer[]>;
  readonly severities: ReadonlyMap<string, readonly ResultAnswer[]>;
}

async function loadResults({ live, signal }: PageContext): Promise<MachineResults> {
  const span = spanQuery({ startMs: live.nowMs() - 86_400_000, endMs: live.nowMs() });
  const [states, severities] = await Promise.all([
    api.results('machine_state', span, signal),
    api.results('vibration_severity', span, signal),
  ]);
  const byAsset = (rows: readonly ResultAnswer[]) => groupBy(rows, (row) => row.series.asset ?? '');
  return { states: byAsset(states), severities: byAsset(severities) };
}

function machineTable(context: PageContext, trends: DayTrends, results: MachineResults): HTMLElement {
  const machines = context.view.assets.filter((asset) => asset.scenario === 'equipment');
  if (machines.length === 0) return emptyState(t('nothing'));
  return plainTable(
    [t('asset'), t('state'), t('last24'), t('severity')],
    machines.map((asset) => machineRow(asset, trends, results)),
  );
}

function machineRow(
  asset: AssetAnswer,
  trends: DayTrends,
  { states, severities }: MachineResults,
): HTMLElement {
  const severity = lastSeverity(severities.get(asset.id));
  const points = trends.points.get(`${asset.id}.vibrationVelocity`);
  const { startMs, endMs, stepMs } = trends;
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href: `/assets/${encodeURIComponent(asset.id)}` }, asset.name)),
    h('td', {}, stateChip(states.get(asset.id)?.at(-1))),
    h(
      'td',
      {},
      points &&
        sparkline(points, { startMs, endMs, gapMs: stepMs * 4, label: `${t('severity')}: ${t('last24')}` }),
    ),
    h(
      'td',
      { class: 'num' },
      severity && [
        formatNumber(severity.rms),
        h('span', { class: 'unit' }, ' mm/s '),
        zoneChip(severity.zone),
      ],
    ),
  );
}
