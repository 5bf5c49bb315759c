import Value from 'typebox/value';
import type { PathStep, Problem } from './problem.ts';
import { PlantFile } from './schema.ts';
import { suggest } from './suggest.ts';

/** A JSON Schema node, as far as this walk needs it. */
interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly description?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode | readonly SchemaNode[];
}

type Path = readonly PathStep[];

/**
 * What the schema finds wrong with a parsed file. The walk is ours so that a union speaks with the branch that was
 * meant, and a key gets its own position; each leaf is judged by the schema library, and so is the whole at the end.
 */
export function schemaProblems(file: unknown): Problem[] {
  const problems = check(PlantFile as unknown as SchemaNode, file, []);
  if (problems.length === 0 && !Value.Check(PlantFile, file)) {
    return [{ code: 'schema', path: [], message: 'the file does not match the schema' }];
  }
  return problems;
}

function check(node: SchemaNode, value: unknown, path: Path): Problem[] {
  if (node.anyOf) return checkUnion(node, node.anyOf, value, path);
  if (node.type === 'object')
    return isRecord(value) ? checkObject(node, value, path) : [wrongType(node, value, path)];
  if (node.type === 'array')
    return Array.isArray(value) ? checkArray(node, value, path) : [wrongType(node, value, path)];
  return Value.Check(node as never, value) ? [] : [wrongLeaf(node, value, path)];
}

function checkUnion(
  node: SchemaNode,
  branches: readonly SchemaNode[],
  value: unknown,
  path: Path,
): Problem[] {
  const constants = branches
    .filter((branch) => branch.const !== undefined)
    .map((branch) => String(branch.const));
  const branch = meantBranch(branches, value);
  if (branch) return check(branch, value, path);
  const kinds = branches.map((branch) => branch.properties?.kind?.const).filter((kind) => kind !== undefined);
  if (isRecord(value) && kinds.length > 0) return [wrongKind(kinds.map(String), value, path)];
  const expected =
    constants.length > 0 ? `one of ${constants.join(', ')}` : branches.map(expectation).join(' or ');
  const hint =
    constants.length > 0 && typeof value === 'string' ? suggest(value, constants) : node.description;
  return [problem('not-allowed', path, `expected ${expected}, found ${printed(value)}`, hint)];
}

/** The branch of a union that the writer meant: by its `kind`, else the only one of the value's type. */
function meantBranch(branches: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  const exact = branches.find((branch) => Value.Check(branch as never, value));
  if (exact) return exact;
  if (isRecord(value)) {
    const objects = branches.filter((branch) => branch.type === 'object');
    const byKind = objects.filter((branch) => branch.properties?.kind?.const !== undefined);
    if (byKind.length > 0) return byKind.find((branch) => branch.properties?.kind?.const === value.kind);
    return mostKeysKnown(objects, value);
  }
  const sameType = branches.filter((branch) => branch.const === undefined && branch.type === typeof value);
  return sameType.length === 1 ? sameType[0] : undefined;
}

function mostKeysKnown(
  objects: readonly SchemaNode[],
  value: Record<string, unknown>,
): SchemaNode | undefined {
  const known = (branch: SchemaNode) => Object.keys(value).filter((key) => branch.properties?.[key]).length;
  return [...objects].sort((a, b) => known(b) - known(a))[0];
}

function checkObject(node: SchemaNode, value: Record<string, unknown>, path: Path): Problem[] {
  const properties = node.properties ?? {};
  const patterns = Object.entries(node.patternProperties ?? {});
  const missing = (node.required ?? [])
    .filter((key) => !(key in value))
    .map((key) => problem('missing-key', path, `"${key}" is missing`, properties[key]?.description));
  const present = Object.entries(value).flatMap(([key, child]) => {
    const known = properties[key] ?? patterns.find(([pattern]) => new RegExp(pattern).test(key))?.[1];
    if (known) return check(known, child, [...path, key]);
    return [unknownKey(key, Object.keys(properties), patterns[0]?.[0], path)];
  });
  return [...missing, ...present];
}

function unknownKey(key: string, known: readonly string[], pattern: string | undefined, path: Path): Problem {
  const at = { path: [...path, key], at: 'key' } as const;
  if (pattern !== undefined) {
    return {
      code: 'bad-name',
      ...at,
      message: `"${key}" is no valid name here`,
      hint: `A name matches ${pattern}`,
    };
  }
  return { code: 'unknown-key', ...at, message: `unknown key "${key}"`, hint: suggest(key, known) };
}

function checkArray(node: SchemaNode, value: readonly unknown[], path: Path): Problem[] {
  const items = node.items;
  if (Array.isArray(items)) {
    if (items.length === value.length)
      return value.flatMap((child, i) => check(items[i], child, [...path, i]));
    return [problem('wrong-length', path, `expected ${items.length} entries, found ${value.length}`)];
  }
  if (value.length < (node.minItems ?? 0))
    return [problem('wrong-length', path, 'expected at least one entry', node.description)];
  return value.flatMap((child, i) => check((items ?? {}) as SchemaNode, child, [...path, i]));
}

const wrongType = (node: SchemaNode, value: unknown, path: Path): Problem =>
  problem('wrong-type', path, `expected ${expectation(node)}, found ${printed(value)}`, node.description);

function wrongLeaf(node: SchemaNode, value: unknown, path: Path): Problem {
  if (typeof value === 'string' && node.pattern !== undefined) {
    const form = node.description === undefined ? `; a valid one matches ${node.pattern}` : '';
    return problem(
      'bad-form',
      path,
      `${printed(value)} is not of the expected form${form}`,
      node.description,
    );
  }
  const code = typeof value === jsonTypeOf(node) ? 'not-allowed' : 'wrong-type';
  return problem(code, path, `expected ${expectation(node)}, found ${printed(value)}`, node.description);
}

function wrongKind(kinds: readonly string[], value: Record<string, unknown>, path: Path): Problem {
  const found = value.kind === undefined ? '"kind" is missing' : `unknown kind ${printed(value.kind)}`;
  const at = value.kind === undefined ? path : [...path, 'kind'];
  const hint = typeof value.kind === 'string' ? suggest(value.kind, kinds) : `One of ${kinds.join(', ')}.`;
  return problem('unknown-kind', at, found, hint);
}

function expectation(node: SchemaNode): string {
  if (node.const !== undefined) return printed(node.const);
  const bounds = [
    node.minimum !== undefined ? `at least ${node.minimum}` : '',
    node.exclusiveMinimum !== undefined ? `greater than ${node.exclusiveMinimum}` : '',
    node.maximum !== undefined ? `at most ${node.maximum}` : '',
  ].filter((bound) => bound !== '');
  return [article(node.type), ...bounds].join(' ');
}

const articles: Readonly<Record<string, string>> = {
  object: 'a map of keys',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  null: 'nothing',
};
const article = (type: string | undefined): string => articles[type ?? ''] ?? 'another value';
const jsonTypeOf = (node: SchemaNode): string =>
  node.type === 'integer' ? 'number' : (node.type ?? 'string');

function printed(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isRecord(value)) return 'a map of keys';
  return value === undefined || value === null ? 'nothing' : JSON.stringify(value);
}

function problem(code: string, path: Path, message: string, hint?: string): Problem {
  return hint === undefined ? { code, path, message } : { code, path, message, hint };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
