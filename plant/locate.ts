import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  type LineCounter,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { LocatedProblem, PathStep, Problem } from './problem.ts';

/** Finds a problem's line and column: of the value at its path, or of the nearest ancestor that is in the file. */
export function locate(problem: Problem, document: Document, lines: LineCounter): LocatedProblem {
  const offset = offsetOf(document, problem.path, problem.at === 'key');
  const { line, col } = lines.linePos(offset);
  return { ...problem, line, column: col };
}

function offsetOf(document: Document, path: readonly PathStep[], atKey: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const steps = path.slice(0, length);
    const key = atKey || length < path.length ? keyNode(document, steps) : undefined;
    const node = key ?? document.getIn(steps, true);
    if (isNode(node) && node.range) return node.range[0];
    const written = keyNode(document, steps);
    if (written?.range) return written.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function keyNode(document: Document, path: readonly PathStep[]): Node | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = (parent as YAMLMap).items.find(
    (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(path.at(-1)),
  );
  return isNode(pair?.key) ? pair.key : undefined;
}
