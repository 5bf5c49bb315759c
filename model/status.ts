/**
 * Status codes of a data value, as OPC UA defines them: the two top bits are the severity.
 * @see OPC 10000-4 (1.05) clause 7.39; OPC 10000-8 annex A
 */
export type StatusCode = number;

export const statusCodes = {
  good: 0x0000_0000,
  goodLocalOverride: 0x0096_0000,
  uncertain: 0x4000_0000,
  uncertainLastUsableValue: 0x4090_0000,
  uncertainSensorNotAccurate: 0x4093_0000,
  uncertainEngineeringUnitsExceeded: 0x4094_0000,
  bad: 0x8000_0000,
  badNoCommunication: 0x8031_0000,
  badWaitingForInitialData: 0x8032_0000,
  badNodeIdUnknown: 0x8034_0000,
  badOutOfRange: 0x803c_0000,
  badNotConnected: 0x808a_0000,
  badDeviceFailure: 0x808b_0000,
  badSensorFailure: 0x808c_0000,
  badOutOfService: 0x808d_0000,
} as const satisfies Readonly<Record<string, StatusCode>>;

export type Quality = 'good' | 'uncertain' | 'bad';

/** Severity of a status code; the reserved severity 0b11 counts as bad. */
export function qualityOf(status: StatusCode): Quality {
  const severity = status >>> 30;
  if (severity === 0) return 'good';
  return severity === 1 ? 'uncertain' : 'bad';
}

const namesByCode = new Map<number, string>(
  Object.entries(statusCodes).map(([name, code]) => [code, name[0]?.toUpperCase() + name.slice(1)]),
);

/** Symbolic name (`BadNotConnected`), or the severity with the code in hexadecimal where it has none here. */
export function statusName(status: StatusCode): string {
  const code = (status & 0xffff_0000) >>> 0;
  const name = namesByCode.get(code);
  if (name !== undefined) return name;
  const severity = { good: 'Good', uncertain: 'Uncertain', bad: 'Bad' }[qualityOf(status)];
  return `${severity} (0x${(status >>> 0).toString(16).padStart(8, '0')})`;
}
