/** State marks of a monitored value, the letters of HJ 212-2017 table 8. */
export type DataFlag = 'N' | 'F' | 'M' | 'S' | 'D' | 'C' | 'T' | 'B';

/** Why a minute does not count as measured. */
export type InvalidCause =
  | 'maintenance'
  | 'manual'
  | 'fault'
  | 'calibration'
  | 'over-range'
  | 'communication'
  | 'drift'
  | 'missing';

export type MinuteClass = 'valid' | 'stopped' | InvalidCause;

/** What each mark makes of its minute: only N enters a mean, F is a source that emits nothing. */
export const FLAG_CLASS: Readonly<Record<DataFlag, MinuteClass>> = {
  N: 'valid',
  F: 'stopped',
  M: 'maintenance',
  S: 'manual',
  D: 'fault',
  C: 'calibration',
  T: 'over-range',
  B: 'communication',
};

/** Causes under which the instrument itself is not to be trusted (失控); the others are missing data. */
export const OUT_OF_CONTROL: ReadonlySet<InvalidCause> = new Set<InvalidCause>([
  'fault',
  'over-range',
  'drift',
]);

/** The flag that a letter means; lower case occurs in the field. Undefined for any other text. */
export function parseDataFlag(text: string): DataFlag | undefined {
  const letter = text.trim().toUpperCase();
  return letter in FLAG_CLASS ? (letter as DataFlag) : undefined;
}
