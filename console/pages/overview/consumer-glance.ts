import { converter } from '../../../model/unit.ts';
import type { AssetAnswer, TagAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import type { DayTrends } from '../../app/day-trends.ts';
import { h } from '../../app/dom.ts';
import { t } from '../../app/language.ts';
import { sparkline } from '../../charts/sparkline.ts';
import { panel } from '../../parts/panel.ts';
import { plainTable } from '../../parts/plain-table.ts';
import { keepFresh, type ReadingCell, readingCell } from '../../parts/reading-cell.ts';
import { region } from '../../parts/states.ts';

const MOST_ROWS = 7;

interface Consumer {
  readonly asset: AssetAnswer;
  readonly power: TagAnswer;
  /** Mean of the newest quarter of an hour: steadier than the value itself. */
  readonly newestKw: number;
}

/** Who draws the most: electricity meters without meters below them. */
export function consumerGlance(context: PageContext, trends: Promise<DayTrends>): HTMLElement | false {
  const meters = lowestMeters(context);
  if (meters.length < 2) return false;
  return panel(
    { title: t('largestConsumers'), href: '/energy' },
    region(async () => consumerTable(context, meters, await trends), context.signal, MOST_ROWS),
  );
}

function lowestMeters({ view }: PageContext): readonly { asset: AssetAnswer; power: TagAnswer }[] {
  const parents = new Set(view.assets.map(({ parent }) => parent));
  return view.assets
    .filter(({ id, carrier }) => carrier === 'electricity' && !parents.has(id))
    .flatMap((asset) => {
      const power = view.tag.get(`${asset.id}.activePower`);
      return power ? [{ asset, power }] : [];
    });
}

function consumerTable(
  context: PageContext,
  meters: readonly { asset: AssetAnswer; power: TagAnswer }[],
  trends: DayTrends,
): HTMLElement {
  const consumers = meters
    .map((meter): Consumer => ({ ...meter, newestKw: newestKwOf(trends, meter.power) }))
    .sort((a, b) => b.newestKw - a.newestKw)
    .slice(0, MOST_ROWS);
  const cells = new Map<string, ReadingCell[]>();
  const rows = consumers.map((consumer) => consumerRow(context, consumer, trends, cells));
  keepFresh(cells, context.live, context.signal);
  return plainTable([t('asset'), t('last24'), t('powerNow')], rows);
}

const newestKwOf = ({ points }: DayTrends, { tag, unit }: TagAnswer): number =>
  converter(unit, 'kW')(points.get(tag)?.at(-1)?.value ?? 0);

function consumerRow(
  { live, view }: PageContext,
  { asset, power }: Consumer,
  { points, startMs, endMs, stepMs }: DayTrends,
  cells: Map<string, ReadingCell[]>,
): HTMLElement {
  const cell = readingCell(power, live, view.zone);
  cells.set(power.tag, [cell]);
  const label = `${t('powerNow')}: ${t('last24')}`;
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href: `/assets/${encodeURIComponent(asset.id)}` }, asset.name)),
    h('td', {}, sparkline(points.get(power.tag) ?? [], { startMs, endMs, gapMs: stepMs * 4, label })),
    h('td', { class: 'num' }, cell.element),
  );
}
