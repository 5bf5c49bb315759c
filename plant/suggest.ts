import { closest, distance } from 'fastest-levenshtein';

/** A hint for a misspelt name: the nearest known one, or all of them where none is near. */
export function suggest(name: string, known: readonly string[]): string {
  if (known.length === 0) return 'None is defined.';
  const nearest = closest(name, [...known]);
  if (distance(name, nearest) <= Math.max(2, name.length / 3)) return `Did you mean "${nearest}"?`;
  return `Known here: ${known.join(', ')}.`;
}
