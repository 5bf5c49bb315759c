import { api } from '../app/api.ts';
import type { Page, PageContext } from '../app/context.ts';
import { h } from '../app/dom.ts';
import { formatNumber, formatTime, withUnit } from '../app/format.ts';
import { labelOf, t, wordFor } from '../app/language.ts';
import { panel } from '../parts/panel.ts';
import { emptyState, errorState, region } from '../parts/states.ts';
import { deviceEvents } from './alarms/device-events.ts';

type Alarm = Awaited<ReturnType<typeof api.alarms>>[number];

/** What stands and waits for an operator, worst first, and what happened before. */
export const alarmsPage: Page = {
  hasRange: false,
  render: (context: PageContext): HTMLElement =>
    h(
      'div',
      { class: 'stack' },
      h('h1', {}, t('alarms')),
      region(() => standing(context), context.signal, 4),
      region(() => deviceEvents(context), context.signal, 1),
      region(() => journal(context), context.signal, 6),
    ),
};

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
    sorted.map((alarm) => alarmPanel(context, alarm, mayAct)),
  );
}

function alarmPanel({ view, go }: PageContext, alarm: Alarm, mayAct: boolean): HTMLElement {
  const notice = h('div', { role: 'status' });
  const needsIt = alarm.state === 'unacknowledged' || alarm.state === 'returned-unacknowledged';
  const button = h('button', { type: 'button' }, t('acknowledge'));
  button.addEventListener('click', () => {
    button.disabled = true;
    api.acknowledge(alarm.id).then(
      () => go({}, 'replace'),
      (failure: unknown) => {
        button.disabled = false;
        notice.replaceChildren(errorState(failure));
      },
    );
  });
  const value = alarm.value === undefined ? '–' : withUnit(formatNumber(alarm.value), alarm.unit);
  const facts = [wordFor(alarm.state), wordFor(alarm.priority), alarm.basis];
  if (alarm.raised !== undefined) facts.push(formatTime(Date.parse(alarm.raised), view.zone));
  return panel(
    {
      title: titleOf(view, alarm.id, alarm.asset),
      href: `/assets/${encodeURIComponent(alarm.asset)}`,
      actions: mayAct && needsIt ? [button] : [],
    },
    h(
      'p',
      { class: 'reading alarm-value', ...(alarm.active && needsIt && { 'data-exceeding': '' }) },
      h('span', { class: 'value' }, `${alarm.active ? '▲ ' : ''}${value}`),
      alarm.limit !== undefined && ` (${t('limit')} ${formatNumber(alarm.limit)})`,
    ),
    h('p', { class: 'muted' }, facts.join(' · ')),
    notice,
  );
}

/** `Wastewater outlet: COD`; the alarm's id where it judges no quantity of the asset. */
function titleOf(view: PageContext['view'], id: string, asset: string): string {
  const name = view.assets.find((one) => one.id === asset)?.name ?? asset;
  const tag = view.tag.get(id.split('.').slice(0, 2).join('.'));
  return `${name}: ${tag ? labelOf(tag.label) : id}`;
}

async function journal({ view, signal }: PageContext): Promise<HTMLElement> {
  const lines = await api.alarmJournal(signal);
  const heads = [t('start'), t('alarms'), t('event'), t('by')].map((text) => h('th', { scope: 'col' }, text));
  const rows = lines.map((line) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, formatTime(Date.parse(line.time), view.zone)),
      h('td', { title: line.alarm }, titleOf(view, line.alarm, line.alarm.split('.')[0] ?? '')),
      h('td', {}, `${wordFor(line.event)} → ${wordFor(line.to)}`),
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
