import { afterEach, describe, expect, it } from 'vitest';
import { commands } from '../../../../gateway/hj212/protocol/commands.ts';
import type { FrameToWrite } from '../../../../gateway/hj212/protocol/encode.ts';
import { parseItems } from '../../../../gateway/hj212/protocol/items.ts';
import { formatTime } from '../../../../gateway/hj212/protocol/time.ts';
import { patiently } from '../../../patiently.ts';
import { ChaosPlatform, peace } from './chaos-platform.ts';
import { beginMs, stackMN, UplinkBench } from './uplink-bench.ts';

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const patient = { overTime: '30s' } as const;
const hourMs = 3_600_000;

async function run(more: ConstructorParameters<typeof UplinkBench>[0][0] | object = {}) {
  const platform = await ChaosPlatform.start(() => 0.5, peace);
  const bench = new UplinkBench([{ id: 'city', port: platform.port, ...patient, send: ['hour'], ...more }]);
  open.push({ stop: () => bench.remove() }, platform);
  bench.start();
  await patiently(() => expect(platform.connections).toBe(1));
  return { platform, bench };
}

const head = { QN: '20260105080000001', ST: '31', MN: stackMN, PW: '123456', edition: '2017' } as const;

/** What came back under the command's own QN: `CN cp`. */
async function answersTo(platform: ChaosPlatform, command: FrameToWrite, count: number): Promise<string[]> {
  const own = () => platform.received.filter(({ QN }) => QN === command.QN);
  platform.command(command);
  await patiently(() => expect(own().length).toBeGreaterThanOrEqual(count));
  return own().map(({ CN, cp }) => `${CN} ${cp}`);
}

describe('commands of a platform', () => {
  it('the time is told, and taken as set where it is right; the machine is never set', async () => {
    const { platform, bench } = await run();
    expect(await answersTo(platform, commands.getTime(head), 3)).toEqual([
      ...['9011 QnRtn=1', `1011 SystemTime=${formatTime(beginMs)}`, '9012 ExeRtn=1'],
    ]);
    const near = commands.setTime({ ...head, QN: '2' }, beginMs + 10_000);
    expect(await answersTo(platform, near, 2)).toEqual(['9011 QnRtn=1', '9012 ExeRtn=1']);
    const far = commands.setTime({ ...head, QN: '3' }, beginMs - hourMs);
    expect(await answersTo(platform, far, 2)).toEqual(['9011 QnRtn=1', '9012 ExeRtn=3']);
    expect(bench.uplink?.health()[0]?.clockSkewMs).toBe(-hourMs);
  });

  it('history is sent, each period acknowledged, then the result', async () => {
    const { platform, bench } = await run();
    bench.clock.ms += 5 * hourMs;
    await patiently(() => expect(bench.uplink?.status()[0]?.backlog).toBe(0));
    const before = platform.received.length;
    const command = commands.history(head, 'hour', beginMs + hourMs, beginMs + 3 * hourMs);
    const answers = await answersTo(platform, command, 2);
    expect(answers).toEqual(['9011 QnRtn=1', '9012 ExeRtn=1']);
    const sent = platform.received.slice(before).filter(({ CN }) => CN === '2061');
    expect(sent.map(({ cp }) => parseItems(cp).params.DataTime)).toEqual(
      [1, 2, 3].map((hours) => formatTime(beginMs + hours * hourMs)),
    );
    expect(parseItems(sent[0]?.cp ?? '').items.a21026).toEqual({
      ...{ Cou: '1.234', Min: '59.00', Avg: '60.00', Max: '61.00', ZsAvg: '120.00', Flag: 'N' },
    });
  });

  it('history of a time that holds nothing yet ends with "no data"', async () => {
    const { platform } = await run();
    const command = commands.history(head, 'hour', beginMs + hourMs, beginMs + 2 * hourMs);
    expect(await answersTo(platform, command, 2)).toEqual(['9011 QnRtn=1', '9012 ExeRtn=100']);
  });

  it.each([
    ['a wrong password', { PW: '999999' }, 3],
    ['a station it is not', { MN: 'ANOTHER' }, 4],
    ['a Flag that is none', { Flag: 'x' }, 6],
    ['no request number', { QN: '' }, 7],
    ['a command it does not have', { CN: '3011' }, 8],
    ['a time that is none', { CN: '1012', cp: 'SystemTime=yesterday' }, 2],
    [
      'a period that ends before it begins',
      { CN: '2061', cp: 'BeginTime=20260105080000;EndTime=20260105070000' },
      2,
    ],
  ])('%s is refused with its code', async (_why, change, code) => {
    const { platform } = await run();
    const command = { ...commands.getTime(head), ...change };
    expect(await answersTo(platform, command, 1)).toEqual([`9011 QnRtn=${code}`]);
  });

  it('intervals, patience and stopped real-time data outlive a restart', async () => {
    const { platform, bench } = await run({ send: ['realtime'] });
    await answersTo(platform, commands.setRealtimeInterval({ ...head, QN: '1' }, 60), 2);
    await answersTo(platform, commands.setMinuteInterval({ ...head, QN: '2' }, 5), 2);
    await answersTo(platform, commands.setTimeout({ ...head, QN: '3' }, 20, 9), 2);
    expect(await answersTo(platform, commands.setMinuteInterval({ ...head, QN: '4' }, 7), 2)).toEqual([
      ...['9011 QnRtn=1', '9012 ExeRtn=3'],
    ]);
    expect(await answersTo(platform, commands.stopRealtime({ ...head, QN: '5' }), 1)).toEqual(['9013 ']);
    await bench.stop();
    await patiently(() => expect(platform.connections).toBe(0));
    bench.start();
    await patiently(() => expect(platform.connections).toBe(1));
    expect(await answersTo(platform, commands.getRealtimeInterval({ ...head, QN: '6' }), 3)).toContain(
      '1061 RtdInterval=60',
    );
    expect(await answersTo(platform, commands.getMinuteInterval({ ...head, QN: '7' }), 3)).toContain(
      '1063 MinInterval=5',
    );
    bench.clock.ms += 10 * 60_000;
    await patiently(() => expect(bench.uplink?.status()[0]?.backlog).toBe(0));
    expect(platform.received.filter(({ CN, MN }) => CN === '2011' && MN === stackMN)).toEqual([]);
    await answersTo(platform, commands.startRealtime({ ...head, QN: '8' }), 2);
    bench.clock.ms += 2 * 60_000;
    const realtime = () =>
      platform.received.filter(({ CN, MN, cp }) => CN === '2011' && MN === stackMN && cp !== '');
    await patiently(() => expect(realtime()).not.toEqual([]));
  });

  it('a heartbeat is answered as a notice', async () => {
    const { platform } = await run();
    const heartbeat = { ...commands.getTime(head), CN: '9015' };
    expect(await answersTo(platform, heartbeat, 1)).toEqual(['9013 ']);
  });
});
