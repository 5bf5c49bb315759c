import type { Consumption } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatNumber, formatShare, unitOf } from '../../app/format.ts';
import { t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { dataTable } from '../../parts/data-table.ts';
import { completenessColumn } from './figure-columns.ts';
import { sumOf } from './meter-sums.ts';

/** Every meter with its sum over the range, its share of the meter above, and how complete and how found it is. */
export function meterTable({ view }: PageContext, meters: readonly Consumption[]): HTMLElement {
  const sums = meters.map(sumOf);
  const byAsset = new Map(sums.map((sum) => [`${sum.meter.carrier} ${sum.meter.asset}`, sum]));
  const shareOf = (sum: (typeof sums)[number]): number | undefined => {
    const parent = byAsset.get(`${sum.meter.carrier} ${sum.meter.parent}`);
    return parent && parent.value > 0 ? sum.value / parent.value : undefined;
  };
  return dataTable('meters', sums, [
    {
      head: t('meter'),
      value: ({ meter }) => assetName(view, meter.asset),
      show: ({ meter }) =>
        meter.isVirtual
          ? `ƒ ${meter.asset}`
          : h('a', { href: `/assets/${encodeURIComponent(meter.asset)}` }, assetName(view, meter.asset)),
    },
    { head: t('carrier'), value: ({ meter }) => wordFor(meter.carrier) },
    {
      head: t('parentMeter'),
      value: ({ meter }) => (meter.parent === undefined ? '' : assetName(view, meter.parent)),
    },
    {
      head: t('total'),
      isNumber: true,
      value: ({ value }) => value,
      show: ({ value }) => formatNumber(value),
    },
    { head: t('unit'), value: ({ meter }) => unitOf(meter.unit) },
    { head: t('share'), isNumber: true, value: shareOf, show: (sum) => shareText(shareOf(sum)) },
    completenessColumn(),
    { head: t('method'), value: ({ methods }) => methods },
    { head: t('edition'), value: ({ edition }) => (edition === 'none' ? '–' : edition) },
  ]);
}

const shareText = (share: number | undefined): string => (share === undefined ? '–' : formatShare(share));
