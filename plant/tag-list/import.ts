import { checkPlantText } from '../load.ts';
import type { LocatedProblem, PathStep } from '../problem.ts';
import type { PlantFile } from '../schema.ts';
import { applyTagList } from './apply.ts';
import { type ListedRow, type TagColumn, tagColumns, tagRows } from './columns.ts';
import { compareTagList, type TagChange } from './compare.ts';
import { byPlace, type TagListProblem } from './problem.ts';

export interface TagListImport {
  readonly changes: readonly TagChange[];
  /** The plant file with the changes; undefined where there is a problem. */
  readonly text: string | undefined;
  readonly problems: readonly TagListProblem[];
  /** What the changed plant file would have against it that is no row's fault. */
  readonly plantProblems: readonly LocatedProblem[];
}

/** Brings a tag list into the text of a plant file that has no problem itself; the result has none either. */
export function importTagList(
  plant: { readonly path: string; readonly text: string; readonly file: PlantFile },
  listed: readonly ListedRow[],
  removeMissing: boolean,
): TagListImport {
  const { changes, problems } = compareTagList(tagRows(plant.file), listed);
  if (problems.length > 0) return { changes, problems, plantProblems: [], text: undefined };
  const text = applyTagList(plant.text, changes, removeMissing);
  const checked = checkPlantText(plant.path, text);
  if ('loaded' in checked) return { changes, problems, plantProblems: [], text };
  const placed = checked.problems.map((problem) => ({ problem, row: rowOf(problem, checked.file, listed) }));
  return {
    changes,
    problems: placed.flatMap(({ row }) => (row ? [row] : [])).sort(byPlace),
    plantProblems: placed.flatMap(({ problem, row }) => (row ? [] : [problem])),
    text: undefined,
  };
}

/** The cell that a problem of the changed plant file comes from; undefined where no row names the tag. */
function rowOf(
  { path, code, message, hint }: LocatedProblem,
  file: unknown,
  listed: readonly ListedRow[],
): TagListProblem | undefined {
  const asset = assetAt(file, path);
  const [, , , , , , part, quantity, key] = path;
  const isOfTag = part === 'tags' && typeof quantity === 'string';
  const found = listed.find(
    ({ cells }) => cells.asset === asset && (!isOfTag || cells.quantity === quantity),
  );
  if (asset === undefined || !found) return undefined;
  const column = isOfTag ? tagColumnOf(key) : assetColumnOf(part);
  return { code, row: found.row, column, message, hint };
}

function assetAt(file: unknown, path: readonly PathStep[]): string | undefined {
  let node: unknown = file;
  for (const step of path.slice(0, 6)) node = (node as Record<PathStep, unknown> | undefined)?.[step];
  const id = (node as { id?: unknown } | undefined)?.id;
  return path.length >= 6 && typeof id === 'string' ? id : undefined;
}

function tagColumnOf(key: PathStep | undefined): TagColumn {
  if (key === 'range') return 'range low';
  return key !== undefined && key in tagColumns ? (key as TagColumn) : 'quantity';
}

const assetColumnOf = (key: PathStep | undefined): TagColumn =>
  key === 'nature' || key === 'source' ? key : 'asset';
