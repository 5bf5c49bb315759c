import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { register } from '../../cli/notify.ts';
import { openNotifications } from '../../cli/platform/notifications.ts';
import { secretReader } from '../../cli/platform/secret-file.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import { loadPlant } from '../../plant/load.ts';
import type { AlarmDefinition } from '../../scenarios/alarms/definition.ts';
import type { AlarmTransition } from '../../scenarios/alarms/journal.ts';
import { appliesTo, type NotificationRule } from '../../scenarios/alarms/notification.ts';
import type { Notification } from '../../scenarios/alarms/notification-text.ts';
import { AlarmWatch } from '../../scenarios/runner/alarm-watch.ts';
import { MOST_WAITING } from '../../scenarios/runner/notify/outbox.ts';
import { signatureOf } from '../../scenarios/runner/notify/webhook-channel.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOf } from '../plant-of.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A Monday, 10:00 in the plant. */
const T0 = Date.UTC(2026, 10, 23, 2);

const definition = (id: string, asset: string, priority: AlarmDefinition['priority']): AlarmDefinition => ({
  ...{ id, asset, priority, side: 'high', limit: 10, unit: 'mg/m3', basis: 'test' },
  ...{ deadband: { absolute: 0 }, onDelayMs: 0, offDelayMs: 0 },
  source: { kind: 'reading', tag: `${id}.value` },
});
const definitions = [
  definition('stack.high', 'stack', 'high'),
  definition('pump.medium', 'pump', 'medium'),
  definition('pump.low', 'pump', 'low'),
];

const plantFile = (notifications: string): string => `
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { shop: { kind: mqtt } }
areas:
  - { id: a, lines: [{ id: l, assets: [{ id: stack, nature: stack-monitor, source: shop, base: s#/, tags: { nox: , oxygen: } }] }] }
  - { id: b, lines: [{ id: m, assets: [{ id: pump, nature: rotating-machine, source: shop, base: p#/, tags: { vibrationVelocity: } }] }] }
notifications:
${notifications}`;

/** A platform's alarms with what tells them; the clock stands until a test moves it. */
function room(notifications: string, dir = mkdtempSync(join(tmpdir(), 'plantscope-notify-'))) {
  const file = join(dir, 'plant.yaml');
  writeFileSync(join(dir, 'key'), 'a secret\n');
  writeFileSync(file, plantFile(notifications));
  const loaded = loadPlant(file);
  const clock = { now: T0, nowMs: () => clock.now };
  const state = openLocalState(dir, { clock });
  closers.push(() => state.close());
  const alarms = new AlarmWatch({ definitions, journal: state.journal<AlarmTransition>('alarms'), clock });
  const notifier = openNotifications({
    ...{ loaded, plant: loaded.plant, alarms, state, clock },
    ...{ calendar: new PlantCalendar('Asia/Shanghai'), readSecret: secretReader(file) },
  });
  if (!notifier) throw new Error('the plant file has notifications');
  const see = (id: string, number: number) => {
    const common = { timeNs: 0, status: 0, origin: 'live' } as const;
    alarms.readings([{ tag: `${id}.value`, timeMs: clock.now, value: number, ...common }]);
  };
  const value = async (id: string, number: number) => {
    see(id, number);
    await alarms.stop();
  };
  const round = async () => {
    await notifier.takeOnce();
    await notifier.sendOnce();
  };
  return { dir, clock, state, alarms, notifier, see, value, round };
}

