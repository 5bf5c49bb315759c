import { t } from '../../app/language.ts';
import type { Column } from '../../parts/data-table.ts';
import { completenessCell, figure } from './figure-cells.ts';

/** A column of numbers, each with its unit: sorted and exported as numbers. */
export const figureColumn = <Row>(
  head: string,
  value: (row: Row) => number | undefined,
  unit: string | ((row: Row) => string),
): Column<Row> => ({
  head,
  isNumber: true,
  value,
  show: (row) => figure(value(row), typeof unit === 'string' ? unit : unit(row)),
});

/** How much of each figure was metered; part of every table of figures. */
export const completenessColumn = <Row extends { readonly completeness: number }>(): Column<Row> => ({
  head: t('completeness'),
  isNumber: true,
  value: ({ completeness }) => completeness,
  show: ({ completeness }) => completenessCell(completeness),
});
