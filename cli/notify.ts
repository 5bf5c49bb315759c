import type { Command } from 'commander';
import { PlantCalendar } from '../model/calendar.ts';
import { systemClock } from '../model/clock.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import { loadPlant } from '../plant/load.ts';
import type { Message } from '../scenarios/runner/notify/channel.ts';
import { notificationChannels } from './platform/notifications.ts';
import { secretReader } from './platform/secret-file.ts';

interface TestOptions {
  readonly config: string;
  readonly channel?: string;
}

/** `plantscope notify test`: sends one test notice through each channel, once, and says what came of it. */
export function register(program: Command): void {
  program
    .command('notify')
    .description('Try the channels that tell alarms beyond the screen')
    .command('test')
    .description('Send one test notice through each channel; exit code 1 where one did not take it')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--channel <id>', 'only this one')
    .action(testChannels);
}

async function testChannels({ config, channel: only }: TestOptions): Promise<void> {
  const loaded = loadPlant(config);
  const parts = { loaded, readSecret: secretReader(loaded.path), clock: systemClock };
  const channels = notificationChannels(parts).filter(({ id }) => only === undefined || id === only);
  if (channels.length === 0)
    throw new PlantscopeError(
      'notify-channel',
      only === undefined ? 'There is no channel' : `There is no channel "${only}"`,
      {
        ...{ where: loaded.path, hint: 'See notifications.channels in the plant file and docs/alarms.md.' },
      },
    );
  const message = testMessage(loaded);
  for (const channel of channels) {
    try {
      await channel.send(message);
      process.stdout.write(`${channel.id}: taken by ${channel.address}\n`);
    } catch (error) {
      process.stdout.write(`${channel.id}: NOT taken by ${channel.address}: ${errorMessage(error)}\n`);
      process.exitCode = 1;
    }
  }
}

function testMessage({ plant }: ReturnType<typeof loadPlant>): Message {
  const { name, timeZone, id } = plant.site;
  const nowMs = systemClock.nowMs();
  const time = new PlantCalendar(timeZone).toIso(nowMs);
  return {
    ...{ delivery: `test-${nowMs}`, plant: name },
    notifications: [
      {
        ...{ id: `test-${nowMs}`, kind: 'test', alarm: 'plantscope.test', asset: id, assetName: name },
        ...{ area: id, priority: 'low', state: 'normal', time, unit: '1', basis: 'plantscope notify test' },
      },
    ],
  };
}
