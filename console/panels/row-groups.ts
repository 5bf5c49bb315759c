import type { PanelDefinition } from '../../dashboards/panel.ts';
import type { ResultAnswer } from '../app/api.ts';
import { labelOf, wordFor } from '../app/language.ts';
import { assetName, groupBy, type PlantView } from '../app/plant-view.ts';

/** The rows of one line (or table row) of a panel, by ascending time. */
export interface RowGroup {
  readonly label: string;
  readonly rows: readonly ResultAnswer[];
}

export function groupRows(
  view: PlantView,
  { groupBy: keys }: PanelDefinition,
  rows: readonly ResultAnswer[],
): RowGroup[] {
  const groups = groupBy(rows, ({ series }) => keys.map((key) => series[key] ?? '').join('\u0000'));
  return [...groups.values()].map((own) => ({
    label: keys.map((key) => partLabel(view, own[0]?.series ?? {}, key)).join(' '),
    rows: own,
  }));
}

/** Assets and quantities by the name a reader knows; the rest as it is. */
function partLabel(view: PlantView, series: Readonly<Record<string, string>>, key: string): string {
  const value = series[key] ?? '';
  if (key === 'asset') return assetName(view, value);
  const tag = view.tag.get(`${series.asset}.${value}`);
  return tag ? labelOf(tag.label) : wordFor(value);
}
