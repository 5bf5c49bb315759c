import type { BalanceRow } from './meter-tree.ts';

export interface SankeyLink {
  readonly source: string;
  readonly target: string;
  readonly value: number;
  readonly kind: 'meter' | 'loss' | 'unexplained';
}

export interface Sankey {
  readonly nodes: readonly { readonly id: string; readonly name: string }[];
  readonly links: readonly SankeyLink[];
  /** Meters left out because nothing is known of them, or whose sub-meters exceed them (the picture can't show less than nothing). */
  readonly notShown: readonly string[];
}

/** Flows of one carrier's balance. What is lost and what is unexplained are targets of their own. */
export function sankeyOf(rows: readonly BalanceRow[]): Sankey {
  const shown = rows.filter(({ measured }) => measured !== undefined && measured > 0);
  const ids = new Set(shown.map(({ id }) => id));
  const links: SankeyLink[] = [];
  for (const row of shown) {
    if (row.parent !== undefined && ids.has(row.parent)) {
      links.push({ source: row.parent, target: row.id, value: row.measured ?? 0, kind: 'meter' });
    }
    if ((row.knownLoss ?? 0) > 0) {
      links.push({ source: row.id, target: `${row.id}:loss`, value: row.knownLoss ?? 0, kind: 'loss' });
    }
    if ((row.unexplained ?? 0) > 0) {
      links.push({
        source: row.id,
        target: `${row.id}:unexplained`,
        value: row.unexplained ?? 0,
        kind: 'unexplained',
      });
    }
  }
  const meters = shown.map(({ id, name }) => ({ id, name }));
  const ends = links
    .filter(({ kind }) => kind !== 'meter')
    .map(({ target, kind }) => ({ id: target, name: kind }));
  const notShown = rows.filter((row) => !ids.has(row.id) || (row.unexplained ?? 0) < 0).map(({ id }) => id);
  return { nodes: [...meters, ...ends], links, notShown };
}
