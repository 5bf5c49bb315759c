/** The pollutants of the index; `o3` is the 1 h mean, `o3_8h` the 8 h mean. CO in mg/m3, all others in ug/m3. */
export type AqiItem = 'so2' | 'no2' | 'co' | 'o3' | 'o3_8h' | 'pm10' | 'pm25';
export type AqiEdition = 'HJ633-2012' | 'HJ633-2026';
export type AqiPeriod = 'hourly' | 'daily';

/** Concentrations at the index values of {@link INDEX_NODES}, in the item's unit. */
export interface BreakpointTable {
  readonly nodes: readonly number[];
  /** What a concentration above the last node gives: a fixed index, or the same concentration read in another table. */
  readonly above: number | readonly number[];
}

export interface AqiStandard {
  readonly edition: AqiEdition;
  /** First day in force, plant-local date. */
  readonly inForceFrom: string;
  readonly source: string;
  readonly tables: Readonly<Record<AqiPeriod, Readonly<Record<AqiItem, BreakpointTable>>>>;
  /**
   * Items whose absence makes a low index unpublishable: with one missing and the index at or below 100 there is no index
   * (HJ 633-2026 5.3). Empty in the 2012 edition: its index comes from the pollutants present.
   */
  readonly requiredItems: Readonly<Record<AqiPeriod, readonly AqiItem[]>>;
  /** Items that may decide the index. The 2012 daily report counts both ozone means, the 2026 one the 8 h mean only. */
  readonly countedItems: Readonly<Record<AqiPeriod, readonly AqiItem[]>>;
}

export const INDEX_NODES: readonly number[] = [0, 50, 100, 150, 200, 300, 400, 500];

/** Decimals kept of a concentration before it enters the index. */
export const CONCENTRATION_DECIMALS: Readonly<Record<AqiItem, number>> = {
  so2: 0,
  no2: 0,
  co: 1,
  o3: 0,
  o3_8h: 0,
  pm10: 0,
  pm25: 0,
};

const SO2_24H = [0, 50, 150, 475, 800, 1600, 2100, 2620];
const SO2_1H = [0, 150, 500, 650, 800];
const NO2_24H = [0, 40, 80, 180, 280, 565, 750, 940];
const NO2_1H = [0, 100, 200, 700, 1200, 2340, 3090, 3840];
const CO_24H = [0, 2, 4, 14, 24, 36, 48, 60];
const CO_1H = [0, 5, 10, 35, 60, 90, 120, 150];
const O3_1H = [0, 160, 200, 300, 400, 800, 1000, 1200];
const O3_8H = [0, 100, 160, 215, 265, 800];
const PM10_2012 = [0, 50, 150, 250, 350, 420, 500, 600];
const PM10_2026 = [0, 50, 120, 250, 350, 420, 500, 600];
const PM25_2012 = [0, 35, 75, 115, 150, 250, 350, 500];
const PM25_2026 = [0, 35, 60, 115, 150, 250, 350, 500];

const capped = (nodes: readonly number[], above: number | readonly number[] = 500): BreakpointTable => ({
  nodes,
  above,
});

const hourlyItems: readonly AqiItem[] = ['so2', 'no2', 'co', 'o3', 'pm10', 'pm25'];
const dailyItems: readonly AqiItem[] = ['so2', 'no2', 'co', 'o3_8h', 'pm10', 'pm25'];

/** Particle tables of one edition; the hourly report applies the 24 h nodes to the 1 h mean. */
const particles = (pm10: readonly number[], pm25: readonly number[]) => ({
  pm10: capped(pm10),
  pm25: capped(pm25),
});

/** HJ 633-2012 table 1: above 800 the 1 h SO2 is read in the 24 h table, the 8 h ozone in the 1 h table. */
const HJ633_2012: AqiStandard = {
  edition: 'HJ633-2012',
  inForceFrom: '2012-02-29',
  source: 'HJ 633-2012, table 1 and its notes',
  tables: {
    hourly: {
      so2: capped(SO2_1H, SO2_24H),
      no2: capped(NO2_1H),
      co: capped(CO_1H),
      o3: capped(O3_1H),
      o3_8h: capped(O3_8H, O3_1H),
      ...particles(PM10_2012, PM25_2012),
    },
    daily: {
      so2: capped(SO2_24H),
      no2: capped(NO2_24H),
      co: capped(CO_24H),
      o3: capped(O3_1H),
      o3_8h: capped(O3_8H, O3_1H),
      ...particles(PM10_2012, PM25_2012),
    },
  },
  requiredItems: { hourly: [], daily: [] },
  countedItems: { hourly: hourlyItems, daily: ['so2', 'no2', 'co', 'o3', 'o3_8h', 'pm10', 'pm25'] },
};

/** HJ 633-2026: new particle nodes; above 800 the 1 h SO2 stays at 200 and the 8 h ozone at 300. */
const HJ633_2026: AqiStandard = {
  edition: 'HJ633-2026',
  inForceFrom: '2026-03-01',
  source: 'HJ 633-2026, table 1, its notes and 5.3',
  tables: {
    hourly: {
      so2: capped(SO2_1H, 200),
      no2: capped(NO2_1H),
      co: capped(CO_1H),
      o3: capped(O3_1H),
      o3_8h: capped(O3_8H, 300),
      ...particles(PM10_2026, PM25_2026),
    },
    daily: {
      so2: capped(SO2_24H),
      no2: capped(NO2_24H),
      co: capped(CO_24H),
      o3: capped(O3_1H),
      o3_8h: capped(O3_8H, 300),
      ...particles(PM10_2026, PM25_2026),
    },
  },
  requiredItems: { hourly: hourlyItems, daily: dailyItems },
  countedItems: { hourly: hourlyItems, daily: dailyItems },
};

export const AQI_STANDARDS: Readonly<Record<AqiEdition, AqiStandard>> = {
  'HJ633-2012': HJ633_2012,
  'HJ633-2026': HJ633_2026,
};

/** One level of the index with the colour that the standard prescribes (the same in both editions). */
export interface AqiLevel {
  readonly upTo: number;
  readonly category: string;
  readonly categoryEnglish: string;
  readonly colour: string;
}

export const AQI_LEVELS: readonly AqiLevel[] = [
  { upTo: 50, category: '优', categoryEnglish: 'excellent', colour: '#00E400' },
  { upTo: 100, category: '良', categoryEnglish: 'good', colour: '#FFFF00' },
  { upTo: 150, category: '轻度污染', categoryEnglish: 'lightly polluted', colour: '#FF7E00' },
  { upTo: 200, category: '中度污染', categoryEnglish: 'moderately polluted', colour: '#FF0000' },
  { upTo: 300, category: '重度污染', categoryEnglish: 'heavily polluted', colour: '#99004C' },
  {
    upTo: Number.POSITIVE_INFINITY,
    category: '严重污染',
    categoryEnglish: 'severely polluted',
    colour: '#7E0023',
  },
];
