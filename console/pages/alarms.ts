import { api } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatTime } from '../app/format.ts';
import { t, wordFor } from '../app/language.ts';
import { alarmRegion } from '../parts/alarm-region.ts';
import { panel } from '../parts/panel.ts';
import { emptyState, region } from '../parts/states.ts';
import { alarmCard, titleOf, worstFirst } from './alarms/alarm-card.ts';
import { kpiBoard } from './alarms/alarm-kpis.ts';
import { deviceEvents } from './alarms/device-events.ts';

/** What stands and waits for an operator, worst first, and what happened before. */
export const alarmsPage: Page = {
  hasRange: false,
  render: (context: PageContext): HTMLElement =>
    h(
      'div',
      { class: 'stack' },
      h('h1', {}, t('alarms')),
      alarmRegion(() => standing(context), context.signal, 4),
      alarmRegion(() => kpiBoard(context), context.signal, 2),
      region(() => deviceEvents(context), context.signal, 1),
      alarmRegion(() => journal(context), context.signal, 6),
    ),
};

async function standing(context: PageContext): Promise<HTMLElement> {
  const alarms = await api.alarms(context.signal);
  if (alarms.length === 0) return emptyState(t('noAlarms'));
  const mayAct = context.view.session.role !== 'viewer';
  return h(
    'div',
    { class: 'stack' },
    !mayAct && h('p', { class: 'muted' }, t('needsOperator')),
    worstFirst(alarms).map((alarm) => alarmCard(context, alarm, mayAct)),
  );
}

/** `clear` on a button is another word than of an alarm that cleared. */
const eventWord = (event: string): string => (event === 'clear' ? 'alarmCleared' : event);

async function journal({ view, signal }: PageContext): Promise<HTMLElement> {
  const lines = await api.alarmJournal(signal);
  const heads = [t('start'), t('alarms'), t('event'), t('by')].map((text) => h('th', { scope: 'col' }, text));
  const rows = lines.map((line) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, formatTime(Date.parse(line.time), view.zone)),
      h('td', { title: line.alarm }, titleOf(view, line.alarm, line.alarm.split('.')[0] ?? '')),
      h('td', {}, `${wordFor(eventWord(line.event))} → ${wordFor(line.to)}`),
      h('td', {}, [line.by, line.note].filter((one) => one !== undefined).join(': ')),
    ),
  );
  return panel(
    { title: t('journal') },
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': t('journal') },
      h('table', { class: 'table' }, h('thead', {}, h('tr', {}, heads)), h('tbody', {}, rows)),
    ),
  );
}
