import { api } from '../../app/api.ts';
import type { PageContext } from '../../app/context.ts';
import { h } from '../../app/dom.ts';
import { t, wordFor } from '../../app/language.ts';
import { spanQuery } from '../../app/time-range.ts';
import { dataTable } from '../../parts/data-table.ts';
import { emptyState } from '../../parts/states.ts';
import { figure } from './figure-cells.ts';
import { completenessColumn, figureColumn } from './figure-columns.ts';

const groupings = ['product', 'area', 'line', 'asset', 'shift'] as const;

/** Energy a piece of output, by product, place or shift. */
export async function intensityTable({ range, query, signal, go }: PageContext): Promise<HTMLElement> {
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
    figureColumn(
      t('consumption'),
      ({ energy }) => energy,
      ({ energyUnit }) => energyUnit,
    ),
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
    completenessColumn(),
    { head: t('method'), value: ({ method }) => method },
  ]);
  return h('div', { class: 'stack-s' }, choice, table, h('p', { class: 'muted' }, edition));
}
