export type SeverityZone = 'A' | 'B' | 'C' | 'D';
export type MachineGroup = 1 | 2;
export type SupportClass = 'rigid' | 'flexible';

/** Upper velocity RMS limits of zones A, B and C, mm/s. */
export interface ZoneLimits {
  readonly ab: number;
  readonly bc: number;
  readonly cd: number;
}

export const SEVERITY_EDITION = 'ISO 20816-3:2022';

/**
 * Zone limits, velocity RMS on non-rotating parts. Group 1: above 300 kW or shaft height from 315 mm; group 2: 15 to 300 kW
 * or shaft height 160 to 315 mm.
 * @see ISO 20816-3:2022, evaluation zone tables (values as printed by implementations, see docs; the standard's text was not read)
 */
export const ZONE_LIMITS: Readonly<Record<MachineGroup, Readonly<Record<SupportClass, ZoneLimits>>>> = {
  1: { rigid: { ab: 2.3, bc: 4.5, cd: 7.1 }, flexible: { ab: 3.5, bc: 7.1, cd: 11 } },
  2: { rigid: { ab: 1.4, bc: 2.8, cd: 4.5 }, flexible: { ab: 2.3, bc: 4.5, cd: 7.1 } },
};

/** A value on a limit belongs to the higher zone: sources differ, and this is the safer side. */
export function severityZone(velocityRmsMmPerS: number, limits: ZoneLimits): SeverityZone {
  if (velocityRmsMmPerS >= limits.cd) return 'D';
  if (velocityRmsMmPerS >= limits.bc) return 'C';
  return velocityRmsMmPerS >= limits.ab ? 'B' : 'A';
}
