import { type BearingMultipliers, bearingMultipliers } from '../bearing/geometry.ts';
import type { MachineGroup, SupportClass } from '../vibration/severity-zones.ts';

/** What is known of a machine's construction; each part that is missing leaves its faults unjudged. */
export interface DriveDesign {
  readonly bearing: BearingMultipliers | undefined;
  readonly group: MachineGroup | undefined;
  readonly support: SupportClass | undefined;
  /** Teeth of the gear on the measured shaft. */
  readonly gearTeeth: number | undefined;
  /** Belt frequency as a multiple of shaft speed (pi times pulley diameter over belt length), below 1. */
  readonly beltOrder: number | undefined;
  /** Blades or vanes of the rotor. */
  readonly blades: number | undefined;
  readonly polePairs: number | undefined;
  /** Frequency of the electrical network, Hz. */
  readonly lineHz: number;
}

type Properties = Readonly<Record<string, string | number | boolean>>;

/** The design as the plant file's properties tell it. */
export function driveDesign(properties: Properties): DriveDesign {
  const number = (name: string): number | undefined => {
    const value = properties[name];
    return typeof value === 'number' && value > 0 ? value : undefined;
  };
  const { machineGroup, support } = properties;
  return {
    bearing: bearingOf(number),
    group: machineGroup === '1' ? 1 : machineGroup === '2' ? 2 : undefined,
    support: support === 'rigid' || support === 'flexible' ? support : undefined,
    gearTeeth: number('gearTeeth'),
    beltOrder: number('beltOrder'),
    blades: number('blades'),
    polePairs: number('polePairs'),
    lineHz: number('lineHz') ?? 50,
  };
}

/** The catalogue's multipliers where they are given, else those of the bearing's geometry. */
function bearingOf(number: (name: string) => number | undefined): BearingMultipliers | undefined {
  const [bpfo, bpfi] = [number('bearingBpfo'), number('bearingBpfi')];
  const [bsf2, ftf] = [number('bearingBsf2'), number('bearingFtf')];
  if (bpfo && bpfi && bsf2 && ftf) return { bpfo, bpfi, bsf2, ftf };
  const [balls, ballDiameterMm, pitchDiameterMm] = [
    number('bearingBalls'),
    number('bearingBallMm'),
    number('bearingPitchMm'),
  ];
  // An impossible geometry is no geometry: the machine is judged without its bearing.
  if (!(balls && ballDiameterMm && pitchDiameterMm)) return undefined;
  if (balls < 3 || pitchDiameterMm <= ballDiameterMm) return undefined;
  const contactAngleDeg = number('bearingAngleDeg') ?? 0;
  return bearingMultipliers({ balls, ballDiameterMm, pitchDiameterMm, contactAngleDeg });
}
