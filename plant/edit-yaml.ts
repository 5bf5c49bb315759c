import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isSeq, parseDocument, YAMLSeq } from 'yaml';

const format = { lineWidth: 0 } as const;

/**
 * Changes a YAML text through its document: comments stay, and so does the writing of every line that the change does
 * not touch, as far as the document's own way of writing allows.
 */
export function editYaml(text: string, edit: (document: Document) => void): string {
  const document = parseDocument(text) as Document;
  const before = document.toString(format);
  edit(document);
  const after = document.toString(format);
  const kept = withLinesOf(text, before, after);
  return isDeepStrictEqual(parseDocument(kept).toJS(), document.toJS()) ? kept : after;
}

/** Where formatting alone changed a line, the line as the person wrote it. */
function withLinesOf(text: string, before: string, after: string): string {
  const [written, formatted] = [text.split('\n'), before.split('\n')];
  if (written.length !== formatted.length) return after;
  const original = new Map(formatted.map((line, i) => [line, written[i] ?? line]));
  return after
    .split('\n')
    .map((line) => original.get(line) ?? line)
    .join('\n');
}

export type Path = readonly (string | number)[];

/** Path of the entry with this id in a list; made where there is none. @param inner list that a new entry holds */
export function listEntry(document: Document, list: Path, id: string, inner: string): Path {
  if (!isSeq(document.getIn(list))) document.setIn(list, new YAMLSeq());
  const { items } = document.getIn(list) as YAMLSeq;
  const index = items.findIndex((item) => isMap(item) && item.get('id') === id);
  if (index >= 0) return [...list, index];
  document.addIn(list, document.createNode({ id, [inner]: [] }));
  return [...list, items.length - 1];
}
