import type { Command } from 'commander';
import pino from 'pino';
import { PlantCalendar } from '../model/calendar.ts';
import { systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import { loadPlant } from '../plant/load.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { secretReader } from './platform/secret-file.ts';
import type { Service, ServiceParts } from './services/service.ts';
import { keepHeapSmall } from './sparing-heap.ts';
import { portNumber, stopSignal } from './start.ts';
import { version } from './version.ts';

interface ServeOptions {
  readonly config: string;
  readonly data: string;
  readonly host: string;
  readonly port: string;
  readonly member?: string;
}

/** Each part's module is loaded only where that part runs. */
const parts: Readonly<Record<string, (given: ServiceParts) => Promise<Service>>> = {
  gateway: async (given) => (await import('./services/gateway-service.ts')).startGatewayService(given),
  ingest: async (given) => (await import('./services/ingest-service.ts')).startIngestService(given),
  energy: async (given) => (await scenarios()).startScenarioService(given, 'energy'),
  equipment: async (given) => (await scenarios()).startScenarioService(given, 'equipment'),
  environment: async (given) => (await scenarios()).startScenarioService(given, 'environment'),
  uplink: async (given) => (await import('./services/uplink-service.ts')).startUplinkService(given),
  api: async (given) => (await scenarios()).startScenarioService(given, 'api'),
};

const scenarios = () => import('./services/scenario-service.ts');

/** `plantscope serve <part>`: one part of the platform as a process of its own, as docker-compose.yml runs them. */
export function register(program: Command): void {
  program
    .command('serve')
    .description('Run one part of the platform by itself; the parts meet at an external broker and InfluxDB')
    .argument('<part>', Object.keys(parts).join(', '))
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of this part; ingest and the scenario services share one', 'data')
    .option('--host <address>', 'address to listen on, for a part with an API', '127.0.0.1')
    .option('--port <number>', 'port of its API', '3000')
    .option(
      '--member <name>',
      'fixed name of an ingest process among several: the broker keeps its messages under it (default: the host name)',
    )
    .action(serve);
}

async function serve(part: string, options: ServeOptions): Promise<void> {
  keepHeapSmall();
  const start = parts[part];
  if (!start) {
    throw new PlantscopeError('usage', `There is no part "${part}"`, {
      hint: `Parts: ${Object.keys(parts).join(', ')}`,
    });
  }
  const loaded = loadPlant(options.config);
  const port = portNumber(options.port);
  const stopped = stopSignal();
  const service = await start({
    ...{ loaded, port, clock: systemClock, version: version(), host: options.host },
    ...(options.member !== undefined && { member: options.member }),
    folder: openDataFolder(options.data),
    calendar: new PlantCalendar(loaded.plant.site.timeZone),
    logger: pino({ level: 'info' }, pino.destination(2)),
    readSecret: secretReader(loaded.path),
  });
  process.stderr.write(
    `${part} runs${service.url === undefined ? '' : ` at ${service.url}`}. Ctrl-C stops.\n`,
  );
  await stopped;
  await service.stop();
}
