import type { Edition } from './flag.ts';

/** How sure an entry is: read in published code that implements the standard, or told by a single such source. */
export type Certainty = 'verified' | 'single-source';

export interface CodeEntry {
  readonly code: string;
  readonly name: string;
  /** First edition that has it. */
  readonly since: Edition;
  readonly certainty: Certainty;
}

const entry = (code: string, name: string, since: Edition = '2017', certainty: Certainty = 'verified') => ({
  ...{ code, name, since, certainty },
});

/** ST, the system a station belongs to. @see HJ 212-2017 table 5, HJ 212-2025 */
export const systems: readonly CodeEntry[] = [
  entry('21', 'surface water', '2005'),
  entry('22', 'ambient air', '2005'),
  entry('23', 'acoustic environment', '2005'),
  entry('24', 'groundwater'),
  entry('25', 'soil'),
  entry('26', 'sea'),
  entry('27', 'volatile organic compounds'),
  entry('31', 'air pollution source', '2005'),
  entry('32', 'surface water pollution source', '2005'),
  entry('33', 'groundwater pollution source', '2005'),
  entry('34', 'sea pollution source', '2005'),
  entry('35', 'soil pollution source', '2005'),
  entry('36', 'noise source', '2005'),
  entry('37', 'vibration source', '2005'),
  entry('38', 'radioactive source', '2005'),
  entry('39', 'construction site dust'),
  entry('41', 'electromagnetic source', '2005'),
  entry('44', 'power use', '2025', 'single-source'),
  entry('45', 'key production conditions', '2025', 'single-source'),
  entry('51', 'flue gas process'),
  entry('52', 'sewage process'),
  entry('91', 'system interaction', '2005'),
];

/** CN. A number serves both ways: the platform's request and the station's upload. @see HJ 212-2017 table 6 */
export const commandNames: readonly CodeEntry[] = [
  entry('1000', 'set timeout and retries', '2005'),
  entry('1001', 'added by the 2025 edition', '2025', 'single-source'),
  entry('1002', 'added by the 2025 edition', '2025', 'single-source'),
  entry('1011', 'get time', '2005'),
  entry('1012', 'set time', '2005'),
  entry('1013', 'ask for the time to be set'),
  entry('1014', 'key exchange', '2025', 'single-source'),
  entry('1061', 'get real-time interval', '2005'),
  entry('1062', 'set real-time interval', '2005'),
  entry('1063', 'get minute interval'),
  entry('1064', 'set minute interval'),
  entry('1072', 'set password', '2005'),
  entry('2011', 'real-time data', '2005'),
  entry('2012', 'stop real-time data', '2005'),
  entry('2013', 'raw data', '2025', 'single-source'),
  entry('2021', 'device status', '2005'),
  entry('2022', 'stop device status', '2005'),
  entry('2031', 'day data', '2005'),
  entry('2041', 'running time of devices a day', '2005'),
  entry('2051', 'minute data', '2005'),
  entry('2052', 'single noise event', '2025', 'single-source'),
  entry('2061', 'hour data', '2005'),
  entry('2062', 'automatic check against a standard', '2025', 'single-source'),
  entry('2081', 'start-up time of the logger'),
  entry('2111', 'furnace temperature, five minutes', '2025', 'single-source'),
  entry('3011', 'zero and span calibration', '2005'),
  entry('3012', 'take a sample now', '2005'),
  entry('3013', 'blowback'),
  entry('3014', 'compare a sample', '2005'),
  entry('3015', 'keep a sample over the limit'),
  entry('3016', 'set sampling interval'),
  entry('3017', 'get sampling interval'),
  entry('3018', 'get time a sample takes'),
  entry('3019', 'get serial number'),
  entry('3020', 'get information of a device'),
  entry('3021', 'set parameters of a device'),
  entry('3022', 'added by the 2025 edition', '2025', 'single-source'),
  entry('3024', 'added by the 2025 edition', '2025', 'single-source'),
  entry('9011', 'request answered', '2005'),
  entry('9012', 'request carried out', '2005'),
  entry('9013', 'notice answered', '2005'),
  entry('9014', 'data acknowledged', '2005'),
  entry('9015', 'heartbeat', '2025', 'single-source'),
];

/** Answer to a request (9011). @see HJ 212-2017 table 7 */
export const qnRtn = {
  ok: 1,
  refused: 2,
  password: 3,
  station: 4,
  system: 5,
  flag: 6,
  requestNumber: 7,
  command: 8,
  crc: 9,
  unknown: 100,
} as const;
export type QnRtn = (typeof qnRtn)[keyof typeof qnRtn];

/** How a request ended (9012). @see HJ 212-2017 table 8 */
export const exeRtn = {
  ok: 1,
  failed: 2,
  badCondition: 3,
  timeout: 4,
  busy: 5,
  systemFault: 6,
  noData: 100,
} as const;
export type ExeRtn = (typeof exeRtn)[keyof typeof exeRtn];

/** State of a device (RS). */
export const deviceStates = {
  off: 0,
  running: 1,
  calibrating: 2,
  maintained: 3,
  alarm: 4,
  blowback: 5,
} as const;

/** Data flags. @see HJ 212-2017 table 9 */
export const dataFlags = {
  N: 'normal',
  F: 'source stopped',
  M: 'maintenance',
  S: 'set by hand',
  D: 'instrument fault',
  C: 'calibration',
  T: 'over the range',
  B: 'no communication',
} as const;

/** Words for a code: `minute data`; the code itself where no edition read here has it. */
export function nameOf(table: readonly CodeEntry[], code: string): string {
  return table.find((one) => one.code === code)?.name ?? code;
}
