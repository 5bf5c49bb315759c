import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatMinute, formatRegister, formatTime, unitOf } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState, region } from '../../parts/states.ts';
import { editForm, readingForm } from './energy-forms.ts';
import { figure } from './figure-cells.ts';
import { completenessColumn, figureColumn } from './figure-columns.ts';
import { tableFiles } from './table-files.ts';

/** How well the figures are known: validation, estimates, edits, meters, readings by hand, commissioning. */
export const dataView = (context: PageContext): readonly HTMLElement[] => [
  panel(
    { title: t('substitutesTitle'), actions: tableFiles('vee', context.range) },
    region(() => vee(context), context.signal, 5),
  ),
  panel(
    { title: t('editTitle'), actions: tableFiles('vee/edits', undefined) },
    region(() => edits(context), context.signal, 4),
  ),
  panel(
    { title: t('metersTitle'), actions: tableFiles('meters', undefined) },
    region(() => meters(context), context.signal, 6),
  ),
  panel(
    {
      title: t('commissioningTitle'),
      note: t('commissioningNote'),
      actions: tableFiles('commissioning', context.range),
    },
    region(() => commissioning(context), context.signal, 5),
  ),
];

async function vee({ view, range, signal }: PageContext): Promise<HTMLElement> {
  const { findings, substitutes, edition } = await api.vee(spanQuery(range), signal);
  const time = (text: string): string => formatMinute(Date.parse(text), view.zone);
  return h(
    'div',
    { class: 'stack-s' },
    h('p', { class: 'muted' }, edition),
    substitutes.length === 0
      ? emptyState(t('noSubstitutes'))
      : dataTable('energy-substitutes', substitutes, [
          { head: t('meter'), value: ({ meter }) => assetName(view, meter) },
          { head: t('start'), value: ({ start }) => start, show: ({ start }) => time(start) },
          figureColumn(
            t('value'),
            ({ value }) => value,
            ({ unit }) => unit,
          ),
          figureColumn(
            t('original'),
            ({ original }) => original,
            ({ unit }) => unit,
          ),
          { head: t('kind'), value: ({ quality }) => wordFor(quality) },
          { head: t('rule'), value: ({ rule }) => rule },
          completenessColumn(),
          { head: t('revision'), isNumber: true, value: ({ revision }) => revision },
        ]),
    h('h3', {}, t('findingsTitle')),
    findings.length === 0
      ? emptyState(t('noFindings'))
      : dataTable('energy-findings', findings, [
          { head: t('meter'), value: ({ meter }) => assetName(view, meter) },
          { head: t('rule'), value: ({ rule }) => wordFor(`vee-${rule}`) },
          { head: t('start'), value: ({ start }) => start, show: ({ start }) => time(start) },
          { head: t('to'), value: ({ end }) => end, show: ({ end }) => time(end) },
          { head: t('detail'), value: ({ detail }) => detail },
        ]),
  );
}

async function edits(context: PageContext): Promise<HTMLElement> {
  const { view, signal } = context;
  const trail = await api.edits(signal);
  return h(
    'div',
    { class: 'stack-s' },
    editForm(context),
    trail.length === 0
      ? h('p', { class: 'muted' }, t('noEdits'))
      : dataTable('energy-edits', trail, [
          { head: '№', isNumber: true, value: ({ number }) => number },
          { head: t('meter'), value: ({ meter }) => assetName(view, meter) },
          {
            head: t('start'),
            value: ({ start }) => start,
            show: ({ start }) => formatMinute(Date.parse(start), view.zone),
          },
          {
            head: t('value'),
            isNumber: true,
            value: ({ value }) => value,
            show: ({ value }) => (value === undefined ? t('takenBack') : figure(value)),
          },
          { head: t('reason'), value: ({ reason }) => reason },
          { head: t('by'), value: ({ by }) => by },
          { head: t('time'), value: ({ at }) => at, show: ({ at }) => formatTime(Date.parse(at), view.zone) },
        ]),
  );
}

type Meter = Awaited<ReturnType<typeof api.meters>>[number];
type MeterRow = Omit<Meter, 'registers'> & { readonly register?: Meter['registers'][number] };

async function meters(context: PageContext): Promise<HTMLElement> {
  const { view, signal } = context;
  const all = await api.meters(signal);
  const rows = all.flatMap((meter): MeterRow[] => {
    const { registers, ...rest } = meter;
    return registers.length === 0 ? [rest] : registers.map((register) => ({ ...rest, register }));
  });
  return h(
    'div',
    { class: 'stack-s' },
    readingForm(context, all),
    dataTable('energy-meters', rows, [
      {
        head: t('meter'),
        value: ({ name }) => name,
        show: ({ meter, name, formula }) =>
          formula === undefined ? h('a', { href: `/assets/${meter}` }, name) : `ƒ ${name}`,
      },
      { head: t('carrier'), value: ({ carrier }) => wordFor(carrier) },
      {
        head: t('parentMeter'),
        value: ({ parent }) => (parent === undefined ? '' : assetName(view, parent)),
      },
      { head: t('register'), value: ({ register, formula }) => register?.quantity ?? formula ?? '' },
      {
        head: t('lastReading'),
        isNumber: true,
        value: ({ register }) => register?.last?.reading,
        show: ({ register }) =>
          register?.last ? `${formatRegister(register.last.reading)} ${unitOf(register.registerUnit)}` : '–',
      },
      {
        head: t('time'),
        value: ({ register }) => register?.last?.time,
        show: ({ register }) =>
          register?.last
            ? `${formatTime(Date.parse(register.last.time), view.zone)}${register.last.origin === 'manual' ? ` (${t('byHand')})` : ''}`
            : '–',
      },
      { head: t('multiplier'), isNumber: true, value: ({ register }) => register?.multiplier },
      { head: t('digits'), isNumber: true, value: ({ register }) => register?.digits },
      {
        head: t('segments'),
        value: ({ changes }) =>
          changes.map(({ at, reason }) => `${at.slice(0, 16)} ${wordFor(reason)}`).join('; '),
      },
    ]),
  );
}

async function commissioning({ signal }: PageContext): Promise<HTMLElement> {
  const { meters: judged } = await api.commissioning(signal);
  return dataTable('commissioning', judged, [
    {
      head: t('meter'),
      value: ({ name }) => name,
      show: ({ meter, name }) => h('a', { href: `/assets/${meter}` }, name),
    },
    {
      head: t('verdict'),
      value: ({ isAccepted }) => isAccepted,
      show: ({ isAccepted }) => (isAccepted ? `● ${t('accepted')}` : `▲ ${t('notAccepted')}`),
    },
    { head: t('samples'), isNumber: true, value: ({ samples }) => samples },
    {
      head: t('detail'),
      value: ({ findings }) =>
        findings
          .map(
            ({ fault, place, evidence }) =>
              `${wordFor(`fault-${fault}`)}${place === undefined ? '' : ` ${place}`}: ${evidence}`,
          )
          .join('; '),
    },
  ]);
}
