import { PlantscopeError } from './error.ts';

/** A formula over meters: numbers, meter names, + - * / and parentheses. */
export type Formula =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'meter'; readonly name: string }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Formula;
      readonly right: Formula;
    };

type Operator = '+' | '-' | '*' | '/';

interface Token {
  readonly text: string;
  readonly column: number;
  readonly kind: 'number' | 'meter' | 'symbol';
}

const tokenPattern =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_.]*(?:-[\p{L}\p{N}_.]+)*)|"([^"]+)"|([-+*/()]))/uy;

/**
 * Reads a formula such as `main - (line1 + line2) * 0.98`. A hyphen between letters belongs to the name: write `a - b` with
 * spaces to subtract, or put a name into double quotes.
 * @throws PlantscopeError `formula-malformed` naming the column
 */
export function parseFormula(text: string): Formula {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (): Token | undefined => tokens[at];
  const isSymbol = (...symbols: readonly string[]): boolean => {
    const token = peek();
    return token?.kind === 'symbol' && symbols.includes(token.text);
  };
  const chain = (operators: readonly Operator[], operand: () => Formula): Formula => {
    let left = operand();
    while (isSymbol(...operators)) {
      const operator = (tokens[at++] as Token).text as Operator;
      left = { kind: 'operation', operator, left, right: operand() };
    }
    return left;
  };
  const sum = (): Formula => chain(['+', '-'], product);
  const product = (): Formula => chain(['*', '/'], factor);
  const factor = (): Formula => {
    const token = tokens[at++];
    if (!token) throw malformed(text, text.length + 1, 'ends too early');
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'meter') return { kind: 'meter', name: token.text };
    if (token.text === '-') {
      return { kind: 'operation', operator: '-', left: { kind: 'number', value: 0 }, right: factor() };
    }
    if (token.text !== '(')
      throw malformed(text, token.column, `has "${token.text}" where a meter or number belongs`);
    const inner = sum();
    if (!isSymbol(')')) throw malformed(text, peek()?.column ?? text.length + 1, 'lacks a ")"');
    at++;
    return inner;
  };
  const formula = sum();
  const rest = peek();
  if (rest) throw malformed(text, rest.column, `has "${rest.text}" where an operator belongs`);
  return formula;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let from = 0;
  while (text.slice(from).trim() !== '') {
    tokenPattern.lastIndex = from;
    const match = tokenPattern.exec(text);
    const column = from + (text.slice(from).length - text.slice(from).trimStart().length) + 1;
    if (!match) throw malformed(text, column, `has "${text[column - 1]}", which means nothing here`);
    const [, number, name, quoted, symbol] = match;
    if (number !== undefined) tokens.push({ text: number, column, kind: 'number' });
    else if (symbol !== undefined) tokens.push({ text: symbol, column, kind: 'symbol' });
    else tokens.push({ text: name ?? quoted ?? '', column, kind: 'meter' });
    from = tokenPattern.lastIndex;
  }
  return tokens;
}

const malformed = (text: string, column: number, what: string): PlantscopeError =>
  new PlantscopeError('formula-malformed', `The formula "${text}" ${what}`, { where: `column ${column}` });

/** Names of the meters in a formula, each once. */
export function metersOf(formula: Formula): string[] {
  if (formula.kind === 'meter') return [formula.name];
  if (formula.kind === 'number') return [];
  return [...new Set([...metersOf(formula.left), ...metersOf(formula.right)])];
}

/**
 * Value of a formula.
 * @param energyOf undefined where a meter has no value
 * @returns undefined where a meter has none, or where it divides by zero: no data is not zero
 */
export function evaluateFormula(
  formula: Formula,
  energyOf: (name: string) => number | undefined,
): number | undefined {
  if (formula.kind === 'number') return formula.value;
  if (formula.kind === 'meter') return energyOf(formula.name);
  const left = evaluateFormula(formula.left, energyOf);
  const right = evaluateFormula(formula.right, energyOf);
  if (left === undefined || right === undefined) return undefined;
  switch (formula.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? undefined : left / right;
  }
}
