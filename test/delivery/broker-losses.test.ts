import { connect, connectAsync } from 'mqtt';
import { expect, test, vi } from 'vitest';
import { hasMosquitto, Mosquitto } from '../peers/mosquitto.ts';
import { type BrokerLossName, brokerLosses } from './broker-losses.ts';
import { recordLoss } from './durability-report.ts';

const COUNT = 2000;
const session = { clientId: 'gateway', clean: false, reconnectPeriod: 0 } as const;

interface Case {
  readonly name: BrokerLossName;
  readonly lines: string;
  readonly isKilled: boolean;
  /** What is certain of it. */
  readonly lost: (lost: number) => void;
}

const PERSISTENT = 'allow_anonymous true\npersistence true\npersistence_location {folder}/';

const cases: readonly Case[] = [
  {
    name: brokerLosses.killedInMemory,
    lines: 'allow_anonymous true',
    isKilled: true,
    lost: (lost) => expect(lost).toBe(COUNT),
  },
  {
    name: brokerLosses.killedPersistent,
    lines: PERSISTENT,
    isKilled: true,
    lost: (lost) => expect(lost).toBe(COUNT),
  },
  {
    name: brokerLosses.killedSaved,
    lines: `${PERSISTENT}\nautosave_on_changes true\nautosave_interval 100`,
    isKilled: true,
    lost: (lost) => expect(lost).toBeLessThan(COUNT / 2),
  },
  {
    name: brokerLosses.defaultQueue,
    lines: 'allow_anonymous true\nmax_queued_messages 1000',
    isKilled: false,
    lost: (lost) => expect(lost).toBeGreaterThan(COUNT / 4),
  },
  {
    name: brokerLosses.unboundedQueue,
    lines: 'allow_anonymous true',
    isKilled: false,
    lost: (lost) => expect(lost).toBe(0),
  },
];

test.skipIf(!hasMosquitto()).each(cases)('$name', async ({ name, lines, isKilled, lost }) => {
  const broker = await Mosquitto.start(lines);
  const gateway = await connectAsync(broker.url, session);
  await gateway.subscribeAsync('devices/#', { qos: 1 });
  await gateway.endAsync();
  const device = await connectAsync(broker.url, { clientId: 'device' });
  const sent = Array.from({ length: COUNT }, (_, n) =>
    device.publishAsync('devices/1', String(n), { qos: 1 }),
  );
  await Promise.all(sent); // each is acknowledged
  await device.endAsync();
  if (isKilled) {
    await broker.kill();
    await broker.resume();
  }
  const delivered = await deliveredBy(broker);
  await broker.stop();
  recordLoss({ broker: name, acknowledged: COUNT, delivered });
  lost(COUNT - delivered);
});

/** Numbers that the session gets on coming back, up to a message that is sent then: what waited comes before it. */
async function deliveredBy(broker: Mosquitto): Promise<number> {
  const seen = new Set<string>();
  const gateway = connect(broker.url, session);
  gateway.on('message', (_topic, payload) => {
    seen.add(payload.toString());
  });
  await new Promise((resolve) => gateway.once('connect', resolve));
  await gateway.subscribeAsync('devices/#', { qos: 1 }); // a killed broker may have forgotten it
  await vi.waitFor(async () => {
    await gateway.publishAsync('devices/1', 'end', { qos: 1 }); // a full queue may drop it
    expect(seen).toContain('end');
  });
  await gateway.endAsync();
  seen.delete('end');
  return seen.size;
}
