import { isUnit } from '../../model/unit.ts';

/** Common codes met on shop floors, and our unit. @see UNECE Recommendation 20; OPC 10000-8 (1.05) 5.6.4.3 */
const byCommonCode: Readonly<Record<string, string>> = {
  C62: '1',
  H87: 'pcs',
  P1: '%',
  '59': 'ppm',
  WTT: 'W',
  KWT: 'kW',
  MAW: 'MW',
  WHR: 'Wh',
  KWH: 'kWh',
  MWH: 'MWh',
  KJO: 'kJ',
  '3B': 'MJ',
  GV: 'GJ',
  D44: 'var',
  K5: 'kvar',
  KVR: 'kvar',
  K3: 'kvarh',
  D46: 'VA',
  KVA: 'kVA',
  VLT: 'V',
  KVT: 'kV',
  '2Z': 'mV',
  AMP: 'A',
  '4K': 'mA',
  HTZ: 'Hz',
  KHZ: 'kHz',
  RPM: 'rpm',
  LTR: 'L',
  MTQ: 'm3',
  MQH: 'm3/h',
  MQS: 'm3/s',
  G51: 'L/s',
  L2: 'L/min',
  KGM: 'kg',
  TNE: 't',
  E93: 'kg/h',
  E18: 't/h',
  PAL: 'Pa',
  A97: 'hPa',
  KPA: 'kPa',
  MPA: 'MPa',
  BAR: 'bar',
  MBR: 'mbar',
  C16: 'mm/s',
  MTS: 'm/s',
  MSK: 'm/s2',
  K40: 'g',
  '4H': 'um',
  MMT: 'mm',
  MTR: 'm',
  GQ: 'ug/m3',
  GP: 'mg/m3',
  M1: 'mg/L',
  CEL: '°C',
  FAH: '°F',
  KEL: 'K',
  '2N': 'dB(A)',
  Q30: 'pH',
  DD: 'deg',
  D54: 'W/m2',
  C26: 'ms',
  SEC: 's',
  MIN: 'min',
  HUR: 'h',
};

/** Our unit of an EUInformation: by its printed name, else by its UNECE code (its characters as one number). */
export function unitOf(name: string | undefined, unitId: number | undefined): string | undefined {
  // Micro is U+00B5 or U+03BC where people print it, `u` here.
  const printed = name?.trim().replace(/[µμ]/g, 'u');
  if (printed && isUnit(printed)) return printed;
  return unitId === undefined || unitId <= 0 ? undefined : byCommonCode[commonCode(unitId)];
}

function commonCode(unitId: number): string {
  let rest = unitId;
  let code = '';
  while (rest > 0) {
    code = String.fromCharCode(rest % 256) + code;
    rest = Math.floor(rest / 256);
  }
  return code;
}
