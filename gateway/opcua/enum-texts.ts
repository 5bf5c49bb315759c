import {
  AttributeIds,
  type ClientSession,
  type DataValue,
  type LocalizedText,
  type NodeId,
} from 'node-opcua';
import type { Logger } from 'pino';
import { errorMessage } from '../../model/error.ts';
import { followPaths } from './browse-path.ts';
import type { LiveSession } from './live-session.ts';
import type { TagState } from './tag-state.ts';
import type { EnumTexts } from './value.ts';

/** Where texts of numbers are found, on the node itself (discrete items) or on its data type. @see OPC 10000-3 (1.05) 8.13, OPC 10000-8 5.3.3 */
const properties = ['EnumValues', 'EnumStrings'] as const;

/** As the stack decodes it; it does not export the class. */
interface EnumDefinition {
  readonly schema: { readonly name: string };
  readonly fields:
    | readonly {
        readonly value: unknown;
        readonly name: string | null;
        readonly displayName: LocalizedText;
      }[]
    | null;
}

/** Reads the texts of enumerations for tags that want text; a node without any keeps its number as text. */
export async function readEnumTexts(
  live: LiveSession,
  states: readonly TagState[],
  logger: Logger,
): Promise<void> {
  const wanted = states.filter(({ opcua }) => opcua.tag.definition.kind === 'text');
  const known = new Map<string, EnumTexts | undefined>();
  for (const state of wanted) {
    const nodeId = live.nodes.get(state);
    if (!nodeId) continue;
    try {
      const texts = (await textsOf(live, nodeId)) ?? (await textsOfType(live, nodeId, known));
      if (texts) state.texts = texts;
    } catch (thrown) {
      // An odd description of one type is no reason to read no value at all; a lost session shows itself at the next call.
      logger.warn({ tag: state.opcua.tag.id }, `texts of the enumeration not read: ${errorMessage(thrown)}`);
    }
  }
}

async function textsOfType(
  live: LiveSession,
  nodeId: NodeId,
  known: Map<string, EnumTexts | undefined>,
): Promise<EnumTexts | undefined> {
  const { value } = await live.session.read({ nodeId, attributeId: AttributeIds.DataType });
  const dataType = value.value as NodeId | null;
  // Built-in types of namespace 0 below Enumeration (29) have no texts worth a call.
  if (!dataType || (dataType.namespace === 0 && Number(dataType.value) < 29)) return undefined;
  const key = dataType.toString();
  if (!known.has(key))
    known.set(key, (await textsOf(live, dataType)) ?? (await textsOfDefinition(live, dataType)));
  return known.get(key);
}

/** Servers after edition 1.04 may describe an enumeration by its definition alone. @see OPC 10000-3 (1.05) 8.48, 8.50 */
async function textsOfDefinition({ session }: LiveSession, dataType: NodeId): Promise<EnumTexts | undefined> {
  const { value } = await session.read({ nodeId: dataType, attributeId: AttributeIds.DataTypeDefinition });
  const definition = value.value as EnumDefinition | null;
  if (definition?.schema.name !== 'EnumDefinition') return undefined;
  const fields = definition.fields ?? [];
  return new Map(fields.map((field) => [lowWord(field.value), field.displayName.text ?? field.name ?? '']));
}

async function textsOf({ session, limits }: LiveSession, nodeId: NodeId): Promise<EnumTexts | undefined> {
  const paths = properties.map((name) => ({ start: nodeId, steps: [{ namespaceIndex: 0, name }] }));
  for (const [index, property] of (await followPaths(session, paths, limits)).entries()) {
    if (!('nodeId' in property)) continue;
    return toTexts(properties[index] ?? 'EnumStrings', await readValue(session, property.nodeId));
  }
  return undefined;
}

async function readValue(session: ClientSession, nodeId: NodeId): Promise<DataValue> {
  return session.read({ nodeId, attributeId: AttributeIds.Value });
}

function toTexts(name: (typeof properties)[number], { value }: DataValue): EnumTexts {
  const items = Array.isArray(value.value) ? (value.value as unknown[]) : [];
  if (name === 'EnumStrings') {
    return new Map(items.map((text, number) => [number, (text as LocalizedText).text ?? '']));
  }
  return new Map(
    (items as { readonly value: unknown; readonly displayName: LocalizedText }[]).map((item) => [
      lowWord(item.value),
      item.displayName.text ?? '',
    ]),
  );
}

/** Numbers of an enumeration are 64-bit in EnumValues, as a pair of words, but 32-bit as a value. */
const lowWord = (value: unknown): number => (Array.isArray(value) ? Number(value[1]) | 0 : Number(value));
