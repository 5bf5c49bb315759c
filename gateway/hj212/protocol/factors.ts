import type { Edition } from './flag.ts';

/** A pollutant or parameter by its code. */
export interface Factor {
  /** Code of the 2017 edition, which the 2025 edition keeps. */
  readonly code: string;
  /** Code of the 2005 edition, where it has one. */
  readonly code2005?: string;
  readonly name: { readonly en: string; readonly zh: string };
  /** Of its concentration or value. Ambient stations give gases but CO in ug/m3. */
  readonly unit: string;
  /** Digits after the point that a value is written with. */
  readonly decimals: number;
  /** Unit of its total (-Cou); absent where a total says nothing. */
  readonly totalUnit?: string;
}

/** Where the table comes from: not the text of the standard itself, which was not at hand. */
export const factorSource = {
  edition: 'HJ 212-2017 annex B; HJ 212-2025 annex B.2 keeps the codes',
  source:
    'published code that implements the standard (two parsers and a logger), checked against real frames',
} as const;

const factor = (
  code: string,
  zh: string,
  en: string,
  unit: string,
  decimals: number,
  more: { readonly code2005?: string; readonly totalUnit?: string } = {},
): Factor => ({ code, name: { en, zh }, unit, decimals, ...more });

const kg = (code2005?: string) => ({ totalUnit: 'kg', ...(code2005 !== undefined && { code2005 }) });
const old = (code2005: string) => ({ code2005 });

const air: readonly Factor[] = [
  factor('a00000', '废气', 'flue gas flow', 'm3/s', 1, { code2005: 'B02', totalUnit: 'm3' }),
  factor('a01001', '温度', 'air temperature', '°C', 1),
  factor('a01002', '湿度', 'relative humidity', '%', 1),
  factor('a01006', '气压', 'air pressure', 'kPa', 3),
  factor('a01007', '风速', 'wind speed', 'm/s', 1),
  factor('a01008', '风向', 'wind direction', 'deg', 0),
  factor('a01010', '林格曼黑度', 'Ringelmann grade', '1', 0, old('37')),
  factor('a01011', '烟气流速', 'flue gas velocity', 'm/s', 2, old('S02')),
  factor('a01012', '烟气温度', 'flue gas temperature', '°C', 1, old('S03')),
  factor('a01013', '烟气压力', 'flue gas pressure', 'kPa', 3, old('S08')),
  factor('a01014', '烟气湿度', 'flue gas moisture', '%', 1, old('S05')),
  factor('a01016', '烟道截面积', 'duct area', 'm2', 2, old('S07')),
  factor('a01017', '烟气动压', 'dynamic pressure', 'kPa', 3, old('S04')),
  factor('a05001', '二氧化碳', 'carbon dioxide', 'mg/m3', 3, kg('30')),
  factor('a05024', '臭氧', 'ozone', 'ug/m3', 0),
  factor('a19001', '氧气含量', 'oxygen', '%', 1, old('S01')),
  factor('a21001', '氨', 'ammonia', 'mg/m3', 3, kg('10')),
  factor('a21002', '氮氧化物', 'nitrogen oxides', 'mg/m3', 1, kg('03')),
  factor('a21003', '一氧化氮', 'nitrogen monoxide', 'mg/m3', 1, kg()),
  factor('a21004', '二氧化氮', 'nitrogen dioxide', 'mg/m3', 1, kg()),
  factor('a21005', '一氧化碳', 'carbon monoxide', 'mg/m3', 3, kg('04')),
  factor('a21018', '氟化物', 'fluoride', 'mg/m3', 3, kg('06')),
  factor('a21022', '氯气', 'chlorine', 'mg/m3', 3, kg('11')),
  factor('a21024', '氯化氢', 'hydrogen chloride', 'mg/m3', 3, kg('08')),
  factor('a21026', '二氧化硫', 'sulphur dioxide', 'mg/m3', 2, kg('02')),
  factor('a21028', '硫化氢', 'hydrogen sulphide', 'mg/m3', 2, kg('05')),
  factor('a24087', '碳氢化合物', 'total hydrocarbons', 'mg/m3', 2, kg('25')),
  factor('a24088', '非甲烷总烃', 'non-methane hydrocarbons', 'mg/m3', 3, kg()),
  factor('a25002', '苯', 'benzene', 'mg/m3', 3, kg()),
  factor('a34001', '总悬浮颗粒物', 'total suspended particles', 'ug/m3', 0),
  factor('a34002', '可吸入颗粒物', 'PM10', 'ug/m3', 0),
  factor('a34004', '细颗粒物', 'PM2.5', 'ug/m3', 0),
  factor('a34013', '烟尘', 'smoke dust', 'mg/m3', 2, kg('01')),
];

