import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Binding, withLiterals } from '../../../store/influx/influxql.ts';

/** Reads InfluxQL up to the end of the string literal it starts with, as its grammar says. */
function readLiteral(text: string): { readonly value: string; readonly rest: string } {
  let value = '';
  for (let at = 1; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === "'") return { value, rest: text.slice(at + 1) };
    if (char === '\n') break;
    if (char !== '\\') {
      value += char;
      continue;
    }
    const escaped = { '\\': '\\', "'": "'", n: '\n' }[text[++at] ?? ''];
    if (escaped === undefined) break;
    value += escaped;
  }
  throw new Error(`not a literal: ${text}`);
}

const nasty = fc.string({
  unit: fc.constantFrom("'", '\\', '\n', '"', ';', '$', 'p', '0', '1', '-', '/', '*', 'ü', '😀', 'n', ' '),
});

test('whatever a value holds, it is one literal that means this value, and the statement goes on after it', () => {
  fc.assert(
    fc.property(nasty, nasty, (first, second) => {
      const binding = new Binding();
      const statement = `${binding.of(first)} AND ${binding.of(second)} OR 1`;
      const { value, rest } = readLiteral(withLiterals(statement, binding.params));
      expect(value).toBe(first);
      expect(rest.startsWith(' AND ')).toBe(true);
      expect(readLiteral(rest.slice(5))).toEqual({ value: second, rest: ' OR 1' });
    }),
  );
});

test('parameters past the tenth are told apart from the second', () => {
  const binding = new Binding();
  const names = Array.from({ length: 12 }, (_, n) => binding.of(`v${n}`));
  const expected = names.map((_, n) => `'v${n}'`).join(' ');
  expect(withLiterals(names.join(' '), binding.params)).toBe(expected);
});
