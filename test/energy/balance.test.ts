import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateFormula, metersOf, parseFormula } from '../../model/formula.ts';
import { type MeterNode, meterBalance } from '../../scenarios/energy/meter-tree.ts';
import { VirtualMeters } from '../../scenarios/energy/virtual-meter.ts';

const values = new Map([
  ['main', 100],
  ['line1', 30],
  ['line-2', 20],
]);

describe('a formula', () => {
  test.each([
    ['main - line1 - line-2', 50],
    ['main - (line1 + line-2) * 0.5', 75],
    ['-line1 + 2 * main', 170],
    ['main / line-2 / 5', 1],
    ['1.5e2', 150],
    ['"line1"*2', 60],
    ['main-line1', undefined],
    ['line1 / (main - 100)', undefined],
    ['main + absent', undefined],
  ])('%s is %s', (text, value) => {
    expect(evaluateFormula(parseFormula(text), (name) => values.get(name))).toBe(value);
  });

  test.each([
    ['main +', 'column 7'],
    ['(main', 'column 6'],
    ['main main', 'column 6'],
    ['main $ 2', 'column 6'],
    ['* main', 'column 1'],
    ['', 'column 1'],
  ])('%s is refused at %s', (text, where) => {
    expect(() => parseFormula(text)).toThrow(expect.objectContaining({ code: 'formula-malformed', where }));
  });

  test('reads as arithmetic does', () => {
    const expression = fc.letrec<{ all: string }>((tie) => ({
      all: fc.oneof(
        { depthSize: 'small' },
        fc.integer({ min: 0, max: 99 }).map(String),
        fc
          .tuple(tie('all'), fc.constantFrom('+', '-', '*'), tie('all'))
          .map(([a, o, b]) => `(${a} ${o} ${b})`),
        fc.tuple(tie('all'), fc.constantFrom('+', '*'), tie('all')).map(([a, o, b]) => `${a} ${o} ${b}`),
      ),
    })).all;
    fc.assert(
      fc.property(expression, (text) => {
        const wanted = new Function(`return ${text}`)();
        expect(evaluateFormula(parseFormula(text), () => undefined)).toBeCloseTo(wanted, 3);
      }),
    );
  });

  test('names each meter once', () => expect(metersOf(parseFormula('a + b * a'))).toEqual(['a', 'b']));
});

describe('virtual meters', () => {
  const real = [
    { id: 'main', unit: 'kWh' },
    { id: 'line1', unit: 'MWh' },
    { id: 'gas', unit: 'm3' },
  ];
  const energies = new Map([
    ['main', { energy: 5000, completeness: 1 }],
    ['line1', { energy: 3, completeness: 0.9 }],
  ]);

  test('convert units, build on each other in any order, and carry the least completeness', () => {
    const meters = new VirtualMeters(
      [
        { id: 'half', unit: 'MWh', formula: 'rest / 2' },
        { id: 'rest', unit: 'kWh', formula: 'main - line1' },
      ],
      real,
    );
    const results = meters.evaluate(energies);
    expect(results.get('rest')).toEqual({ energy: 2000, completeness: 0.9 });
    expect(results.get('half')?.energy).toBeCloseTo(1, 12);
  });

  test('have no value where a part has none', () => {
    const meters = new VirtualMeters([{ id: 'rest', unit: 'kWh', formula: 'main - line1' }], real);
    expect(meters.evaluate(new Map([['main', { energy: 1, completeness: 1 }]])).get('rest')).toEqual({
      energy: undefined,
      completeness: 0,
    });
  });

  test.each([
    [
      [
        { id: 'a', unit: 'kWh', formula: 'b + main' },
        { id: 'b', unit: 'kWh', formula: 'c' },
        { id: 'c', unit: 'kWh', formula: 'a * 2' },
      ],
      'virtual-meter-cycle',
      'virtual meter "a"',
    ],
    [[{ id: 'self', unit: 'kWh', formula: 'self + 1' }], 'virtual-meter-cycle', 'virtual meter "self"'],
    [[{ id: 'x', unit: 'kWh', formula: 'nowhere' }], 'virtual-meter-unknown-meter', 'virtual meter "x"'],
    [[{ id: 'x', unit: 'kWh', formula: 'main + gas' }], 'unit-mismatch', 'virtual meter "x"'],
  ])('%j are refused as %s', (virtual, code, where) => {
    expect(() => new VirtualMeters(virtual, real)).toThrow(expect.objectContaining({ code, where }));
  });
});

const node = (id: string, parent?: string, more: Partial<MeterNode> = {}): MeterNode => ({
  id,
  name: id,
  carrier: 'electricity',
  unit: 'kWh',
  ...(parent === undefined ? {} : { parent }),
  ...more,
});

describe('the balance of the meter tree', () => {
  const tree = [
    node('main', undefined, { lossShare: 0.02 }),
    node('a', 'main'),
    node('b', 'main'),
    node('a1', 'a'),
  ];
  const energy = (value: number | undefined, completeness = 1) => ({ energy: value, completeness });

  test('measured = children + known loss + unexplained', () => {
    const [main, a, , b] = meterBalance(
      tree,
      new Map([
        ['main', energy(1000)],
        ['a', energy(600, 0.8)],
        ['b', energy(300)],
        ['a1', energy(650)],
      ]),
    );
    expect(main).toMatchObject({
      childrenSum: 900,
      knownLoss: 20,
      unexplained: 80,
      unexplainedPct: 8,
      depth: 0,
      completeness: 0.8,
    });
    expect(a).toMatchObject({ id: 'a', depth: 1, unexplained: -50 });
    expect(b).toMatchObject({ id: 'b', childrenSum: undefined, unexplained: undefined });
  });

  test('a sub-meter without value leaves the sum open: no data is not zero', () => {
    const [main] = meterBalance(
      tree,
      new Map([
        ['main', energy(1000)],
        ['a', energy(600)],
      ]),
    );
    expect(main).toMatchObject({
      measured: 1000,
      childrenSum: undefined,
      unexplained: undefined,
      completeness: 0,
    });
  });

  test.each([
    [[node('a', 'b'), node('b', 'a')], /cycle/, 'meter "a"'],
    [[node('a', 'x')], /"x" does not exist/, 'meter "a"'],
    [[node('m'), node('g', 'm', { carrier: 'gas' })], /gas below electricity/, 'meter "g"'],
    [[node('m'), node('g', 'm', { unit: 'MWh' })], /counts MWh/, 'meter "g"'],
    [[node('m'), node('m')], /twice/, 'meter "m"'],
  ])('a wrong tree is refused (%#)', (nodes, message, where) => {
    expect(() => meterBalance(nodes, new Map())).toThrow(
      expect.objectContaining({ code: 'meter-tree-invalid', where, message: expect.stringMatching(message) }),
    );
  });
});
