import type { Command } from 'commander';
import { BrokerCredentials } from '../ingest/broker-credentials.ts';
import { PlantscopeError } from '../model/error.ts';
import { loadPlant } from '../plant/load.ts';
import { printJson } from './io.ts';
import { openDataFolder } from './platform/data-folder.ts';

interface DeviceOptions {
  readonly config: string;
  readonly data: string;
  readonly publish?: readonly string[];
}

/** `plantscope device <name>`: a user of the embedded broker for an MQTT device; works beside a running platform. */
export function register(program: Command): void {
  program
    .command('device')
    .description('Give an MQTT device a user and password on the embedded broker, and print them as JSON')
    .argument('<name>', 'user name of the device')
    .option('--publish <filter...>', 'topics it may publish to (default: those that the plant file reads)')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .action(addDevice);
}

function addDevice(name: string, options: DeviceOptions): void {
  if (name === 'gateway' || name === 'simulated-devices') {
    throw new PlantscopeError('usage', `"${name}" is a user of the platform itself`, {
      hint: 'Choose another name.',
    });
  }
  const publish = options.publish ?? deviceTopics(options.config);
  const credentials = BrokerCredentials.open(openDataFolder(options.data).root);
  const { password } = credentials.ensure(name, {
    publish,
    subscribe: publish.map((topic) => `${topic}/history/get`),
  });
  printJson({ username: name, password, publish });
}

/** The topics of every MQTT source, with the one on which a device answers for its history. */
function deviceTopics(config: string): string[] {
  const { plant, file } = loadPlant(config);
  const topics = plant.tags
    .filter((tag) => file.sources[tag.source]?.kind === 'mqtt')
    .map((tag) => tag.address.split('#')[0] ?? '');
  return [...new Set(topics)].flatMap((topic) => [topic, `${topic}/history`]);
}
