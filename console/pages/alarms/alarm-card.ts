import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatGiven, formatNumber, formatTime, withUnit } from '../../app/format.ts';
import { labelOf, t, wordFor } from '../../app/language.ts';
import { panel } from '../../parts/panel.ts';
import { errorState } from '../../parts/states.ts';

export type Alarm = Awaited<ReturnType<typeof api.alarms>>[number];

/** Whether an operator has to look at it. */
export const isWaiting = ({ state }: Alarm): boolean =>
  state === 'unacknowledged' || state === 'returned-unacknowledged';

const rank = { high: 0, medium: 1, low: 2 } as const;
const rankOf = ({ priority }: Alarm): number => rank[priority as keyof typeof rank] ?? 3;

export const worstFirst = (alarms: readonly Alarm[]): Alarm[] =>
  [...alarms].sort((a, b) => rankOf(a) - rankOf(b));

/** One alarm: what stands, since when, its evidence, and what an operator may do. */
export function alarmCard({ view, go }: PageContext, alarm: Alarm, mayAct: boolean): HTMLElement {
  const notice = h('div', { role: 'status' });
  const act = (name: string, body: object, button: HTMLButtonElement): void => {
    button.disabled = true;
    api.actOnAlarm(alarm.id, name, body).then(
      () => go({}, 'replace'),
      (failure: unknown) => {
        button.disabled = false;
        notice.replaceChildren(errorState(failure));
      },
    );
  };
  return panel(
    {
      title: titleOf(view, alarm.id, alarm.asset),
      href: `/assets/${encodeURIComponent(alarm.asset)}`,
      actions: mayAct ? actionsOf(alarm, act) : [],
    },
    !isOfPresence(alarm) && valueLine(alarm),
    h('p', { class: 'muted' }, factsOf(view, alarm)),
    alarm.evidence !== undefined && evidenceImage(alarm.evidence),
    notice,
  );
}

/** A limit of nothing: the alarm tells that something is there, and its number says no more. */
const isOfPresence = ({ limit, unit }: Alarm): boolean => limit === 0 && unit === '1';

function valueLine(alarm: Alarm): HTMLElement {
  const { active, value, limit, unit } = alarm;
  return h(
    'p',
    { class: 'alarm-value', ...(active && isWaiting(alarm) && { 'data-exceeding': '' }) },
    h(
      'strong',
      {},
      `${active ? '▲ ' : ''}${value === undefined ? '–' : withUnit(formatNumber(value), unit)}`,
    ),
    limit !== undefined && ` (${t('limit')} ${withUnit(formatGiven(limit), unit)})`,
  );
}

function factsOf(view: PageContext['view'], alarm: Alarm): string {
  const facts = [wordFor(alarm.state), wordFor(alarm.priority), alarm.basis];
  if (alarm.raised !== undefined) facts.push(formatTime(Date.parse(alarm.raised), view.zone));
  if (alarm.shelvedUntil !== undefined)
    facts.push(`${t('shelvedUntil')} ${formatTime(Date.parse(alarm.shelvedUntil), view.zone)}`);
  return facts.join(' · ');
}

type Act = (name: string, body: object, button: HTMLButtonElement) => void;

function actionsOf(alarm: Alarm, act: Act): HTMLElement[] {
  const button = (text: string, name: string, body: () => object = () => ({})): HTMLButtonElement => {
    const element = h('button', { type: 'button' }, text);
    element.addEventListener('click', () => act(name, body(), element));
    return element;
  };
  if (alarm.state === 'shelved') return [button(t('unshelveAlarm'), 'unshelve')];
  if (alarm.state === 'suppressed-by-design' || alarm.state === 'out-of-service') return [];
  return [
    ...(isWaiting(alarm) ? [button(t('acknowledge'), 'acknowledge')] : []),
    ...(alarm.state === 'latched' ? [button(t('resetAlarm'), 'reset')] : []),
    ...shelving((text, minutes) => button(text, 'shelve', () => ({ minutes: minutes() }))),
  ];
}

const SHELVE_MINUTES: readonly (readonly [minutes: number, text: string])[] = [
  [15, '15 min'],
  [60, '1 h'],
  [240, '4 h'],
  [480, '8 h'],
  [1440, '24 h'],
];

/** Shelving always has an end, which the operator chooses. */
function shelving(button: (text: string, minutes: () => number) => HTMLElement): HTMLElement[] {
  const select = h(
    'select',
    { 'aria-label': t('shelveFor') },
    SHELVE_MINUTES.map(([minutes, text]) => h('option', { value: minutes, selected: minutes === 60 }, text)),
  );
  return [button(t('shelveAlarm'), () => Number(select.value)), select];
}

function evidenceImage(id: string): HTMLElement {
  const source = `/api/v1/environment/images/${encodeURIComponent(id)}/file`;
  return h(
    'a',
    { class: 'evidence', href: source, target: '_blank', rel: 'noopener' },
    h('img', { src: source, alt: `${t('evidence')}: ${id}`, loading: 'lazy' }),
  );
}

/** `Wastewater outlet: pH, too low`; the alarm's own words where it judges no quantity of the asset. */
export function titleOf(view: PageContext['view'], id: string, asset: string): string {
  const name = view.assets.find((one) => one.id === asset)?.name ?? asset;
  const [, quantity = '', ...kinds] = id.split('.');
  const tag = view.tag.get(`${asset}.${quantity}`);
  // Too high is what an alarm is by itself.
  const parts = kinds.filter((kind) => kind !== 'high').map(alarmWord);
  return `${name}: ${[tag ? labelOf(tag.label) : alarmWord(quantity), ...parts].join(', ')}`;
}

function alarmWord(part: string): string {
  const word = wordFor(`of-${part}`);
  return word === `of-${part}` ? part.replaceAll('-', ' ') : word;
}
