import type { Static } from 'typebox';
import type { MetersAnswer } from '../../../api/energy/meter-schemas.ts';
import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { t } from '../../app/language.ts';
import { errorState } from '../../parts/states.ts';

type Meter = Static<typeof MetersAnswer>['meters'][number];

const labelled = (label: string, input: HTMLElement): HTMLElement =>
  h('label', { class: 'field' }, h('span', {}, label), input);

/** Quarter of an hour before the present, plant time, as the input wants it. */
function lastQuarter({ view, live }: PageContext): string {
  const timeMs = Math.floor(live.nowMs() / 900_000) * 900_000 - 900_000;
  return view.calendar.toIso(timeMs).slice(0, 16);
}

/** A value of a person's in place of an interval; empty takes the edit back. */
export function editForm(context: PageContext): HTMLElement {
  const { view, go } = context;
  if (view.session.role === 'viewer') return h('p', { class: 'muted' }, t('needsOperator'));
  const meter = meterSelect(
    view.assets.filter(({ carrier }) => carrier !== undefined && carrier !== 'other'),
  );
  const start = h('input', {
    type: 'datetime-local',
    step: 900,
    value: lastQuarter(context),
    required: true,
  });
  const value = h('input', { type: 'number', min: 0, step: 'any', class: 'short' });
  const reason = h('input', { type: 'text', required: true, maxlength: 500 });
  return form(
    t('saveEdit'),
    [
      labelled(t('meter'), meter),
      labelled(t('quarterStart'), start),
      labelled(t('editValue'), value),
      labelled(t('reason'), reason),
    ],
    async () => {
      const entered = value.value === '' ? {} : { value: Number(value.value) };
      await api.edit({ meter: meter.value, start: start.value, reason: reason.value, ...entered });
      go({}, 'replace');
      return undefined;
    },
  );
}

/** A reading that a person read off a meter; a doubtful one is asked about before it counts. */
export function readingForm(context: PageContext, meters: readonly Meter[]): HTMLElement {
  const { view, live, go } = context;
  if (view.session.role === 'viewer') return h('p', { class: 'muted' }, t('needsOperator'));
  const meter = meterSelect(
    meters.filter(({ registers }) => registers.length > 0).map(({ meter: id, name }) => ({ id, name })),
  );
  const time = h('input', {
    type: 'datetime-local',
    value: view.calendar.toIso(live.nowMs()).slice(0, 16),
    required: true,
  });
  const reading = h('input', { type: 'number', min: 0, step: 'any', required: true, class: 'short' });
  const confirmed = h('input', { type: 'checkbox' });
  return form(
    t('saveReading'),
    [
      labelled(t('meter'), meter),
      labelled(t('time'), time),
      labelled(t('registerReading'), reading),
      h('label', { class: 'check' }, confirmed, t('lookedAgain')),
    ],
    async () => {
      const { doubts } = await api.enterReading(meter.value, {
        ...{ time: time.value, reading: Number(reading.value), confirmed: confirmed.checked },
      });
      const [doubt] = doubts;
      if (doubt) return `▲ ${t(`doubt-${doubt.reason as 'reset'}`)}: ${doubt.detail}. ${t('confirmHint')}`;
      go({}, 'replace');
      return undefined;
    },
  );
}

const meterSelect = (meters: readonly { readonly id: string; readonly name: string }[]): HTMLSelectElement =>
  h(
    'select',
    {},
    meters.map(({ id, name }) => h('option', { value: id }, name)),
  );

/** @param send what it gives back is said to the person */
function form(
  action: string,
  fields: readonly HTMLElement[],
  send: () => Promise<string | undefined>,
): HTMLElement {
  const notice = h('div', { role: 'status' });
  const button = h('button', { type: 'submit' }, action);
  const element = h('form', { class: 'bar' }, fields, button, notice);
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    send()
      .then(
        (said) => notice.replaceChildren(said === undefined ? '' : h('p', {}, said)),
        (failure: unknown) => notice.replaceChildren(errorState(failure)),
      )
      .finally(() => {
        button.disabled = false;
      });
  });
  return element;
}
