import type { Page, PageContext } from '../app/context.ts';
import { loadDayTrends } from '../app/day-trends.ts';
import { h } from '../app/dom.ts';
import { region } from '../parts/states.ts';
import { alarmGlance } from './overview/alarm-glance.ts';
import { consumerGlance } from './overview/consumer-glance.ts';
import { energyGlance } from './overview/energy-glance.ts';
import { environmentGlance } from './overview/environment-glance.ts';
import { equipmentGlance } from './overview/equipment-glance.ts';
import { readingWall } from './overview/reading-wall.ts';
import { summaryStrip } from './overview/summary-strip.ts';

/** Level one: is the plant all right? Three scenarios at a glance, then every reading with its last 24 hours. */
export const overviewPage: Page = {
  hasRange: false,
  render(context: PageContext): HTMLElement {
    const { view, live, signal } = context;
    const trends = loadDayTrends(view.tags, live.nowMs(), signal);
    // Each region that waits for the trends shows its own failure; this one stands for nobody.
    trends.catch(() => undefined);
    return h(
      'div',
      { class: 'stack' },
      summaryStrip(context),
      h(
        'div',
        { class: 'glances' },
        h('div', { class: 'stack' }, energyGlance(context, trends), consumerGlance(context, trends)),
        h('div', { class: 'stack' }, equipmentGlance(context, trends), alarmGlance(context)),
        environmentGlance(context, trends),
      ),
      region(async () => readingWall(context, await trends), signal, 12),
    );
  },
};