interface Received {
  readonly body: { readonly delivery: string; readonly notifications: readonly Notification[] };
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A real HTTP receiver; `answer` decides each request's status. */
async function receiver(answer: (count: number) => number = () => 204) {
  const received: Received[] = [];
  let count = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const status = answer(count++);
      const text = Buffer.concat(chunks).toString('utf8');
      if (status < 300) received.push({ body: JSON.parse(text), text, headers: request.headers });
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const told = () =>
    received.flatMap(({ body }) => body.notifications.map(({ kind, alarm }) => `${kind} ${alarm}`));
  return { port: (server.address() as AddressInfo).port, received, told, attempts: () => count };
}

const hook = (port: number, rules: string, more = ''): string => `
  channels: [{ id: hook, kind: webhook, url: 'http://127.0.0.1:${port}/alarms', plain: true${more} }]
  rules: ${rules}`;

describe('what is told', () => {
  test('a raised alarm, signed so that the receiver can check it; not the past before the first start', async () => {
    const { port, received, told } = await receiver();
    const one = room(hook(port, '[{ send: [hook] }]', ', secretFile: key'));
    await one.value('stack.high', 11);
    await one.round();
    expect(told()).toEqual([]);
    await one.value('pump.medium', 12);
    await one.value('pump.low', 12);
    await one.round();
    expect(told()).toEqual(['raised pump.medium']);
    const [message] = received;
    expect(message?.body.notifications[0]).toMatchObject({
      ...{ asset: 'pump', area: 'b', priority: 'medium', state: 'unacknowledged', value: 12, limit: 10 },
      time: '2026-11-23T10:00:00+08:00',
    });
    expect(message?.headers['x-plantscope-signature']).toBe(
      signatureOf('a secret', T0 / 1000, message?.text ?? ''),
    );
    expect(message?.headers['x-plantscope-delivery']).toBe(message?.body.delivery);
  });

  test('shelved, suppressed and out-of-service alarms are silent; what stands when that ends is told', async () => {
    const { port, told } = await receiver();
    const one = room(
      hook(port, '[{ send: [hook], unacknowledgedFor: 5min }, { send: [hook], cleared: true }]'),
    );
    await one.round();
    await one.alarms.act('stack.high', { event: 'shelve', untilMs: T0 + hourMs });
    await one.alarms.act('pump.medium', { event: 'suppress' });
    await one.value('stack.high', 11);
    await one.value('pump.medium', 11);
    one.clock.now += 10 * minuteMs;
    await one.round();
    await one.value('pump.medium', 1);
    await one.round();
    expect(told()).toEqual([]);
    await one.alarms.act('stack.high', { event: 'unshelve' });
    await one.round();
    expect(told()).toEqual(['raised stack.high']);
    await one.alarms.act('stack.high', { event: 'remove-from-service' });
    one.clock.now += 10 * minuteMs;
    await one.round();
    expect(told()).toEqual(['raised stack.high']);
  });

  test('an alarm that nobody acknowledged is told once more, even where it comes and goes; an acknowledged one is not', async () => {
    const { port, told } = await receiver();
    const one = room(hook(port, '[{ send: [hook] }, { send: [hook], unacknowledgedFor: 10min }]'));
    await one.round();
    await one.value('stack.high', 11);
    await one.value('pump.medium', 11);
    await one.round();
    await one.alarms.act('pump.medium', { event: 'acknowledge', by: 'li' });
    for (let minute = 0; minute < 12; minute += 1) {
      one.clock.now += minuteMs;
      await one.value('stack.high', minute % 2 === 0 ? 1 : 11);
      await one.round();
    }
    expect(told()).toEqual(['raised stack.high', 'raised pump.medium', 'unacknowledged stack.high']);
  });

  test('a rule speaks of its priorities, areas and times; a time over midnight belongs to the day it began on', () => {
    const rule = (more: Partial<NotificationRule>): NotificationRule => ({
      ...{ send: ['x'], priorities: ['high'], cleared: false },
      ...more,
    });
    const at = (weekday: number, hour: number) => ({ weekday, minuteOfDay: 60 * hour });
    const high = { priority: 'high' } as const;
    expect(appliesTo(rule({}), { priority: 'low' }, 'a', at(1, 8))).toBe(false);
    expect(appliesTo(rule({ areas: ['b'] }), high, 'a', at(1, 8))).toBe(false);
    const night = rule({ times: { days: ['fri'], startMin: 22 * 60, endMin: 6 * 60 } });
    const told = [at(5, 21), at(5, 23), at(6, 5), at(6, 6), at(6, 23), at(5, 1)];
    expect(told.map((moment) => appliesTo(night, high, 'a', moment))).toEqual([
      ...[false, true, true, false, false, false],
    ]);
    const sunday = rule({ times: { days: ['sun'], startMin: 0, endMin: 24 * 60 - 1 } });
    expect([at(7, 12), at(1, 12)].map((moment) => appliesTo(sunday, high, 'a', moment))).toEqual([
      true,
      false,
    ]);
  });
});

describe('a channel in trouble', () => {
  test('is tried again with growing waits and loses nothing, also over a restart; the alarms go on meanwhile', async () => {
    let status = 503;
    const { port, told, attempts } = await receiver(() => status);
    const rules = hook(port, '[{ send: [hook] }]');
    const first = room(rules);
    await first.round();
    await first.value('stack.high', 11);
    await first.round();
    await first.value('pump.medium', 11);
    await first.round();
    expect(attempts()).toBe(1);
    first.clock.now += 1000;
    await first.round();
    first.clock.now += 1000;
    await first.round();
    expect(attempts()).toBe(2);
    expect(first.alarms.status('pump.medium').state).toBe('unacknowledged');
    expect(first.notifier.health()[0]).toMatchObject({
      ...{ station: 'notify:hook', state: 'degraded', queue: 2 },
      lastError: { message: `hook: 127.0.0.1:${port} answered 503` },
    });
    await first.state.close();
    status = 200;
    const second = room(rules, first.dir);
    await second.round();
    expect(told()).toEqual(['raised stack.high', 'raised pump.medium']);
    expect(second.notifier.health()[0]).toMatchObject({
      ...{ state: 'ok', queue: 0, counters: { delivered: 2, messages: 1, failures: 0 } },
    });
  });

  test('a redirect is not followed', async () => {
    const { port, told, attempts } = await receiver(() => 302);
    const one = room(hook(port, '[{ send: [hook] }]'));
    await one.round();
    await one.value('stack.high', 11);
    await one.round();
    expect([attempts(), told()]).toEqual([1, []]);
  });

  test('does not fill the disk: the least urgent goes first, and what is a day old is given up; both are counted', async () => {
    const one = room(hook(1, '[{ send: [hook], priorities: [low, high] }]'));
    await one.round();
    await one.value('stack.high', 11);
    await one.notifier.takeOnce();
    for (let i = 0; i < MOST_WAITING + 3; i += 1) {
      one.clock.now += 1000;
      one.see('pump.low', 11);
      const acknowledged = one.alarms.act('pump.low', { event: 'acknowledge' });
      one.see('pump.low', 1);
      if (i % 100 === 0) await acknowledged.then(() => one.notifier.takeOnce());
    }
    await one.alarms.stop();
    for (let rest = 0; rest < 3; rest += 1) await one.notifier.takeOnce();
    const [health] = one.notifier.health();
    expect(health).toMatchObject({ queue: MOST_WAITING, counters: { dropped: 4 } });
    one.clock.now += dayMs + hourMs;
    await one.round();
    expect(one.notifier.health()[0]?.counters.expired).toBe(50);
  });
});

/** A real SMTP server with login; `refuse` answers 451 to the message. */
async function mailServer(options: { readonly refuse?: () => boolean } = {}) {
  const mails: string[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    onAuth: ({ username, password }, _session, done) =>
      username === 'plant' && password === 'a secret'
        ? done(null, { user: 'plant' })
        : done(new Error('wrong password')),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (options.refuse?.()) return done(Object.assign(new Error('later'), { responseCode: 451 }));
        mails.push(Buffer.concat(chunks).toString('utf8'));
        return done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const mail = (port: number, security: string): string => `
  channels:
    - { id: mail, kind: email, host: 127.0.0.1, port: ${port}, security: ${security}, username: plant, passwordFile: key, from: p@example.com, to: [a@example.com, b@example.com] }
  rules: [{ send: [mail] }]`;

describe('e-mail', () => {
  test('one mail lists a flood; a refused one is sent again', async () => {
    let refusing = true;
    const { port, mails } = await mailServer({ refuse: () => refusing });
    const one = room(mail(port, 'none'));
    await one.round();
    await one.value('stack.high', 123.456);
    await one.value('pump.medium', 11);
    await one.round();
    expect(mails).toEqual([]);
    refusing = false;
    one.clock.now += 1000;
    await one.round();
    expect(mails).toHaveLength(1);
    const [text = ''] = mails;
    expect(text).toMatch(/^To: a@example\.com, b@example\.com/m);
    expect(text).toMatch(/^Auto-Submitted: auto-generated/m);
    const body = Buffer.from(text.split('\r\n\r\n').slice(1).join('\n\n'), 'base64').toString('utf8');
    expect(`${body}${text}`).toContain('stack.high');
    expect(`${body}${text}`).toContain('pump.medium');
    expect(one.notifier.health()[0]?.counters).toMatchObject({ delivered: 2, failures: 1 });
  });

  test('goes nowhere unencrypted unless the plant file says so', async () => {
    const { port, mails } = await mailServer();
    const one = room(mail(port, 'starttls'));
    await one.round();
    await one.value('stack.high', 11);
    await one.round();
    expect(mails).toEqual([]);
    expect(one.notifier.health()[0]?.lastError?.message).toMatch(/STARTTLS/i);
  });
});

test('plantscope notify test says of each channel whether it took the notice', async () => {
  const { port, told } = await receiver();
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-notify-'));
  writeFileSync(join(dir, 'key'), 'a secret\n');
  const channels = `
  channels:
    - { id: hook, kind: webhook, url: 'http://127.0.0.1:${port}/', plain: true, secretFile: key }
    - { id: dead, kind: webhook, url: 'http://127.0.0.1:1/', plain: true }
  rules: [{ send: [hook, dead] }]`;
  writeFileSync(join(dir, 'plant.yaml'), plantFile(channels));
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  closers.push(() => written.mockRestore());
  const run = (...args: string[]) => {
    const program = new Command().exitOverride();
    register(program);
    return program.parseAsync(['notify', 'test', '--config', join(dir, 'plant.yaml'), ...args], {
      from: 'user',
    });
  };
  const codeBefore = process.exitCode;
  await run();
  expect(process.exitCode).toBe(1);
  process.exitCode = codeBefore;
  const lines = written.mock.calls.map(([line]) => String(line)).join('');
  expect(lines).toContain(`hook: taken by http://127.0.0.1:${port}`);
  expect(lines).toContain('dead: NOT taken by http://127.0.0.1:1');
  expect(told()).toEqual(['test plantscope.test']);
  await expect(run('--channel', 'other')).rejects.toMatchObject({ code: 'notify-channel' });
});

test('a plant file is refused where a channel or area is unknown, an address plain, or a login half', () => {
  const problems = (notifications: string): string[] => {
    try {
      plantOf(plantFile(notifications));
      return [];
    } catch (error) {
      return [String((error as Error).message)];
    }
  };
  const refused = (text: string) => problems(text).join();
  expect(refused(hook(9, '[{ send: [other], areas: [z] }]'))).toMatch(/unknown-channel[\s\S]*unknown-area/);
  expect(
    refused("\n  channels: [{ id: h, kind: webhook, url: 'http://x/' }]\n  rules: [{ send: [h] }]"),
  ).toContain('webhook-plain');
  expect(refused('\n  channels: [{ id: h, kind: webhook }]\n  rules: [{ send: [h] }]')).toContain(
    'webhook-url',
  );
  expect(
    refused(
      '\n  channels: [{ id: h, kind: email, host: x, from: a@b.c, to: [a@b.c], username: u }]\n  rules: [{ send: [h] }]',
    ),
  ).toContain('mail-login');
});
