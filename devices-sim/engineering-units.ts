/** Unit symbols of the platform and their common codes. @see UNECE Recommendation 20 */
const commonCodes: Readonly<Record<string, string>> = {
  '1': 'C62',
  pcs: 'H87',
  '%': 'P1',
  kW: 'KWT',
  kvar: 'K5',
  kVA: 'KVA',
  kWh: 'KWH',
  kvarh: 'K3',
  V: 'VLT',
  A: 'AMP',
  Hz: 'HTZ',
  rpm: 'RPM',
  m3: 'MTQ',
  Nm3: 'MTQ',
  'm3/h': 'MQH',
  'L/min': 'L2',
  t: 'TNE',
  't/h': 'E18',
  kPa: 'KPA',
  hPa: 'A97',
  '°C': 'CEL',
  'mm/s': 'C16',
  'm/s': 'MTS',
  g: 'K40',
  h: 'HUR',
  min: 'MIN',
  'mg/m3': 'GP',
  'ug/m3': 'GQ',
  'mg/L': 'M1',
  pH: 'Q30',
  'dB(A)': '2N',
  deg: 'DD',
  'W/m2': 'D54',
};

/** @see OPC 10000-8 clause 5.6.3 */
export function engineeringUnitOf(unit: string) {
  return {
    namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact',
    unitId: unitId(commonCodes[unit]),
    displayName: unit,
    description: unit,
  };
}

/** The characters of the common code as one big-endian integer; -1 where a unit has none. */
function unitId(commonCode: string | undefined): number {
  if (commonCode === undefined) return -1;
  return [...commonCode].reduce((id, character) => id * 256 + character.charCodeAt(0), 0);
}
