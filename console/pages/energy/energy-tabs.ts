import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { t } from '../../app/language.ts';
import type { Word } from '../../app/words.ts';

/** Views of the energy page, by the part of the address after it. */
export const energyViews = {
  '': 'energyView',
  cost: 'costView',
  baseline: 'baselineView',
  use: 'useView',
  data: 'dataView',
  report: 'reportView',
} as const satisfies Readonly<Record<string, Word>>;

export type EnergyView = keyof typeof energyViews;

export const viewOf = ({ rest }: PageContext): EnergyView | undefined =>
  (Object.keys(energyViews) as EnergyView[]).find((view) => view === (rest[0] ?? ''));

/** The views side by side; the chosen time range goes along. */
export function energyTabs(context: PageContext, current: EnergyView): HTMLElement {
  const range = new URLSearchParams(
    ['range', 'from', 'to'].flatMap((name) => {
      const value = context.query.get(name);
      return value === null ? [] : [[name, value]];
    }),
  ).toString();
  return h(
    'nav',
    { class: 'tabs', 'aria-label': t('energyViews') },
    (Object.keys(energyViews) as EnergyView[]).map((view) =>
      h(
        'a',
        {
          href: `/energy${view === '' ? '' : `/${view}`}${range === '' ? '' : `?${range}`}`,
          'aria-current': view === current ? 'page' : undefined,
        },
        t(energyViews[view]),
      ),
    ),
  );
}
