import { api, type HealthAnswer } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatAge, formatNumber, formatSkew, formatTime } from '../app/format.ts';
import { t } from '../app/language.ts';
import { errorState, loadingState } from '../parts/states.ts';

type Station = HealthAnswer['stations'][number];

const POLL_EVERY_MS = 2000;

/** Every station on the way of a reading, in the order of the way, and what to do where one is ill. */
export const healthPage: Page = {
  hasRange: false,
  render(context: PageContext): HTMLElement {
    const host = h('div', { class: 'stack' }, h('h1', {}, t('health')), loadingState(8));
    const poll = async (): Promise<void> => {
      const shown = await api.health(context.signal).then(
        (health) => stationTable(health, context),
        (failure: unknown) => errorState(failure),
      );
      if (!context.signal.aborted) host.lastElementChild?.replaceWith(shown);
    };
    void poll();
    const timer = setInterval(() => void poll(), POLL_EVERY_MS);
    context.signal.addEventListener('abort', () => clearInterval(timer));
    return host;
  },
};

function stationTable(health: HealthAnswer, context: PageContext): HTMLElement {
  const heads = [
    t('station'),
    t('state'),
    t('rate'),
    t('queue'),
    t('oldest'),
    t('clockSkew'),
    t('lastError'),
  ];
  return h(
    'div',
    { class: 'panel scroll-x', tabindex: 0, role: 'region', 'aria-label': t('stations') },
    h(
      'table',
      { class: 'table cards health' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          heads.map((text) => h('th', { scope: 'col' }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        health.stations.map((station) => stationRow(station, heads, context)),
      ),
    ),
  );
}

const marks = { ok: '●', degraded: '▲', down: '✕' } as const;

function stationRow(station: Station, heads: readonly string[], context: PageContext): HTMLElement {
  const figure = (index: number, text: string | undefined): HTMLElement =>
    h('td', { class: 'num', 'data-head': heads[index] }, text ?? h('span', { class: 'muted' }, '–'));
  const skew = station.clockSkewMs;
  return h(
    'tr',
    { 'data-state': station.state },
    h('th', { scope: 'row' }, station.station, h('span', { class: 'muted block' }, station.summary)),
    h(
      'td',
      { 'data-head': heads[1] },
      h(
        'span',
        { class: 'chip', 'data-state': station.state },
        h('span', { 'aria-hidden': 'true' }, `${marks[station.state]} `),
        t(station.state),
      ),
    ),
    figure(2, `${formatNumber(station.ratePerS)} ${t('perS')}`),
    figure(3, station.queue?.toLocaleString('en')),
    figure(4, station.oldestS === undefined ? undefined : formatAge(station.oldestS)),
    figure(5, skew === undefined ? undefined : formatSkew(skew)),
    h('td', { 'data-head': heads[6] }, errorCell(station, context), counters(station)),
  );
}

function errorCell({ lastError }: Station, { live, view }: PageContext): HTMLElement {
  if (!lastError) return h('span', { class: 'muted' }, t('noError'));
  const timeMs = Date.parse(lastError.time);
  const age = `${formatAge((live.nowMs() - timeMs) / 1000)} ${t('ago')}`;
  return h(
    'div',
    {},
    h(
      'p',
      {},
      lastError.message,
      ' ',
      h('time', { class: 'muted', datetime: lastError.time, title: formatTime(timeMs, view.zone) }, age),
    ),
    lastError.remedy !== undefined &&
      h('p', { class: 'remedy' }, h('strong', {}, `${t('remedy')}: `), lastError.remedy),
  );
}

function counters({ counters }: Station): HTMLElement | undefined {
  const entries = Object.entries(counters).filter(([, count]) => count !== 0);
  if (entries.length === 0) return undefined;
  const text = entries
    .map(
      ([name, count]) =>
        `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${count.toLocaleString('en')}`,
    )
    .join(' · ');
  return h('p', { class: 'muted small' }, `${t('counters')}: ${text}`);
}
