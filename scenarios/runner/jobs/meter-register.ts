import type { Plant, Tag } from '../../../model/plant.ts';
import { qualityOf } from '../../../model/status.ts';
import { converter } from '../../../model/unit.ts';
import type { RawPoint } from '../../../store/time-series-store.ts';
import { type RegisterDeclaration, type RegisterHistory, registerLegs } from '../../energy/register-legs.ts';
import type { RegisterReading, RegisterRule } from '../../energy/register-step.ts';

/** A register of a meter: how it counts, and where its segments were declared to end. */
export interface MeterRegister {
  readonly tag: Tag;
  readonly rule: RegisterRule;
  readonly declarations: readonly RegisterDeclaration[];
}

export function meterRegister(plant: Pick<Plant, 'assetsById' | 'energy'>, tag: Tag): MeterRegister {
  const changes = (plant.energy?.registerChanges ?? []).filter(
    ({ meter, quantity }) => meter === tag.asset && quantity === tag.quantity,
  );
  return {
    tag,
    rule: ruleOf(tag, plant.assetsById.get(tag.asset)?.properties ?? {}),
    declarations: changes.map(({ atMs, finalReading, initialReading, digits }) => ({
      ...{ timeMs: atMs, finalReading, initialReading },
      ...(digits !== undefined && { rule: { digits } }),
    })),
  };
}

/** Readings reach the store in the tag's unit and multiplied (gateway/normalise.ts); the register counts in its own. */
const unitsPerStep = ({ sourceUnit, unit, multiplier }: Tag): number =>
  converter(sourceUnit, unit)(1) * multiplier;

function ruleOf(tag: Tag, { registerDigits, maxRatePerH }: Readonly<Record<string, unknown>>): RegisterRule {
  return {
    digits: typeof registerDigits === 'number' ? registerDigits : 15,
    multiplier: unitsPerStep(tag),
    maxRatePerHour: typeof maxRatePerH === 'number' ? maxRatePerH : Number.POSITIVE_INFINITY,
  };
}

/** Legs and events of a register from stored readings; bad ones don't count. */
export function registerHistory(
  { rule, declarations }: MeterRegister,
  points: readonly RawPoint[],
): RegisterHistory {
  return registerLegs(registerReadings(points, rule.multiplier), rule, {
    declarations: within(declarations, points),
  });
}

const registerReadings = (points: readonly RawPoint[], unit: number): RegisterReading[] =>
  points.flatMap(({ timeMs, value, status }) =>
    typeof value === 'number' && qualityOf(status) !== 'bad' ? [{ timeMs, value: value / unit }] : [],
  );

/** A change outside what was read would stretch the history to it. */
function within(
  declarations: readonly RegisterDeclaration[],
  points: readonly RawPoint[],
): RegisterDeclaration[] {
  const [first, last] = [points[0]?.timeMs ?? 0, points.at(-1)?.timeMs ?? 0];
  return declarations.filter(({ timeMs }) => timeMs >= first && timeMs <= last);
}
