/** One line of InfluxDB's line protocol. */
export interface InfluxLine {
  readonly measurement: string;
  readonly tags: ReadonlyMap<string, string>;
  readonly fields: ReadonlyMap<string, number | boolean | string>;
  /** Digits, in the writer's precision; undefined where the line has no time. */
  readonly time: string | undefined;
}

const NAME = String.raw`(?:\\.|[^\\,= ])+`;
const MEASUREMENT = String.raw`(?:\\.|[^\\, ])+`;
const STRING = String.raw`"(?:\\.|[^"\\])*"`;
const VALUE = `(?:${STRING}|[^", ]+)`;
const line = new RegExp(
  `^(${MEASUREMENT})((?:,${NAME}=${NAME})*) +(${NAME}=${VALUE}(?:,${NAME}=${VALUE})*)(?: +(-?\\d+))?\\s*$`,
  's',
);
const pairs = new RegExp(`(${NAME})=(${VALUE})`, 'gs');
const tagPairs = new RegExp(`(${NAME})=(${NAME})`, 'gs');

/**
 * Reads one line.
 * @returns undefined where it is no such line, or a field is of none of the five types
 * @see InfluxDB line protocol (InfluxDB OSS 2.7 documentation, reference/syntax/line-protocol)
 */
export function parseInfluxLine(text: string): InfluxLine | undefined {
  const match = line.exec(text);
  if (!match) return undefined;
  const [, measurement = '', tagText = '', fieldText = '', time] = match;
  const tags = [...tagText.matchAll(tagPairs)].map(([, name = '', value = '']) =>
    [name, value].map(withoutEscapes),
  );
  const fields = new Map<string, number | boolean | string>();
  for (const [, name = '', value = ''] of fieldText.matchAll(pairs)) {
    const parsed = fieldValue(value);
    if (parsed === undefined) return undefined;
    fields.set(withoutEscapes(name), parsed);
  }
  return {
    ...{ measurement: withoutEscapes(measurement), fields, time },
    tags: new Map(tags.map(([name = '', value = '']) => [name, value])),
  };
}

function fieldValue(text: string): number | boolean | string | undefined {
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(["\\])/g, '$1');
  if (/^(t|T|true|True|TRUE)$/.test(text)) return true;
  if (/^(f|F|false|False|FALSE)$/.test(text)) return false;
  if (/^-?\d+i$|^\d+u$/.test(text)) return Number(text.slice(0, -1));
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

const withoutEscapes = (text: string): string => text.replace(/\\([,= ])/g, '$1');
