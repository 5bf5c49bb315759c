import Type, { type Static } from 'typebox';
import { Duration, strict } from './schema-parts.ts';

/** Which recordings of vibration and current stay on disk. */
const WaveformsFile = Type.Object(
  {
    maxMb: Type.Optional(
      Type.Integer({ minimum: 16, description: 'Disk they may take, MB. Default: 2048.' }),
    ),
    recent: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description: 'Newest ones kept of each sensor. Default: 60.',
      }),
    ),
    periodic: Type.Optional(Duration),
  },
  {
    ...strict,
    description:
      'Beside the newest: one each `periodic` (default 6h), the first of a day, and those of alarms.',
  },
);

export const EquipmentFile = Type.Object({ waveforms: Type.Optional(WaveformsFile) }, strict);
export type EquipmentFile = Static<typeof EquipmentFile>;
