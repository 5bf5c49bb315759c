import type { Page, PageContext } from './app/context.ts';
import { h } from './app/dom.ts';
import { t } from './app/language.ts';
import { LiveFeed } from './app/live.ts';
import { loadPlantView, type PlantView } from './app/plant-view.ts';
import { addressOf, followLinks, placeOf } from './app/router.ts';
import { rangeFromQuery } from './app/time-range.ts';
import { alarmsPage } from './pages/alarms.ts';
import { assetPage } from './pages/asset.ts';
import { energyPage } from './pages/energy.ts';
import { environmentPage } from './pages/environment.ts';
import { equipmentPage } from './pages/equipment.ts';
import { healthPage } from './pages/health.ts';
import { overviewPage } from './pages/overview.ts';
import { quarantinePage } from './pages/quarantine.ts';
import { trendPage } from './pages/trend.ts';
import { rangePicker } from './parts/range-picker.ts';
import { buildShell, type Shell } from './parts/shell.ts';
import { emptyState, errorState, loadingState } from './parts/states.ts';

const pages: Readonly<Record<string, Page>> = {
  '': overviewPage,
  energy: energyPage,
  equipment: equipmentPage,
  environment: environmentPage,
  alarms: alarmsPage,
  assets: assetPage,
  trend: trendPage,
  health: healthPage,
  quarantine: quarantinePage,
};

const missingPage: Page = {
  hasRange: false,
  render: () => emptyState(t('noSuchPage'), undefined, h('a', { href: '/' }, t('toOverview'))),
};

/** Shows the page that the address names, and ends what the last one had running. */
class App {
  readonly #view: PlantView;
  readonly #live: LiveFeed;
  #shell: Shell;
  #ending = new AbortController();

  constructor(view: PlantView, live: LiveFeed) {
    this.#view = view;
    this.#live = live;
    this.#shell = this.#buildShell();
    live.onState(() => this.#shell.showLive());
  }

  show(): void {
    this.#ending.abort();
    this.#ending = new AbortController();
    const { name, rest, query } = placeOf(location);
    const page = pages[name] ?? missingPage;
    const context: PageContext = {
      view: this.#view,
      live: this.#live,
      rest,
      query,
      range: rangeFromQuery(query, this.#view.calendar, this.#live.nowMs()),
      signal: this.#ending.signal,
      go: (changes, how = 'push') => this.#go(changes, how),
    };
    this.#shell.mark(name);
    void this.#fill(page, context);
  }

  async #fill(page: Page, context: PageContext): Promise<void> {
    const host = h('div', { class: 'page' });
    this.#shell.main.replaceChildren(...(page.hasRange ? [rangePicker(context)] : []), host);
    try {
      const rendered = page.render(context);
      if (rendered instanceof Promise) host.replaceChildren(loadingState(6));
      const content = await rendered;
      if (!context.signal.aborted) host.replaceChildren(content);
    } catch (failure) {
      if (!context.signal.aborted) host.replaceChildren(errorState(failure, () => this.show()));
    }
  }

  #go(changes: Readonly<Record<string, string | undefined>>, how: 'push' | 'replace'): void {
    const { query } = placeOf(location);
    for (const [name, value] of Object.entries(changes)) {
      if (value === undefined) query.delete(name);
      else query.set(name, value);
    }
    const address = addressOf(location.pathname, query);
    if (how === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    this.show();
  }

  #buildShell(): Shell {
    const shell = buildShell(this.#view, this.#live, {
      onTheme: () => this.show(),
      onLanguage: () => {
        this.#shell = this.#buildShell();
        this.show();
      },
    });
    document.getElementById('app')?.replaceChildren(shell.element);
    return shell;
  }
}

async function start(): Promise<void> {
  const host = document.getElementById('app');
  try {
    const live = new LiveFeed();
    const [view] = await Promise.all([loadPlantView(), live.start()]);
    document.title = `${view.plant.site.name} · Plantscope`;
    const app = new App(view, live);
    followLinks(() => {
      app.show();
      scrollTo(0, 0);
    });
    app.show();
  } catch (failure) {
    host?.replaceChildren(errorState(failure, () => location.reload()));
  }
}

await start();
