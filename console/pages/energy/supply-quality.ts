import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { formatGiven, formatShare, withUnit } from '../../app/format.ts';
import { heading, labelOf, t, wordFor } from '../../app/language.ts';
import { assetName } from '../../app/plant-view.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { emptyState } from '../../parts/states.ts';
import { fact, facts, figure } from './figure-cells.ts';
import { completenessColumn, figureColumn } from './figure-columns.ts';

/** Power factors, and voltages, frequency and harmonics against their limits. */
export async function supplyQuality({ view, range, signal }: PageContext): Promise<HTMLElement> {
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
          const name = known ? labelOf(known.label) : quantity;
          return quantity.endsWith('Deviation') ? `${name}, ${t('deviation')}` : name;
        },
      },
      figureColumn(
        t('mean'),
        ({ mean }) => mean,
        ({ unit }) => unit,
      ),
      { head: t('lowHigh'), value: ({ least, most, unit }) => `${figure(least)} … ${figure(most, unit)}` },
      figureColumn(
        t('p95'),
        ({ p95 }) => p95,
        ({ unit }) => unit,
      ),
      {
        head: heading('limit'),
        value: ({ limitLow, limitHigh, unit }) =>
          `${formatGiven(limitLow)} … ${withUnit(formatGiven(limitHigh), unit)}`,
      },
      {
        head: t('outside'),
        isNumber: true,
        value: ({ outsideShare }) => outsideShare,
        show: ({ outsideShare, isWithin }) => `${isWithin ? '● ' : '▲ '}${formatShare(outsideShare)}`,
      },
      completenessColumn(),
      {
        head: t('edition'),
        value: ({ edition, evidence }) => `${edition} (${wordFor(`evidence-${evidence}`)})`,
      },
    ]),
  );
}
