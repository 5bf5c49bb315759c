import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatShare } from '../../app/format.ts';
import { t } from '../../app/language.ts';
import { spanQuery } from '../../app/time-range.ts';
import { emptyState } from '../../parts/states.ts';
import { completenessCell, fact, facts, figure } from './figure-cells.ts';

/** Compressed air stations and boilers: specific power, leaks, efficiency. */
export async function utilityFacts({ range, signal }: PageContext): Promise<HTMLElement> {
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
