import type { FleetMachine } from '../../app/api.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare } from '../../app/format.ts';
import { labelOf, t, wordFor } from '../../app/language.ts';
import type { PlantView } from '../../app/plant-view.ts';
import type { Word } from '../../app/words.ts';
import { panel } from '../../parts/panel.ts';
import { zoneChip } from './chips.ts';
import { quantityWord } from './machine/quantity-word.ts';

const becauseWords: Readonly<Record<string, Word>> = {
  zone: 'becauseZone',
  warning: 'becauseWarning',
  anomaly: 'becauseAnomaly',
  diagnosis: 'becauseDiagnosis',
  nothing: 'noFinding',
};

export const becauseWord = (because: string): string => t(becauseWords[because] ?? 'noFinding');

/** Machines by what needs a person first, each with why. */
export function attentionTable(view: PlantView, machines: readonly FleetMachine[]): HTMLElement {
  const head = [
    t('machine'),
    t('machineHealth'),
    t('healthBecause'),
    t('toldFault'),
    t('zone'),
    t('stateTimeline'),
  ];
  return panel(
    { title: t('attention') },
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': t('attention') },
      h(
        'table',
        { class: 'table attention' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            head.map((title) => h('th', { scope: 'col' }, title)),
          ),
        ),
        h(
          'tbody',
          {},
          machines.map((machine) => rowOf(view, machine)),
        ),
      ),
    ),
  );
}

function rowOf(view: PlantView, machine: FleetMachine): HTMLElement {
  const { asset, name, index, because, diagnosis, diagnosisName, confidence, zone, state, warningOf } =
    machine;
  const detail =
    because === 'warning' && warningOf !== '' ? ` (${quantityWord(view, asset, warningOf)})` : '';
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href: `/equipment/${encodeURIComponent(asset)}` }, name)),
    h('td', {}, index === null ? h('span', { class: 'muted' }, t('notJudged')) : healthBar(index)),
    h('td', {}, index === null ? '–' : `${becauseWord(because)}${detail}`),
    h(
      'td',
      {},
      diagnosis === 'none'
        ? '–'
        : `▲ ${diagnosisName ? labelOf(diagnosisName) : diagnosis} ${formatShare(confidence)}`,
    ),
    h('td', {}, zone === 'unknown' ? '–' : zoneChip(zone)),
    h('td', {}, wordFor(state)),
  );
}

/** A bar and its number; under 60 it is marked by a sign too. */
export function healthBar(index: number): HTMLElement {
  const isPoor = index < 60;
  return h(
    'span',
    { class: 'health-bar', ...(isPoor && { 'data-poor': '' }) },
    h('meter', {
      min: 0,
      max: 100,
      low: 60,
      high: 80,
      optimum: 100,
      value: index,
      'aria-label': t('machineHealth'),
    }),
    ` ${isPoor ? '▲ ' : ''}${formatNumber(index)} / 100`,
  );
}
