import { api } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatTime } from '../app/format.ts';
import { t, wordFor } from '../app/language.ts';
import { panel } from '../parts/panel.ts';
import { emptyState, region } from '../parts/states.ts';
import { type Alarm, alarmCard, titleOf } from './alarms/alarm-card.ts';
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
      liveRegion(() => standing(context), context.signal, 4),
      liveRegion(() => kpiBoard(context), context.signal, 2),
      region(() => deviceEvents(context), context.signal, 1),
      liveRegion(() => journal(context), context.signal, 6),
    ),
};

/** A burst of changes is shown once. */
const SETTLE_MS = 300;

/** A region that is loaded anew whenever an alarm changes, without a loading state between. */
function liveRegion(load: () => Promise<HTMLElement>, signal: AbortSignal, rows: number): HTMLElement {
  const host = region(load, signal, rows);
  const stream = new EventSource('/api/v1/alarms/stream');
  let settling: ReturnType<typeof setTimeout> | undefined;
  const refresh = async (): Promise<void> => {
    // What stands stays where this fails; the next alarm, or the reader, tries again.
    const content = await load().catch(() => undefined);
    if (content && !signal.aborted) host.replaceChildren(content);
  };
  stream.addEventListener('alarm', () => {
    clearTimeout(settling);
    settling = setTimeout(() => void refresh(), SETTLE_MS);
  });
  signal.addEventListener('abort', () => {
    clearTimeout(settling);
    stream.close();
  });
  return host;
}

const rank = { high: 0, medium: 1, low: 2 } as const;
const rankOf = (alarm: Alarm): number => rank[alarm.priority as keyof typeof rank] ?? 3;

async function standing(context: PageContext): Promise<HTMLElement> {
  const alarms = await api.alarms(context.signal);
  if (alarms.length === 0) return emptyState(t('noAlarms'));
  const mayAct = context.view.session.role !== 'viewer';
  const sorted = [...alarms].sort((a, b) => rankOf(a) - rankOf(b));
  return h(
    'div',
    { class: 'stack' },
    !mayAct && h('p', { class: 'muted' }, t('needsOperator')),
    sorted.map((alarm) => alarmCard(context, alarm, mayAct)),
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
