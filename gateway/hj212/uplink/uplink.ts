import type { Clock } from '../../../model/clock.ts';
import type { StationHealth } from '../../../model/health.ts';
import type { UplinkStatus } from '../../../model/outlet-figures.ts';
import type { Plant } from '../../../model/plant.ts';
import type { Hj212UplinkFile } from '../../../plant/hj212-schema.ts';
import { parseSm4Key } from '../protocol/sm4.ts';
import type { FigureSource } from './lane.ts';
import { PlatformUplink } from './platform-uplink.ts';
import type { UplinkState } from './state.ts';
import { stationsOf } from './stations.ts';

export interface UplinkOptions {
  readonly plant: Plant;
  readonly file: Hj212UplinkFile;
  readonly figures: FigureSource;
  readonly state: UplinkState;
  readonly clock: Clock;
  readonly readSecret: (path: string) => string;
  readonly onTrouble: (message: string) => void;
  /** Between looks for due periods. Default: 1 s. */
  readonly pollMs?: number;
  /** First wait before connecting again. Default: 1 s. */
  readonly reconnectMs?: number;
}

/** Reports outlets and stations to platforms by HJ 212, each platform by a link of its own. */
export interface Uplink {
  start(): void;
  stop(): Promise<void>;
  health(): readonly StationHealth[];
  status(): readonly UplinkStatus[];
}

export function createUplink(options: UplinkOptions): Uplink {
  const { file, plant, readSecret, ...rest } = options;
  const stations = stationsOf(plant, file.stations);
  const platforms = file.platforms.map(
    (platform) =>
      new PlatformUplink({
        ...rest,
        file: platform,
        stations: stations.filter(({ MN }) => platform.stations?.includes(MN) ?? true),
        password: readSecret(platform.passwordFile),
        key: platform.keyFile === undefined ? undefined : parseSm4Key(readSecret(platform.keyFile)),
      }),
  );
  return {
    start: () => {
      for (const platform of platforms) platform.start();
    },
    stop: async () => {
      await Promise.all(platforms.map((platform) => platform.stop()));
    },
    health: () => platforms.map((platform) => platform.health()),
    status: () => platforms.map((platform) => platform.status()),
  };
}
