/** One mistake in a plant file, told to the person who wrote it. */
export interface Problem {
  /** Stable, kebab-case. */
  readonly code: string;
  /** Keys and indexes from the root of the file. */
  readonly path: readonly PathStep[];
  readonly message: string;
  readonly hint?: string;
  /** Where a mistake is about a key (unknown, misspelt), its position is the key's, not the value's. */
  readonly at?: 'key';
}

export type PathStep = string | number;

/** A problem with its place in the file; lines and columns count from 1. */
export interface LocatedProblem extends Problem {
  readonly line: number;
  readonly column: number;
}

/** `areas[0].lines[1].id` */
export function printPath(path: readonly PathStep[]): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join('');
}

/** `plant.yaml:12:7: message (areas[0].id)` and the hint on a line of its own: editors and terminals make it a link. */
export function printProblem(file: string, problem: LocatedProblem): string {
  const place = problem.path.length > 0 ? ` (${printPath(problem.path)})` : '';
  const hint = problem.hint ? `\n    hint: ${problem.hint}` : '';
  return `${file}:${problem.line}:${problem.column}: ${problem.message}${place} [${problem.code}]${hint}`;
}
