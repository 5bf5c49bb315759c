import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { type Child, h } from '../../app/dom.ts';
import { formatMinute, formatShare, formatTime, unitOf } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { panel } from '../../parts/panel.ts';
import { region } from '../../parts/states.ts';
import { completenessCell, figure } from './figure-cells.ts';

type Report = Awaited<ReturnType<typeof api.energyReport>>;

/** The month on paper: totals, cost, demand, balance, coal and CO2, EnPI, and how well each is known. */
export const reportView = (context: PageContext): readonly HTMLElement[] => [
  region(() => report(context), context.signal, 12),
];

async function report(context: PageContext): Promise<HTMLElement> {
  const { view, query, live, signal, go } = context;
  const month = query.get('month') ?? view.calendar.dayKey(live.nowMs()).slice(0, 7);
  const answer = await api.energyReport({ month }, signal);
  const input = h('input', { type: 'month', value: month, 'aria-label': t('month') });
  input.addEventListener('change', () => go({ month: input.value === '' ? undefined : input.value }));
  const file = (format: string): HTMLElement =>
    h(
      'a',
      { class: 'button', href: `/api/v1/energy/report?month=${month}&format=${format}`, download: '' },
      format.toUpperCase(),
    );
  return h(
    'div',
    { class: 'stack report' },
    h(
      'div',
      { class: 'bar' },
      h('label', { class: 'field' }, t('month'), input),
      h('span', { class: 'spacer' }),
      file('csv'),
      file('xlsx'),
      h('button', { type: 'button', onClick: () => print() }, t('print')),
    ),
    h('h2', {}, `${t('reportTitle')} ${answer.month}, ${answer.site}`),
    h(
      'p',
      { class: 'muted' },
      `${formatTime(Date.parse(answer.from), view.zone)} – ${formatTime(Date.parse(answer.to), view.zone)}${answer.isComplete ? '' : ` · ${t('monthRuns')}`} · ${t('made')} ${formatTime(Date.parse(answer.made), view.zone)}`,
    ),
    sections(context, answer),
  );
}

function sections({ view }: PageContext, answer: Report): HTMLElement[] {
  const name = (id: string): string => assetName(view, id);
  const currency = answer.currency ?? '';
  const tops = answer.cost.filter(({ parent }) => parent === undefined);
  return [
    section(
      t('metersTitle'),
      [
        t('meter'),
        t('carrier'),
        t('consumption'),
        t('completeness'),
        t('estimatedShare'),
        t('findingsTitle'),
        t('revision'),
      ],
      answer.meters.map((row) => [
        row.name,
        wordFor(row.carrier),
        figure(row.energy, row.unit),
        completenessCell(row.completeness),
        formatShare(row.estimatedShare),
        String(row.findings),
        String(row.revision),
      ]),
    ),
    section(
      `${t('costSplit')} (${answer.tariff ?? '–'})`,
      [t('meter'), t('period'), t('consumption'), t('cost'), t('edition')],
      tops.flatMap((meter) =>
        meter.periods.map((one) => [
          name(meter.asset),
          t(`period-${one.period as 'peak'}`),
          figure(one.energy, 'kWh'),
          figure(one.cost, currency),
          meter.editions.join('; '),
        ]),
      ),
    ),
    section(
      t('bill'),
      [t('meter'), t('energyCharge'), t('basicCharge'), t('powerFactorAdjustment'), t('total'), t('note')],
      answer.bills.flatMap(({ supplies }) =>
        supplies.map((one) => [
          name(one.asset),
          figure(one.energyCharge, currency),
          figure(one.basicCharge, currency),
          figure(one.adjustment, currency),
          figure(one.total, currency),
          one.notes.join('; '),
        ]),
      ),
    ),
    section(
      t('demandTitle'),
      [t('meter'), t('monthMaximum'), t('time'), t('slidingMaximum')],
      answer.demand.map((row) => [
        name(row.meter),
        figure(row.demandKw, 'kW'),
        formatMinute(Date.parse(row.at), view.zone),
        figure(row.slidingKw, 'kW'),
      ]),
    ),
    section(
      t('balance'),
      [t('meter'), t('carrier'), t('measured'), t('childrenSum'), t('knownLoss'), t('unexplained')],
      answer.balance.flatMap(({ carrier, meters }) =>
        meters
          .filter(({ childrenSum }) => childrenSum !== undefined)
          .map((row) => [
            row.name,
            wordFor(carrier),
            figure(row.measured, unitOf(row.unit)),
            figure(row.childrenSum, unitOf(row.unit)),
            figure(row.loss, unitOf(row.unit)),
            figure(row.unexplained, unitOf(row.unit)),
          ]),
      ),
    ),
    section(
      t('carbonTitle'),
      [t('carrier'), t('consumption'), 'kgce', 'kg CO₂', t('edition')],
      answer.carbon.map((row) => [
        wordFor(row.carrier),
        figure(row.amount, row.unit),
        figure(row.kgce),
        figure(row.kgCo2),
        [row.coalEdition, row.carbonEdition].filter((one) => one !== undefined).join('; '),
      ]),
    ),
    section(
      'EnPI',
      [t('meter'), t('model'), 'EnPI', t('actual'), t('expected'), t('savings'), t('note')],
      answer.enpi.map((row) => [
        name(row.meter),
        row.model,
        figure(row.enpi),
        figure(row.actual, row.unit),
        figure(row.expected, row.unit),
        row.savingsUncertainty === undefined
          ? figure(row.savings, row.unit)
          : `${figure(row.savings, row.unit)} ± ${figure(row.savingsUncertainty, row.unit)}`,
        row.note ?? '',
      ]),
    ),
    section(
      t('intensityTitle'),
      [t('by-product'), t('consumption'), t('output'), t('intensity'), t('completeness')],
      answer.intensity.map((row) => [
        row.name,
        figure(row.energy, row.energyUnit),
        row.output === undefined ? '–' : row.output.toLocaleString('en'),
        row.intensity === undefined
          ? '–'
          : `${figure(row.intensity, row.energyUnit)}/${wordFor(row.outputUnit)}`,
        completenessCell(row.completeness),
      ]),
    ),
  ];
}

function section(title: string, heads: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  const body =
    rows.length === 0
      ? [h('tr', {}, h('td', { colspan: heads.length }, t('noData')))]
      : rows.map((cells) =>
          h(
            'tr',
            {},
            cells.map((cell, index) => (index === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell))),
          ),
        );
  return panel(
    { title },
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': title },
      h(
        'table',
        { class: 'table' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            heads.map((head) => h('th', { scope: 'col' }, head)),
          ),
        ),
        h('tbody', {}, body),
      ),
    ),
  );
}
