import { type Child, h } from '../app/dom.ts';
import { t } from '../app/language.ts';
import { downloadCsv } from './download.ts';
import { emptyState } from './states.ts';

export interface Column<Row> {
  readonly head: string;
  readonly isNumber?: boolean;
  /** What is sorted, filtered and exported. */
  readonly value: (row: Row) => string | number | boolean | undefined;
  /** What is shown; default: the value. */
  readonly show?: (row: Row) => Child;
}

interface Order {
  column: number;
  sign: 1 | -1;
}

/** A table that sorts by its heads, filters by words, and exports what it shows. */
export function dataTable<Row>(
  name: string,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
): HTMLElement {
  const order: Order = { column: -1, sign: 1 };
  const search = h('input', { type: 'search', placeholder: t('filter'), 'aria-label': t('filter') });
  const body = h('tbody');
  const count = h('span', { class: 'muted', role: 'status' });
  const nothing = emptyState(t('nothingFound'));
  const heads = columns.map((column, index) => headCell(column, () => sortBy(order, index, show)));
  const shownRows = (): Row[] =>
    sorted(
      rows.filter((row) => matches(row, columns, search.value)),
      columns,
      order,
    );
  search.addEventListener('input', show);
  show();
  const exportCsv = (): void =>
    downloadCsv(
      `plantscope-${name}.csv`,
      columns.map((column) => column.head),
      shownRows().map((row) => columns.map((column) => column.value(row))),
    );
  return h(
    'div',
    { class: 'stack-s' },
    h(
      'div',
      { class: 'bar' },
      search,
      count,
      h('span', { class: 'spacer' }),
      h('button', { type: 'button', onClick: exportCsv, title: t('rowsAsShown') }, t('exportCsv')),
    ),
    h(
      'div',
      { class: 'scroll-x', tabindex: 0, role: 'region', 'aria-label': name },
      h('table', { class: 'table' }, h('thead', {}, h('tr', {}, heads)), body),
    ),
    nothing,
  );

  function show(): void {
    const shown = shownRows();
    body.replaceChildren(
      ...shown.map((row) =>
        h(
          'tr',
          {},
          columns.map((column, index) => cellOf(row, column, index)),
        ),
      ),
    );
    count.textContent = `${shown.length} ${t('lines')}`;
    nothing.hidden = shown.length > 0;
    heads.forEach((head, index) => {
      const sort = index === order.column ? (order.sign === 1 ? 'ascending' : 'descending') : 'none';
      head.setAttribute('aria-sort', sort);
    });
  }
}

function headCell<Row>(column: Column<Row>, onSort: () => void): HTMLElement {
  const button = h(
    'button',
    { type: 'button', class: 'head', title: `${t('sort')} ${column.head}`, onClick: onSort },
    column.head,
  );
  return h('th', { scope: 'col', class: column.isNumber ? 'num' : undefined }, button);
}

function sortBy(order: Order, column: number, show: () => void): void {
  order.sign = order.column === column && order.sign === 1 ? -1 : 1;
  order.column = column;
  show();
}

function cellOf<Row>(row: Row, column: Column<Row>, index: number): HTMLElement {
  const content = column.show ? column.show(row) : String(column.value(row) ?? '–');
  if (index === 0) return h('th', { scope: 'row' }, content);
  return h('td', { class: column.isNumber ? 'num' : undefined }, content);
}

function matches<Row>(row: Row, columns: readonly Column<Row>[], text: string): boolean {
  const all = columns
    .map((column) => String(column.value(row) ?? ''))
    .join(' ')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** Missing values go last, whatever the direction. */
function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], { column, sign }: Order): Row[] {
  const by = columns[column];
  if (!by) return [...rows];
  return [...rows].sort((a, b) => {
    const [left, right] = [by.value(a), by.value(b)];
    if (left === undefined || right === undefined)
      return Number(left === undefined) - Number(right === undefined);
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right));
    return sign * order;
  });
}
