import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { Plant } from '../model/plant.ts';
import { locate } from './locate.ts';
import { type LocatedProblem, printProblem } from './problem.ts';
import { resolvePlant } from './resolve.ts';
import { ruleProblems } from './rules.ts';
import type { PlantFile } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';

/** A checked plant file: as written, and as the platform runs it. */
export interface LoadedPlant {
  readonly path: string;
  readonly file: PlantFile;
  readonly plant: Plant;
}

export type CheckedPlant =
  | { readonly problems: readonly []; readonly loaded: LoadedPlant }
  | {
      readonly problems: readonly [LocatedProblem, ...LocatedProblem[]];
      /** What the text says, as far as it could be read. */
      readonly file: unknown;
    };

/**
 * Reads and checks a plant file whole; every problem is found, not only the first.
 * @throws PlantscopeError `file-unreadable`
 */
export function checkPlant(path: string): CheckedPlant {
  return checkPlantText(path, readPlantText(path));
}

/** As `checkPlant`, of a text that is not in the file yet. */
export function checkPlantText(path: string, text: string): CheckedPlant {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // One slip of the pen makes the parser stumble on for lines; the first message is the one that helps.
  const syntax = document.errors.slice(0, 1).map((error): LocatedProblem => {
    const { line, col } = lines.linePos(error.pos[0]);
    const hint = 'Check indentation, quotes and brackets here and in the line before.';
    return { code: 'yaml-syntax', path: [], message: error.message, hint, line, column: col };
  });
  if (isNotEmpty(syntax)) return { problems: syntax, file: undefined };
  const file: unknown = document.toJS();
  const schema = schemaProblems(file);
  const found = schema.length > 0 ? schema : ruleProblems(file as PlantFile);
  const located = found
    .map((problem) => locate(problem, document, lines))
    .filter(isFirstOfItsKind)
    .sort((a, b) => a.line - b.line || a.column - b.column);
  if (isNotEmpty(located)) return { problems: located, file };
  return { problems: [], loaded: { path, file: file as PlantFile, plant: resolvePlant(file as PlantFile) } };
}

/** @throws PlantscopeError `plant-invalid` with every problem in the message, `file-unreadable` */
export function loadPlant(path: string): LoadedPlant {
  return loadPlantText(path, readPlantText(path));
}

/** As `loadPlant`, of a text that is at hand. @throws PlantscopeError `plant-invalid` */
export function loadPlantText(path: string, text: string): LoadedPlant {
  const checked = checkPlantText(path, text);
  if ('loaded' in checked) return checked.loaded;
  const list = checked.problems.map((problem) => printProblem(path, problem)).join('\n');
  throw new PlantscopeError(
    'plant-invalid',
    `${path} has ${count(checked.problems.length)}; nothing was done.\n${list}`,
    {
      where: path,
      hint: 'Mend the file, then run: plantscope check',
    },
  );
}

export const count = (problems: number): string => (problems === 1 ? '1 problem' : `${problems} problems`);

/** @throws PlantscopeError `file-unreadable` */
export function readPlantText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new PlantscopeError('file-unreadable', `Can't read ${path}: ${errorMessage(cause)}`, {
      cause,
      where: path,
      hint: 'Name a plant file with --config, or run in the folder that holds plant.yaml.',
    });
  }
}

/** A wrong source of an asset is found again at each of its tags. */
function isFirstOfItsKind(problem: LocatedProblem, index: number, all: readonly LocatedProblem[]): boolean {
  const same = (other: LocatedProblem) =>
    other.line === problem.line && other.column === problem.column && other.message === problem.message;
  return all.findIndex(same) === index;
}

function isNotEmpty<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}
