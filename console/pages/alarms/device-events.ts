import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatTime } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { panel } from '../../parts/panel.ts';

type DeviceEvent = Awaited<ReturnType<typeof api.events>>[number];

/** What the devices themselves reported in the last 24 hours; nothing where they report no events. */
export async function deviceEvents({ view, signal }: PageContext): Promise<HTMLElement> {
  const events = await api.events(signal);
  if (events.length === 0) return h('div', {});
  const heads = [t('eventTime'), t('device'), t('message'), t('eventSeverity'), t('state')].map((text) =>
    h('th', { scope: 'col' }, text),
  );
  const rows = events.map((event) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, formatTime(Date.parse(event.time), view.zone)),
      h('td', { title: `${event.source}: ${event.type}` }, event.about),
      h('td', {}, event.message),
      h('td', { class: 'number' }, String(event.severity)),
      h('td', {}, stateOf(event)),
    ),
  );
  return panel(
    { title: t('deviceEvents') },
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': t('deviceEvents') },
      h('table', { class: 'table' }, h('thead', {}, h('tr', {}, heads)), h('tbody', {}, rows)),
    ),
  );
}

/** Of an event without a condition there is no state. */
function stateOf({ condition }: DeviceEvent): string {
  if (!condition) return '–';
  const active = condition.active ? `▲ ${t('conditionActive')}` : t('conditionEnded');
  return `${condition.name}: ${active}, ${t(condition.acknowledged ? 'acknowledged' : 'unacknowledged')}`;
}
