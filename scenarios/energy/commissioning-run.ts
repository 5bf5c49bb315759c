import {
  type CommissioningFinding,
  type CommissioningLimits,
  checkPhases,
  commissioningDefaults,
  type MeterSample,
} from './commissioning.ts';
import { checkEnergy, checkFamily } from './commissioning-energy.ts';
import { checkWiring } from './commissioning-wiring.ts';
import { checkPowerWords } from './commissioning-words.ts';

/** A meter under commissioning, with the samples of the observed time in order. */
export interface CommissioningMeter {
  readonly id: string;
  readonly parent?: string;
  readonly samples: readonly MeterSample[];
}

export interface CommissioningVerdict {
  readonly meter: string;
  readonly findings: readonly CommissioningFinding[];
  /** Whether the meter may enter the balance. */
  readonly isAccepted: boolean;
}

/** Runs every check on every meter: words, wiring, phases, energy against power, and each parent against its sub-meters. */
export function commissionMeters(
  meters: readonly CommissioningMeter[],
  limits: CommissioningLimits = commissioningDefaults,
): CommissioningVerdict[] {
  const families = meters.flatMap((meter) => familyFindings(meter, meters, limits));
  return meters.map(({ id, samples }) => {
    const words = checkPowerWords(id, samples);
    const findings = [
      ...(words ? [words] : ownFindings(id, samples, limits)),
      ...families.filter(({ meter, place }) => (place ?? meter) === id),
    ];
    return { meter: id, findings, isAccepted: findings.length === 0 };
  });
}

/** Swapped phases make phases look reversed or idle: what follows from them is not told beside them. */
function ownFindings(
  id: string,
  samples: readonly MeterSample[],
  limits: CommissioningLimits,
): CommissioningFinding[] {
  const wiring = checkWiring(id, samples, limits);
  const isSwapped = wiring.some(({ fault }) => fault === 'swapped-phases');
  return [
    ...wiring,
    ...(isSwapped ? [] : checkPhases(id, samples, limits)),
    ...checkEnergy(id, samples, limits),
  ];
}

function familyFindings(
  meter: CommissioningMeter,
  meters: readonly CommissioningMeter[],
  limits: CommissioningLimits,
): CommissioningFinding[] {
  const children = meters.filter(({ parent }) => parent === meter.id);
  const energy = registerRise(meter);
  const known = children.flatMap((child) => {
    const rise = registerRise(child);
    return rise === undefined ? [] : [{ meter: child.id, energy: rise }];
  });
  return energy === undefined ? [] : checkFamily({ meter: meter.id, energy, children: known }, limits);
}

function registerRise({ samples }: CommissioningMeter): number | undefined {
  const registers = samples.flatMap(({ energyKwh }) => (energyKwh === undefined ? [] : [energyKwh]));
  const [first, last] = [registers[0], registers.at(-1)];
  return first === undefined || last === undefined || registers.length < 2 ? undefined : last - first;
}
