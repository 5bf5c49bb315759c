import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatTime } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { alarmRegion } from '../../parts/alarm-region.ts';
import { panel } from '../../parts/panel.ts';
import { type Alarm, isWaiting, titleOf, worstFirst } from '../alarms/alarm-card.ts';

/** So many fit beside the other scenarios; the alarm page has them all. */
const MOST_ROWS = 6;

/** What stands now, worst first; changes by itself. */
export function alarmGlance(context: PageContext): HTMLElement {
  return panel(
    { title: t('alarms'), href: '/alarms' },
    alarmRegion(async () => alarmList(context, await api.alarms(context.signal)), context.signal, 2),
  );
}

function alarmList(context: PageContext, alarms: readonly Alarm[]): HTMLElement {
  if (alarms.length === 0) return h('p', { class: 'muted' }, t('noAlarms'));
  const more = alarms.length - MOST_ROWS;
  const shown = worstFirst(alarms).slice(0, MOST_ROWS);
  return h(
    'ul',
    { class: 'glance-alarms' },
    shown.map((alarm) => alarmRow(context, alarm)),
    more > 0 && h('li', {}, h('a', { href: '/alarms' }, `+ ${more}`)),
  );
}

function alarmRow({ view }: PageContext, alarm: Alarm): HTMLElement {
  const facts = [wordFor(alarm.state), wordFor(alarm.priority)];
  if (alarm.raised !== undefined) facts.push(formatTime(Date.parse(alarm.raised), view.zone));
  return h(
    'li',
    { 'data-calling': alarm.active && isWaiting(alarm) },
    h('span', { class: 'mark', 'aria-hidden': 'true' }, alarm.active ? '▲' : '△'),
    h('a', { href: `/assets/${encodeURIComponent(alarm.asset)}` }, titleOf(view, alarm.id, alarm.asset)),
    h('span', { class: 'muted' }, facts.join(' · ')),
  );
}
