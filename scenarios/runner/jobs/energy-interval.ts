import type { Tag } from '../../../model/plant.ts';
import { qualityOf } from '../../../model/status.ts';
import { dayMs, quarterHourMs } from '../../../model/window.ts';
import { intervalEnergy } from '../../energy/interval-energy.ts';
import { registerLegs } from '../../energy/register-legs.ts';
import type { RegisterReading, RegisterRule } from '../../energy/register-step.ts';
import type { Job, JobReadings, JobRow, JobSubject } from '../job.ts';

/** Consumption of each meter in each quarter of an hour, from its register. */
export const energyIntervalJob: Job = {
  measurement: 'energy_interval',
  windowMs: quarterHourMs,
  reachMs: quarterHourMs,
  bridgeMs: 35 * dayMs,
  subjects: (plant) =>
    plant.assets
      .filter((asset) => asset.nature.carrier !== undefined)
      .map((asset) => ({ asset, tags: asset.tags.filter((tag) => tag.definition.cumulates) })),
  compute: (subject, window, readings) =>
    subject.tags.flatMap((tag): JobRow[] => {
      const points = registerReadings(readings, tag);
      const interval = intervalEnergy(registerLegs(points, ruleOf(subject, tag)).legs, [window])[0];
      if (interval?.value === undefined) return [];
      return [
        {
          series: {
            asset: subject.asset.id,
            carrier: subject.asset.nature.carrier ?? 'other',
            quantity: tag.quantity,
          },
          fields: {
            value: round(interval.value),
            unit: tag.unit,
            completeness: round(interval.completeness),
            method: interval.method,
          },
        },
      ];
    }),
};

function registerReadings(readings: JobReadings, tag: Tag): RegisterReading[] {
  return readings
    .of(tag.quantity)
    .filter((point) => qualityOf(point.status) !== 'bad' && typeof point.value === 'number')
    .map((point) => ({ timeMs: point.timeMs, value: point.value as number }));
}

/** Readings reach the store multiplied (gateway/normalise.ts), so the rule's register units are the tag's unit. */
function ruleOf({ asset }: JobSubject, tag: Tag): RegisterRule {
  const { registerDigits, maxRatePerH } = asset.properties;
  return {
    digits: typeof registerDigits === 'number' ? registerDigits : 15,
    multiplier: 1,
    maxRatePerHour: typeof maxRatePerH === 'number' ? maxRatePerH * tag.multiplier : Number.POSITIVE_INFINITY,
  };
}

/** Keeps nine decimals: enough for any register, and the same figure from the same readings. */
const round = (value: number): number => Math.round(value * 1e9) / 1e9;
