import type { Reading } from '../../../model/reading.ts';
import { plantOf } from '../../plant-of.ts';

export const { plant } = plantOf(`
version: 1
site: { id: works, name: Works, timeZone: Asia/Shanghai }
sources:
  shop: { kind: mqtt }
areas:
  - id: hall
    lines:
      - id: cell-1
        assets:
          - id: m1
            nature: electricity-meter
            source: shop
            base: 'meters/m1#/'
            tags: { activePower: , activeEnergyTotal: }
          - { id: fan, nature: rotating-machine, source: shop, base: 'fan#/', tags: { vibrationVelocity: , running: } }
`);

export const START_MS = 1_700_000_000_000;

export const reading = (tag: string, value: Reading['value'], rest: Partial<Reading> = {}): Reading => ({
  ...{ tag, value, timeMs: START_MS, timeNs: 0, status: 0, origin: 'live' },
  ...rest,
});
