import type { ValueKind } from '../../model/nature.ts';
import type { Tag } from '../../model/plant.ts';
import type { Reading, ReadingValue } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';

/** A tag as the plant loader would give it. */
export function tagOf(asset: string, quantity: string, nature: string, kind: ValueKind = 'number'): Tag {
  return {
    id: `${asset}.${quantity}`,
    asset,
    area: 'Hall 1',
    line: 'Line=A, south',
    quantity,
    definition: { unit: 'kW', kind, label: { en: quantity, zh: quantity } },
    unit: 'kW',
    nature,
    source: 'plc',
    address: quantity,
    sourceUnit: 'kW',
    multiplier: 1,
    range: undefined,
    deadband: undefined,
    samplingIntervalMs: 1000,
    writable: false,
  };
}

export const power = 'press-1.activePower';
export const energy = 'press-1.activeEnergyTotal';
export const running = 'fan-1.running';
export const message = 'fan-1.message';

/** The tags that the contract suite writes to. */
export const contractTags: readonly Tag[] = [
  tagOf('press-1', 'activePower', 'electricity-meter'),
  tagOf('press-1', 'activeEnergyTotal', 'electricity-meter'),
  tagOf('fan-1', 'running', 'rotating-machine', 'boolean'),
  tagOf('fan-1', 'message', 'rotating-machine', 'text'),
];

/** A good live reading; `over` replaces what differs. */
export function reading(
  tag: string,
  timeMs: number,
  value: ReadingValue,
  over: Partial<Reading> = {},
): Reading {
  return { tag, timeMs, timeNs: 0, value, status: statusCodes.good, origin: 'live', ...over };
}
