import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatShare } from '../../app/format.ts';
import { labelOf, t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { panel } from '../../parts/panel.ts';
import { emptyState, region } from '../../parts/states.ts';
import { completenessCell, fact, facts, figure } from './figure-cells.ts';
import { tableFiles } from './table-files.ts';

/** How energy is used: per piece, by place and shift, by idle machines, in air and steam; and how good the supply is. */
export const useView = (context: PageContext): readonly HTMLElement[] => [
  panel(
    {
      title: t('intensityTitle'),
      actions: tableFiles('intensity', context.range, { by: context.query.get('by') ?? undefined }),
    },
    region(() => intensity(context), context.signal, 5),
  ),
  panel(
    { title: t('idleTitle'), actions: tableFiles('idle', context.range) },
    region(() => idle(context), context.signal, 5),
  ),
  panel(
    { title: t('utilitiesTitle'), actions: tableFiles('utilities', context.range) },
    region(() => utilities(context), context.signal, 4),
  ),
  panel(
    { title: t('qualityTitle'), actions: tableFiles('quality', context.range) },
    region(() => quality(context), context.signal, 5),
  ),
  panel(
    { title: t('fitRateTitle'), actions: tableFiles('fit-rate', undefined) },
    region(() => fitRate(context), context.signal, 4),
  ),
];

const groupings = ['product', 'area', 'line', 'asset', 'shift'] as const;

async function intensity({ range, query, signal, go }: PageContext): Promise<HTMLElement> {
  const by = groupings.find((name) => name === query.get('by')) ?? 'product';
  const { groups, edition } = await api.intensity({ ...spanQuery(range), by }, signal);
  const choice = h(
    'div',
    { class: 'segments', role: 'group', 'aria-label': t('groupBy') },
    groupings.map((name) =>
      h(
        'button',
        {
          type: 'button',
          'aria-pressed': name === by,
          onClick: () => go({ by: name === 'product' ? undefined : name }),
        },
        t(`by-${name}`),
      ),
    ),
  );
  if (groups.length === 0)
    return h('div', { class: 'stack-s' }, choice, emptyState(t('noGroups'), t('noGroupsHint')));
  const table = dataTable('energy-intensity', groups, [
    { head: t(`by-${by}`), value: ({ name }) => name },
    {
      head: t('consumption'),
      isNumber: true,
      value: ({ energy }) => energy,
      show: ({ energy, energyUnit }) => figure(energy, energyUnit),
    },
    {
      head: t('output'),
      isNumber: true,
      value: ({ output }) => output,
      show: ({ output, outputUnit }) =>
        output === undefined ? '–' : `${output.toLocaleString('en')} ${wordFor(outputUnit)}`,
    },
    {
      head: t('intensity'),
      isNumber: true,
      value: (row) => row.intensity,
      show: (row) =>
        row.intensity === undefined
          ? '–'
          : `${figure(row.intensity, row.energyUnit)}/${wordFor(row.outputUnit)}`,
    },
    {
      head: t('completeness'),
      isNumber: true,
      value: ({ completeness }) => completeness,
      show: ({ completeness }) => completenessCell(completeness),
    },
    { head: t('method'), value: ({ method }) => method },
  ]);
  return h('div', { class: 'stack-s' }, choice, table, h('p', { class: 'muted' }, edition));
}

async function idle({ view, range, signal }: PageContext): Promise<HTMLElement> {
  const { machines, night } = await api.idle(spanQuery(range), signal);
  const nights = [...night.meters].sort((a, b) => b.nightKwh - a.nightKwh);
  return h(
    'div',
    { class: 'stack-s' },
    machines.length === 0
      ? emptyState(t('noIdle'), t('noIdleHint'))
      : dataTable('energy-idle', machines, [
          {
            head: t('machine'),
            value: ({ name }) => name,
            show: ({ machine, name }) => h('a', { href: `/assets/${machine}` }, name),
          },
          { head: t('state'), value: ({ state }) => wordFor(state) },
          {
            head: t('meanPower'),
            isNumber: true,
            value: ({ meanKw }) => meanKw,
            show: ({ meanKw }) => figure(meanKw, 'kW'),
          },
          {
            head: t('hours'),
            isNumber: true,
            value: ({ hours }) => hours,
            show: ({ hours }) => figure(hours, 'h'),
          },
          {
            head: t('consumption'),
            isNumber: true,
            value: ({ energyKwh }) => energyKwh,
            show: ({ energyKwh }) => figure(energyKwh, 'kWh'),
          },
          {
            head: t('completeness'),
            isNumber: true,
            value: ({ completeness }) => completeness,
            show: ({ completeness }) => completenessCell(completeness),
          },
        ]),
    h('h3', {}, `${t('nightTitle')} ${night.from}–${night.to}`),
    nights.length === 0
      ? emptyState(t('noNight'))
      : dataTable('energy-night', nights, [
          { head: t('meter'), value: ({ meter }) => assetName(view, meter) },
          {
            head: t('consumption'),
            isNumber: true,
            value: ({ nightKwh }) => nightKwh,
            show: ({ nightKwh }) => figure(nightKwh, 'kWh'),
          },
          {
            head: t('meanPower'),
            isNumber: true,
            value: ({ nightKw }) => nightKw,
            show: ({ nightKw }) => figure(nightKw, 'kW'),
          },
          {
            head: t('share'),
            isNumber: true,
            value: ({ share }) => share,
            show: ({ share }) => formatShare(share),
          },
          {
            head: t('completeness'),
            isNumber: true,
            value: ({ completeness }) => completeness,
            show: ({ completeness }) => completenessCell(completeness),
          },
        ]),
  );
}

async function utilities({ range, signal }: PageContext): Promise<HTMLElement> {
  const { air, boilers } = await api.utilities(spanQuery(range), signal);
  if (air.length + boilers.length === 0) return emptyState(t('noUtilities'), t('noUtilitiesHint'));
  return h(
    'div',
    { class: 'stack-s' },
    air.map((station) =>
      h(
        'div',
        { class: 'stack-s' },
        h('h3', {}, station.name),
        facts(
          fact(
            t('specificPower'),
            figure(station.specificPowerKwPerM3Min, 'kW/(m³/min)'),
            figure(station.specificEnergyKwhPerM3, 'kWh/m³'),
          ),
          fact(t('delivered'), figure(station.airM3, 'm³'), figure(station.energyKwh, 'kWh')),
          station.leakM3PerHour !== undefined &&
            fact(
              t('leaks'),
              figure(station.leakM3PerHour, 'm³/h'),
              `${formatShare(station.leakShare ?? 0)} · ${figure(station.leakEnergyKwh, 'kWh')} · ${figure(station.idleHours, 'h')}`,
            ),
          fact(t('completeness'), completenessCell(station.completeness), station.edition),
        ),
        station.note !== undefined && h('p', { class: 'muted' }, `∅ ${station.note}`),
      ),
    ),
    boilers.map((boiler) =>
      h(
        'div',
        { class: 'stack-s' },
        h('h3', {}, boiler.name),
        facts(
          fact(
            t('efficiency'),
            boiler.efficiency === undefined ? '–' : formatShare(boiler.efficiency),
            t('directMethod'),
          ),
          fact(
            t('fuel'),
            figure(boiler.fuel, boiler.fuelUnit),
            `${t('steam')} ${figure(boiler.steamT, 't')}`,
          ),
          fact(t('completeness'), completenessCell(boiler.completeness), boiler.edition),
        ),
        boiler.note !== undefined && h('p', { class: 'muted' }, `∅ ${boiler.note}`),
      ),
    ),
  );
}

async function quality({ view, range, signal }: PageContext): Promise<HTMLElement> {
  const { powerFactors, supply } = await api.quality(spanQuery(range), signal);
  if (powerFactors.length + supply.length === 0) return emptyState(t('noResults'), t('noResultsHint'));
  return h(
    'div',
    { class: 'stack-s' },
    facts(
      ...powerFactors.map(({ asset, powerFactor, lowest }) =>
        fact(
          `cosφ ${assetName(view, asset)}`,
          powerFactor === undefined ? '–' : powerFactor.toFixed(3),
          lowest && `${t('lowest')} ${lowest.powerFactor.toFixed(3)}`,
        ),
      ),
    ),
    dataTable('energy-quality', supply, [
      { head: t('meter'), value: ({ asset }) => assetName(view, asset) },
      {
        head: t('quantity'),
        value: ({ tag, quantity }) => {
          const known = view.tag.get(tag);
          return known ? labelOf(known.label) : quantity;
        },
      },
      {
        head: t('mean'),
        isNumber: true,
        value: ({ mean }) => mean,
        show: ({ mean, unit }) => figure(mean, unit),
      },
      { head: t('lowHigh'), value: ({ least, most }) => `${figure(least)} … ${figure(most)}` },
      {
        head: t('p95'),
        isNumber: true,
        value: ({ p95 }) => p95,
        show: ({ p95, unit }) => figure(p95, unit),
      },
      { head: t('limit'), value: ({ limitLow, limitHigh, unit }) => `${limitLow} … ${limitHigh} ${unit}` },
      {
        head: t('outside'),
        isNumber: true,
        value: ({ outsideShare }) => outsideShare,
        show: ({ outsideShare, isWithin }) => `${isWithin ? '● ' : '▲ '}${formatShare(outsideShare)}`,
      },
      {
        head: t('completeness'),
        isNumber: true,
        value: ({ completeness }) => completeness,
        show: ({ completeness }) => completenessCell(completeness),
      },
      {
        head: t('edition'),
        value: ({ edition, evidence }) => `${edition} (${wordFor(`evidence-${evidence}`)})`,
      },
    ]),
  );
}

async function fitRate({ signal }: PageContext): Promise<HTMLElement> {
  const { rates, edition, note } = await api.fitRate(signal);
  return h(
    'div',
    { class: 'stack-s' },
    h('p', { class: 'muted' }, `${edition}: ${note}`),
    dataTable('metering-fit-rate', rates, [
      { head: t('carrier'), value: ({ carrier }) => wordFor(carrier) },
      { head: t('level'), value: ({ level }) => wordFor(`level-${level}`) },
      {
        head: t('installed'),
        isNumber: true,
        value: ({ installed, required }) => `${installed} / ${required}`,
      },
      {
        head: t('rate'),
        isNumber: true,
        value: ({ ratePct }) => ratePct,
        show: ({ ratePct, isMet }) => `${isMet === false ? '▲ ' : ''}${ratePct.toFixed(0)} %`,
      },
      {
        head: t('least'),
        isNumber: true,
        value: ({ leastPct }) => leastPct,
        show: ({ leastPct }) => (leastPct === undefined ? '–' : `${leastPct} %`),
      },
    ]),
  );
}
