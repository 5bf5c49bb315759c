import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { panel } from '../../parts/panel.ts';
import { titleOf } from './alarm-card.ts';

/** How the alarm system performed over the last 24 hours, each figure beside its target. */
export async function kpiBoard({ view, signal }: PageContext): Promise<HTMLElement> {
  const kpis = await api.alarmKpis(signal);
  const named = (ids: readonly string[]): string =>
    ids.length === 0
      ? '0'
      : `${ids.length}: ${ids.map((id) => titleOf(view, id, id.split('.')[0] ?? '')).join('; ')}`;
  const figures: readonly (readonly [name: string, value: string, target: string, isMet: boolean])[] = [
    [t('standing'), String(kpis.standing), '–', true],
    [
      t('perTenMinutes'),
      `${formatNumber(kpis.meanPerTenMinutes)} (${wordFor(kpis.rating)})`,
      '≤ 1',
      kpis.meanPerTenMinutes <= 1,
    ],
    [t('peakTen'), String(kpis.peakPerTenMinutes), '≤ 10', kpis.peakPerTenMinutes <= 10],
    [t('floodTime'), formatShare(kpis.floodShare), '< 1 %', kpis.floodShare < 0.01],
    [t('chattering'), named(kpis.chattering), '0', kpis.chattering.length === 0],
    [t('staleAlarms'), named(kpis.stale), '< 5', kpis.stale.length < 5],
  ];
  return panel(
    { title: t('alarmKpis') },
    h(
      'dl',
      { class: 'kpis' },
      figures.map(([name, value, target, isMet]) =>
        h(
          'div',
          { class: 'kpi', 'data-met': isMet },
          h('dt', {}, name),
          h(
            'dd',
            {},
            `${isMet ? '✓' : '▲'} ${value}`,
            target !== '–' && h('span', { class: 'muted small' }, ` ${target}`),
          ),
        ),
      ),
    ),
  );
}
