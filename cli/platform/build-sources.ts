import { dirname, resolve } from 'node:path';
import type { Logger } from 'pino';
import { DeviceIntake } from '../../gateway/mqtt/device-intake.ts';
import { EmbeddedMqttSource } from '../../gateway/mqtt/embedded-mqtt-source.ts';
import { JsonMapping } from '../../gateway/mqtt/json-mapping.ts';
import type { GapStore } from '../../gateway/opcua/gap.ts';
import { createOpcuaSource } from '../../gateway/opcua/opcua-source.ts';
import { ReplaySource } from '../../gateway/replay/replay-source.ts';
import type { Source } from '../../gateway/source.ts';
import type { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import { PlantscopeError } from '../../model/error.ts';
import type { Tag } from '../../model/plant.ts';
import { parseDurationMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { SourceFile } from '../../plant/schema.ts';

/** What the sources of a plant are built from. */
export interface SourceParts {
  readonly loaded: LoadedPlant;
  readonly clock: Clock;
  readonly calendar: PlantCalendar;
  readonly logger: Logger;
  readonly clientPki: string;
  readonly gaps: GapStore;
  readonly readSecret: (path: string) => string;
  /** Publishes to devices on the embedded broker. */
  readonly publish: (topic: string, payload: string) => void;
}

/** Builds every source of the plant file. @throws PlantscopeError `source-kind` for one this build can't run */
export function buildSources(parts: SourceParts): Source[] {
  const { file, plant } = parts.loaded;
  return Object.entries(file.sources).map(([id, config]) => {
    const tags = plant.tags.filter((tag) => tag.source === id);
    return buildSource(id, config, tags, parts);
  });
}

function buildSource(id: string, config: SourceFile, tags: readonly Tag[], parts: SourceParts): Source {
  const { clock, calendar, logger, readSecret, loaded } = parts;
  switch (config.kind) {
    case 'opcua':
      return createOpcuaSource({
        ...{ id, config, tags, clock, logger, readSecret, gaps: parts.gaps },
        pkiFolder: parts.clientPki,
      });
    case 'mqtt': {
      const spanMs = parseDurationMs(config.backfill ?? '');
      const history = spanMs === undefined ? undefined : { spanMs, publish: parts.publish };
      return new EmbeddedMqttSource(
        id,
        new DeviceIntake(id, new JsonMapping(id, config, tags), clock, history),
      );
    }
    case 'replay':
      return new ReplaySource({
        ...{ id, config, tags, calendar, clock },
        file: resolve(dirname(loaded.path), config.file),
      });
    default:
      throw new PlantscopeError('source-kind', `Source ${id}: the kind ${config.kind} does not run here yet`);
  }
}
