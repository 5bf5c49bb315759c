import { api, type HealthAnswer } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h, setText } from '../../app/dom.ts';
import { t } from '../../app/language.ts';
import { type Condition, conditionMark, conditionOf, conditions } from '../../app/quality.ts';
import type { Word } from '../../app/words.ts';
import { isWaiting } from '../alarms/alarm-card.ts';

const tileWords: Readonly<Record<Condition, Word>> = {
  good: 'tagsGood',
  uncertain: 'tagsUncertain',
  stale: 'tagsStale',
  bad: 'tagsBad',
  noData: 'tagsEmpty',
};

/** How many readings can be trusted, and whether every station works. Grey while all is well. */
export function summaryStrip(context: PageContext): HTMLElement {
  const counts = new Map<Condition, HTMLElement>();
  const tiles = conditions.map((condition) => {
    const count = h('span', { class: 'tile-value' }, '–');
    counts.set(condition, count);
    const mark = conditionMark[condition] || '●';
    return h(
      'div',
      { class: 'tile', 'data-condition': condition },
      h(
        'span',
        { class: 'tile-label' },
        h('span', { 'aria-hidden': 'true' }, `${mark} `),
        t(tileWords[condition]),
      ),
      count,
    );
  });
  const refresh = (): void => {
    const found = countConditions(context);
    for (const [condition, element] of counts) {
      const count = found.get(condition) ?? 0;
      setText(element, String(count));
      element.parentElement?.toggleAttribute('data-zero', count === 0);
    }
  };
  refresh();
  const timer = setInterval(refresh, 1000);
  context.signal.addEventListener('abort', () => clearInterval(timer));
  context.live.onChange(refresh, context.signal);
  return h(
    'section',
    { class: 'strip', 'aria-label': t('readings') },
    tiles,
    alarmTile(context),
    stationTile(context),
  );
}

function countConditions({ view, live }: PageContext): Map<Condition, number> {
  const found = new Map<Condition, number>();
  for (const tag of view.tags) {
    const condition = conditionOf(tag, live);
    found.set(condition, (found.get(condition) ?? 0) + 1);
  }
  return found;
}

/** How many alarms stand, asked every ten seconds; red while one waits for an operator. */
function alarmTile({ signal }: PageContext): HTMLElement {
  const value = h('span', { class: 'tile-value' }, '–');
  const tile = h(
    'a',
    { class: 'tile', href: '/alarms' },
    h('span', { class: 'tile-label' }, t('alarms')),
    value,
  );
  const refresh = async (): Promise<void> => {
    try {
      const alarms = await api.alarms(signal);
      const waiting = alarms.filter(isWaiting).length;
      tile.dataset.condition = waiting > 0 ? 'bad' : 'good';
      tile.toggleAttribute('data-zero', alarms.length === 0);
      setText(value, waiting > 0 ? `▲ ${alarms.length}` : String(alarms.length));
    } catch {
      // A service without alarms, or a lost connection, which the live mark shows: no number is better than an old one.
      setText(value, '–');
    }
  };
  void refresh();
  const timer = setInterval(() => void refresh(), 10_000);
  signal.addEventListener('abort', () => clearInterval(timer));
  return tile;
}

function stationTile({ live, signal }: PageContext): HTMLElement {
  const value = h('span', { class: 'tile-value' }, '–');
  const tile = h(
    'a',
    { class: 'tile', href: '/health' },
    h('span', { class: 'tile-label' }, t('stations')),
    value,
  );
  const show = ({ stations }: HealthAnswer): void => {
    const wrong = stations.filter((station) => station.state !== 'ok');
    tile.dataset.condition = wrong.some((station) => station.state === 'down')
      ? 'bad'
      : wrong[0]
        ? 'uncertain'
        : 'good';
    setText(
      value,
      wrong[0]
        ? wrong.map(({ station, state }) => `${station} ${t(state)}`).join(', ')
        : `${stations.length} ${t('ok')}`,
    );
    tile.classList.toggle('tile-text', wrong.length > 0);
  };
  if (live.health) show(live.health);
  live.onHealth(show, signal);
  return tile;
}
