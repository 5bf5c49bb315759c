import type { AssetAnswer, ResultAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import type { DayTrends } from '../../app/day-trends.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare } from '../../app/format.ts';
import { labelOf, t } from '../../app/language.ts';
import { panel } from '../../parts/panel.ts';
import type { ReadingCell } from '../../parts/reading-cell.ts';
import { readingRow } from '../../parts/reading-row.ts';
import { lastSeverity, stateChip, zoneChip } from './chips.ts';
import { runShare } from './state-timeline.ts';

export interface Machine {
  readonly asset: AssetAnswer;
  readonly states: readonly ResultAnswer[];
  readonly severities: readonly ResultAnswer[];
}

/** What says most about a machine, where it is measured. */
const shownQuantities = [
  'vibrationVelocity',
  'bearingTemperature',
  'spindleTemperature',
  'temperature',
  'activePower',
  'current',
  'load',
];
const SHOWN_READINGS = 4;

/** State, vibration zone and the readings behind them, live. */
export function machineCard(
  context: PageContext,
  { asset, states, severities }: Machine,
  trends: DayTrends,
  cells: Map<string, readonly ReadingCell[]>,
): HTMLElement {
  const tags = shownQuantities.flatMap((quantity) => context.view.tag.get(`${asset.id}.${quantity}`) ?? []);
  const rows = tags.slice(0, SHOWN_READINGS).map((tag) => {
    const row = readingRow(context, tag, trends);
    cells.set(tag.tag, [row.cell]);
    return row.element;
  });
  const share = runShare(states, context.range);
  return panel(
    {
      title: asset.name,
      href: `/equipment/${encodeURIComponent(asset.id)}`,
      note: labelOf(asset.natureLabel),
      class: 'machine',
    },
    h(
      'div',
      { class: 'machine-state' },
      stateChip(states.at(-1)),
      share !== undefined && h('span', { class: 'muted' }, `${t('runShare')} ${formatShare(share)}`),
      severityOf(severities),
    ),
    h('ul', { class: 'wall-rows' }, rows),
  );
}

function severityOf(severities: readonly ResultAnswer[]): HTMLElement | undefined {
  const severity = lastSeverity(severities);
  if (!severity) return undefined;
  const edition = String(severities.at(-1)?.fields.edition ?? '');
  return h(
    'span',
    { class: 'machine-severity', title: edition },
    zoneChip(severity.zone),
    ` ${formatNumber(severity.rms)} `,
    h('span', { class: 'unit' }, 'mm/s'),
  );
}
