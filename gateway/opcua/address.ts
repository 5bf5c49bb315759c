import { PlantscopeError } from '../../model/error.ts';

/** One step of a browse path: a namespace URI and a browse name. */
export interface PathStep {
  readonly namespaceUri: string;
  readonly name: string;
}

/**
 * Where a tag's value sits in a server, independent of the server's namespace indexes:
 * a node id with namespace URI, or a browse path from the root; then, inside the value, the way to an element or field.
 */
export interface OpcuaAddress {
  readonly text: string;
  readonly node:
    | { readonly kind: 'node-id'; readonly namespaceUri: string; readonly identifier: string }
    | { readonly kind: 'browse-path'; readonly steps: readonly PathStep[] };
  /** Keys into the value, outermost first: element numbers (from 0) and structure field names. */
  readonly pointer: readonly string[];
}

/** Namespace 0 of every server (OPC 10000-3 8.2.2). */
export const opcuaNamespaceUri = 'http://opcfoundation.org/UA/';

/**
 * Reads `nsu=<uri>;s=...` (also `i=`, `g=`, `b=`), `i=2258` (namespace 0) or `/Objects/nsu=<uri>;Boiler/Temperature`,
 * each with an optional pointer into the value: `#/3` an array element, `#/field/sub` a structure's field.
 * In a browse path a step without `nsu=` is in the namespace of the step before; `&` escapes `/`, `#` and `&`.
 * @throws PlantscopeError `opcua-address`
 */
export function parseAddress(text: string): OpcuaAddress {
  const { nodeText, pointer } = splitPointer(text);
  const node = nodeText.startsWith('/')
    ? { kind: 'browse-path' as const, steps: parseSteps(nodeText, text) }
    : parseNodeId(nodeText, text);
  return { text, node, pointer };
}

function splitPointer(text: string): { nodeText: string; pointer: string[] } {
  const match = /^(.*?[^&])#\/(.*)$/s.exec(text);
  if (!match) return { nodeText: text, pointer: [] };
  return { nodeText: match[1] ?? '', pointer: (match[2] ?? '').split('/') };
}

function parseNodeId(nodeText: string, text: string): OpcuaAddress['node'] {
  const match = /^(?:nsu=([^;]+);)?([isgb]=.+)$/s.exec(nodeText);
  const [, namespaceUri = opcuaNamespaceUri, identifier] = match ?? [];
  if (identifier === undefined || (identifier.startsWith('i=') && !/^i=\d+$/.test(identifier)))
    throw malformed(text);
  return { kind: 'node-id', namespaceUri, identifier };
}

function parseSteps(nodeText: string, text: string): PathStep[] {
  const steps: PathStep[] = [];
  let namespaceUri = opcuaNamespaceUri;
  // A namespace URI holds slashes of its own, up to its semicolon.
  const step = /\/(?:nsu=([^;]+);)?((?:&.|[^/&])+)/gsy;
  let end = 0;
  for (let match = step.exec(nodeText); match; match = step.exec(nodeText)) {
    namespaceUri = match[1] ?? namespaceUri;
    steps.push({ namespaceUri, name: (match[2] ?? '').replace(/&(.)/gs, '$1') });
    end = step.lastIndex;
  }
  if (steps.length === 0 || end !== nodeText.length) throw malformed(text);
  return steps;
}

function malformed(text: string): PlantscopeError {
  const indexed = /^ns=\d+;/.test(text);
  return new PlantscopeError('opcua-address', `"${text}" is no OPC UA address`, {
    where: text,
    hint: indexed
      ? 'A namespace index changes when the server is reconfigured: write nsu=<namespace URI>; as `plantscope opcua browse` prints it.'
      : 'Expected nsu=<namespace URI>;s=<id>, or a browse path such as /Objects/nsu=<namespace URI>;Boiler/Temperature.',
  });
}

/** The address of a node id, as `parseAddress` reads it. */
export function nodeIdAddress(namespaceUri: string, identifier: string): string {
  return namespaceUri === opcuaNamespaceUri ? identifier : `nsu=${namespaceUri};${identifier}`;
}

/** The address of a browse path, as `parseAddress` reads it. */
export function browsePathAddress(steps: readonly PathStep[]): string {
  let current = opcuaNamespaceUri;
  return steps
    .map(({ namespaceUri, name }) => {
      const prefix = namespaceUri === current ? '' : `nsu=${namespaceUri};`;
      current = namespaceUri;
      return `/${prefix}${name.replace(/[&/#]/g, '&$&')}`;
    })
    .join('');
}
