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
  readonly subscribe?: readonly string[];
}

/** `plantscope device <name>`: a user of the embedded broker for an MQTT device; works beside a running platform. */
export function register(program: Command): void {
  program
    .command('device')
    .description('Give an MQTT device a user and password on the embedded broker, and print them as JSON')
    .argument('<name>', 'user name of the device')
    .option('--publish <filter...>', 'topics it may publish to (default: those that the plant file reads)')
    .option(
      '--subscribe <filter...>',
      'topics it may read beside its own requests, such as the unified namespace',
    )
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder of the platform', 'data')
    .action(addDevice);
}

function addDevice(name: string, options: DeviceOptions): void {
  if (ownUsers.has(name)) {
    throw new PlantscopeError('usage', `"${name}" is a user of the platform itself`, {
      hint: 'Choose another name.',
    });
  }
  const read = rightsFromPlant(options.config);
  const { publish = read.publish } = options;
  const asked = options.publish?.map((topic) => `${topic}/history/get`) ?? read.subscribe;
  const subscribe = [...asked, ...(options.subscribe ?? [])];
  const credentials = BrokerCredentials.open(openDataFolder(options.data).root);
  const { password } = credentials.ensure(name, { publish, subscribe });
  printJson({ username: name, password, publish, subscribe });
}

const ownUsers = new Set([
  'gateway',
  'simulated-devices',
  'northbound-namespace',
  'northbound-sparkplug',
  'history-import',
]);

interface Rights {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What the MQTT sources of a plant file read, and what they ask their devices. */
function rightsFromPlant(config: string): Rights {
  const { plant, file } = loadPlant(config);
  const rights = Object.entries(file.sources).flatMap(([id, source]) => {
    if (source.kind !== 'mqtt') return [];
    const tags = plant.tags.filter((tag) => tag.source === id);
    const places = [...new Set(tags.map(({ address }) => address.split('#')[0] ?? ''))];
    return places.map(source.format === 'sparkplug' ? edgeRights : topicRights);
  });
  const all = (of: keyof Rights): string[] => [...new Set(rights.flatMap((one) => one[of]))];
  return { publish: all('publish'), subscribe: all('subscribe') };
}

/** A device answers for its history on a topic of its own. */
const topicRights = (topic: string): Rights => ({
  publish: [topic, `${topic}/history`],
  subscribe: [`${topic}/history/get`],
});

/** @param place `group/edge[/device]`; @see Sparkplug 3.0.0 clause 4.1 */
function edgeRights(place: string): Rights {
  const [group, edge] = place.split('/');
  return {
    publish: [`spBv1.0/${group}/+/${edge}/#`],
    subscribe: ['NCMD', 'DCMD'].map((command) => `spBv1.0/${group}/${command}/${edge}/#`),
  };
}
