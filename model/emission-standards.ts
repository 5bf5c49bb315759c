/**
 * How well a table was checked: `implementation` = read in a source that implements or publishes it, `secondary` = one
 * secondary source, `memory` = none. Nothing here was read in the text of a paid standard: a permit's own figures go into
 * the plant file, and the stricter wins.
 */
export type TableCheck = 'implementation' | 'secondary' | 'memory';

/** One table of a discharge standard for one kind of source. */
export interface StandardTable {
  /** As the plant file names it: standard, edition, table, kind of source. */
  readonly id: string;
  /** First day in force. */
  readonly from: string;
  readonly unit: string;
  /** Dry volume per cent that the limits refer to. */
  readonly referenceOxygenPct?: number;
  readonly limits: Readonly<Record<string, Bounds>>;
  readonly checked: TableCheck;
}

interface Bounds {
  readonly high?: number;
  readonly low?: number;
}

const air = (
  id: string,
  from: string,
  referenceOxygenPct: number | undefined,
  [dust, so2, nox]: readonly [number, number, number],
  checked: TableCheck,
): StandardTable => ({
  ...{ id, from, unit: 'mg/m3', checked },
  ...(referenceOxygenPct !== undefined && { referenceOxygenPct }),
  limits: { dust: { high: dust }, so2: { high: so2 }, nox: { high: nox }, ringelmann: { high: 1 } },
});

/** GB 8978-1996 table 4 (units built after 1998): COD, ammonia nitrogen, phosphate as P. */
const water = (
  level: string,
  cod: number,
  ammonia: number | undefined,
  phosphorus: number | undefined,
): StandardTable => ({
  ...{ id: `GB 8978-1996 table 4, class ${level}`, from: '1998-01-01', unit: 'mg/L' },
  limits: {
    cod: { high: cod },
    ...(ammonia !== undefined && { ammoniaNitrogen: { high: ammonia } }),
    ...(phosphorus !== undefined && { totalPhosphorus: { high: phosphorus } }),
    ph: { low: 6, high: 9 },
  },
  checked: 'implementation',
});

const [COAL, OIL_GAS] = [9, 3.5];
const boilers = 'GB 13271-2014 table';

/** Tables that an outlet of the plant file may name. Data, not advice: local standards are stricter and are added beside them. */
export const STANDARD_TABLES: readonly StandardTable[] = [
  air(`${boilers} 1, coal`, '2015-10-01', COAL, [80, 400, 400], 'memory'),
  air(`${boilers} 1, oil`, '2015-10-01', OIL_GAS, [60, 300, 400], 'memory'),
  air(`${boilers} 1, gas`, '2015-10-01', OIL_GAS, [30, 100, 400], 'memory'),
  air(`${boilers} 2, coal`, '2014-07-01', COAL, [50, 300, 300], 'implementation'),
  air(`${boilers} 2, oil`, '2014-07-01', OIL_GAS, [30, 200, 250], 'memory'),
  air(`${boilers} 2, gas`, '2014-07-01', OIL_GAS, [20, 50, 200], 'secondary'),
  air(`${boilers} 3, coal`, '2014-07-01', COAL, [30, 200, 200], 'implementation'),
  air(`${boilers} 3, oil`, '2014-07-01', OIL_GAS, [30, 100, 200], 'memory'),
  air(`${boilers} 3, gas`, '2014-07-01', OIL_GAS, [20, 50, 150], 'memory'),
  air('GB 13223-2011 table 1, coal, new', '2012-01-01', 6, [30, 100, 100], 'implementation'),
  air('GB 13223-2011 table 2, coal, special', '2012-01-01', 6, [20, 50, 100], 'implementation'),
  air('Ultra-low emission, power boilers', '2015-12-11', 6, [10, 35, 50], 'implementation'),
  air('Ultra-low emission, sinter', '2019-04-22', 16, [10, 35, 50], 'memory'),
  air('GB 16297-1996 table 2', '1997-01-01', undefined, [120, 550, 240], 'secondary'),
  water('I', 100, 15, 0.5),
  water('II', 150, 25, 1),
  water('III', 500, undefined, undefined),
  {
    ...{ id: 'GB 16297-1996 table 2, unorganised', from: '1997-01-01', unit: 'mg/m3' },
    limits: { tsp: { high: 1 }, voc: { high: 4 } },
    checked: 'memory',
  },
];

export const standardTable = (id: string): StandardTable | undefined =>
  STANDARD_TABLES.find((table) => table.id === id);
