import { h, setText } from '../app/dom.ts';
import { formatClock } from '../app/format.ts';
import { language, setLanguage, t } from '../app/language.ts';
import type { LiveFeed, LiveState } from '../app/live.ts';
import type { PlantView } from '../app/plant-view.ts';
import { nextTheme, theme, themeWord } from '../app/theme-choice.ts';
import type { Word } from '../app/words.ts';

export interface Shell {
  readonly element: HTMLElement;
  readonly main: HTMLElement;
  /** Marks the menu entry of the page shown. */
  mark(page: string): void;
  showLive(): void;
}

const entries: readonly (readonly [page: string, word: Word])[] = [
  ['', 'overview'],
  ['energy', 'energy'],
  ['equipment', 'equipment'],
  ['environment', 'environment'],
  ['alarms', 'alarms'],
  ['assets', 'assets'],
  ['trend', 'trend'],
  ['health', 'health'],
  ['quarantine', 'quarantine'],
];

interface ShellEvents {
  onTheme(): void;
  onLanguage(): void;
}

export function buildShell(view: PlantView, live: LiveFeed, events: ShellEvents): Shell {
  const links = entries.map(([page, word]) => h('a', { href: `/${page}`, 'data-page': page }, t(word)));
  const main = h('main', { id: 'main', tabindex: -1 });
  const state = h('span', { class: 'live', role: 'status' });
  const clock = h('time', { class: 'clock', title: `${t('plantTime')}: ${view.zone}` });
  const showLive = (): void => showLiveState(state, live.state);
  showLive();
  keepClock(clock, live, view.zone);
  const element = h(
    'div',
    { class: 'shell' },
    h('a', { class: 'skip', href: '#main' }, t('skip')),
    h(
      'header',
      { class: 'top' },
      h(
        'a',
        { class: 'brand', href: '/' },
        h('span', { class: 'brand-mark', 'aria-hidden': 'true' }),
        view.plant.site.name,
      ),
      h('nav', { class: 'menu', 'aria-label': t('mainMenu') }, links),
      h(
        'span',
        { class: 'top-end' },
        state,
        clock,
        themeButton(events.onTheme),
        languageButton(events.onLanguage),
      ),
    ),
    main,
    h(
      'footer',
      { class: 'foot' },
      h('span', {}, `Plantscope ${view.plant.version}`),
      h('span', {}, `${t('plantTime')}: ${view.zone}`),
      h('a', { href: '/docs' }, t('apiDocs')),
    ),
  );
  const mark = (page: string): void => {
    for (const link of links) {
      if (link.dataset.page === page) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
  return { element, main, mark, showLive };
}

const liveWords: Readonly<Record<LiveState, Word>> = {
  live: 'live',
  reconnecting: 'reconnecting',
  'signed-out': 'signedOut',
};

function showLiveState(element: HTMLElement, state: LiveState): void {
  element.dataset.state = state;
  element.title = state === 'signed-out' ? t('signedOutHint') : '';
  setText(element, t(liveWords[state]));
}

function keepClock(clock: HTMLElement, live: LiveFeed, zone: string): void {
  const show = (): void => {
    setText(clock, formatClock(live.nowMs(), zone));
  };
  show();
  const timer = setInterval(() => (clock.isConnected ? show() : clearInterval(timer)), 1000);
}

function themeButton(onChange: () => void): HTMLElement {
  const marks = { auto: '◐', light: '○', dark: '●' } as const;
  const button = h('button', { type: 'button', class: 'quiet' });
  const show = (): void => {
    setText(button, marks[theme()]);
    button.setAttribute('aria-label', t(themeWord[theme()]));
    button.title = t(themeWord[theme()]);
  };
  button.addEventListener('click', () => {
    nextTheme();
    show();
    onChange();
  });
  show();
  return button;
}

function languageButton(onChange: () => void): HTMLElement {
  const other = language() === 'en' ? 'zh' : 'en';
  return h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      lang: other,
      onClick: () => {
        setLanguage(other);
        onChange();
      },
    },
    t('switchLanguage'),
  );
}