const water: readonly Factor[] = [
  factor('w00000', '污水', 'wastewater flow', 'L/s', 2, { code2005: 'B01', totalUnit: 'm3' }),
  factor('w01001', 'pH值', 'pH', 'pH', 2, old('001')),
  factor('w01009', '溶解氧', 'dissolved oxygen', 'mg/L', 1),
  factor('w01010', '水温', 'water temperature', '°C', 1),
  factor('w01012', '悬浮物', 'suspended solids', 'mg/L', 0, kg('003')),
  factor('w01014', '电导率', 'conductivity', 'uS/cm', 1),
  factor('w01017', '五日生化需氧量', 'BOD5', 'mg/L', 1, kg('010')),
  factor('w01018', '化学需氧量', 'COD', 'mg/L', 1, kg('011')),
  factor('w01019', '高锰酸盐指数', 'permanganate index', 'mg/L', 1, kg()),
  factor('w01020', '总有机碳', 'total organic carbon', 'mg/L', 1, kg('015')),
  factor('w20111', '总汞', 'total mercury', 'ug/L', 2, { code2005: '020', totalUnit: 'g' }),
  factor('w20115', '总镉', 'total cadmium', 'ug/L', 1, { code2005: '022', totalUnit: 'g' }),
  factor('w20116', '总铬', 'total chromium', 'mg/L', 3, kg('023')),
  factor('w20117', '六价铬', 'chromium(VI)', 'ug/L', 3, { code2005: '024', totalUnit: 'g' }),
  factor('w20119', '总砷', 'total arsenic', 'ug/L', 3, { code2005: '026', totalUnit: 'g' }),
  factor('w20120', '总铅', 'total lead', 'ug/L', 0, { code2005: '027', totalUnit: 'g' }),
  factor('w20121', '总镍', 'total nickel', 'mg/L', 2, kg('028')),
  factor('w20122', '总铜', 'total copper', 'mg/L', 2, kg('029')),
  factor('w20123', '总锌', 'total zinc', 'mg/L', 3, kg('030')),
  factor('w21001', '总氮', 'total nitrogen', 'mg/L', 2, kg('065')),
  factor('w21003', '氨氮', 'ammonia nitrogen', 'mg/L', 2, kg('060')),
  factor('w21011', '总磷', 'total phosphorus', 'mg/L', 2, kg('101')),
  factor('w21016', '氰化物', 'cyanide', 'mg/L', 3, kg('070')),
  factor('w21017', '氟化物', 'fluoride', 'mg/L', 2, kg('072')),
  factor('w22001', '石油类', 'petroleum', 'mg/L', 2, kg('080')),
  factor('w23002', '挥发酚', 'volatile phenol', 'mg/L', 4, kg('110')),
];

/** LA is the sound level of all editions; a50001 its code in some 2017 tables. */
const noise: readonly Factor[] = [factor('LA', '噪声', 'sound level', 'dB(A)', 1)];

export const factors: readonly Factor[] = [...air, ...water, ...noise];

const byCode = new Map(factors.flatMap((one) => codesOf(one).map((code) => [code, one] as const)));

function codesOf({ code, code2005 }: Factor): string[] {
  return code2005 === undefined ? [code] : [code, code2005];
}

/** The factor of a code, of either edition; undefined where the table has none. */
export const factorOf = (code: string): Factor | undefined => byCode.get(code);

/** The code to send by an edition: 2005 has codes of its own for most factors. */
export function codeIn(edition: Edition, code: string): string {
  return edition === '2005' ? (factorOf(code)?.code2005 ?? code) : code;
}
