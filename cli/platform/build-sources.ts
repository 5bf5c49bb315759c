import { dirname, resolve } from 'node:path';
import type { Logger } from 'pino';
import { Hj212Source } from '../../gateway/hj212/hj212-source.ts';
import { parseSm4Key } from '../../gateway/hj212/protocol/sm4.ts';
import { ModbusSource } from '../../gateway/modbus/modbus-source.ts';
import { DeviceIntake } from '../../gateway/mqtt/device-intake.ts';
import { EmbeddedMqttSource } from '../../gateway/mqtt/embedded-mqtt-source.ts';
import { ExternalMqttSource } from '../../gateway/mqtt/external-mqtt-source.ts';
import { InfluxLineMapping } from '../../gateway/mqtt/influx-line-mapping.ts';
import { JsonMapping } from '../../gateway/mqtt/json-mapping.ts';
import type { MessageMapping } from '../../gateway/mqtt/mapping.ts';
import { SparkplugMapping } from '../../gateway/mqtt/sparkplug-mapping.ts';
import type { GapStore } from '../../gateway/opcua/gap.ts';
import { ReplaySource } from '../../gateway/replay/replay-source.ts';
import { SilenceWatch } from '../../gateway/silence-watch.ts';
import type { Source } from '../../gateway/source.ts';
import type { PlantCalendar } from '../../model/calendar.ts';
import type { Clock } from '../../model/clock.ts';
import type { Tag } from '../../model/plant.ts';
import { parseDurationMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';
import type { MqttSourceFile, SourceFile } from '../../plant/source-schema.ts';
import { tlsFiles } from './tls-files.ts';

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
  readonly publish: (topic: string, payload: string | Buffer) => void;
}

/** Builds every source of the plant file. */
export async function buildSources(parts: SourceParts): Promise<Source[]> {
  const { file, plant } = parts.loaded;
  const sources = Object.entries(file.sources).map(([id, config]) => {
    const tags = plant.tags.filter((tag) => tag.source === id);
    return buildSource(id, config, tags, parts);
  });
  return Promise.all(sources);
}

async function buildSource(
  id: string,
  config: SourceFile,
  tags: readonly Tag[],
  parts: SourceParts,
): Promise<Source> {
  const { clock, calendar, logger, readSecret, loaded } = parts;
  switch (config.kind) {
    case 'opcua': {
      // Its protocol stack takes 25 MB and a second: only a plant that has such a source loads it.
      const { createOpcuaSource } = await import('../../gateway/opcua/opcua-source.ts');
      return createOpcuaSource({
        ...{ id, config, tags, clock, logger, readSecret, gaps: parts.gaps },
        pkiFolder: parts.clientPki,
      });
    }
    case 'mqtt':
      return mqttSource(id, config, tags, parts);
    case 'modbus':
      return new ModbusSource({ id, config, tags, clock });
    case 'hj212':
      return new Hj212Source({
        ...{ id, config, tags, clock },
        password: config.passwordFile === undefined ? undefined : readSecret(config.passwordFile),
        key: config.keyFile === undefined ? undefined : parseSm4Key(readSecret(config.keyFile)),
      });
    case 'replay':
      return new ReplaySource({
        ...{ id, config, tags, calendar, clock },
        file: resolve(dirname(loaded.path), config.file),
      });
  }
}

function mqttSource(id: string, config: MqttSourceFile, tags: readonly Tag[], parts: SourceParts): Source {
  const { clock, loaded, publish } = parts;
  const mapping = mappingOf(id, config, tags);
  const spanMs = parseDurationMs(config.backfill ?? '');
  const intakeWith = (send: SourceParts['publish']): DeviceIntake => {
    const intake = new DeviceIntake(id, mapping, clock, {
      history: spanMs === undefined ? undefined : { spanMs, publish: send },
      silence: new SilenceWatch(tags, deviceOf, parseDurationMs(config.staleAfter ?? '')),
    });
    intake.sendWith(send);
    return intake;
  };
  if (config.broker === undefined || config.broker === 'embedded')
    return new EmbeddedMqttSource(id, intakeWith(publish));
  const source: ExternalMqttSource = new ExternalMqttSource({
    ...{ id, clock, filters: mapping.filters, url: config.broker },
    intake: intakeWith((topic, payload) => source.publish(topic, payload)),
    clientId: `plantscope-${loaded.file.gateway?.id ?? loaded.plant.site.id}-${id}`,
    ...mqttAccess(config, parts),
  });
  return source;
}

/** What stands before `#` in an address: the topic, or the edge node and its device. */
const deviceOf = ({ address }: Tag): string => address.split('#')[0] ?? '';

function mappingOf(id: string, config: MqttSourceFile, tags: readonly Tag[]): MessageMapping {
  switch (config.format) {
    case 'sparkplug':
      return new SparkplugMapping(id, tags);
    case 'influx-line':
      return new InfluxLineMapping(id, config, tags);
    default:
      return new JsonMapping(id, config, tags);
  }
}

function mqttAccess(
  { user, tls, protocol, statusTopic }: MqttSourceFile,
  { readSecret, logger }: SourceParts,
) {
  return {
    tls: tlsFiles(tls, readSecret),
    onTrouble: (message: string) => logger.warn(message),
    ...(user !== undefined && { username: user.name, password: readSecret(user.passwordFile) }),
    ...(protocol !== undefined && { protocol: protocol as '3.1.1' | '5' }),
    ...(statusTopic !== undefined && { statusTopic }),
  };
}
