import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { Hj212Source } from '../../../gateway/hj212/hj212-source.ts';
import { encodeFrame, type FrameToWrite } from '../../../gateway/hj212/protocol/encode.ts';
import type { Frame } from '../../../gateway/hj212/protocol/frame.ts';
import { FrameReader } from '../../../gateway/hj212/protocol/frame-reader.ts';
import { parseTime } from '../../../gateway/hj212/protocol/time.ts';
import { statusOfFlag, UploadMapping } from '../../../gateway/hj212/upload.ts';
import { statusCodes } from '../../../model/status.ts';
import type { Hj212SourceFile } from '../../../plant/source-schema.ts';
import { patiently } from '../../patiently.ts';
import { freePort } from '../../peers/influxd.ts';
import { plantOf } from '../../plant-of.ts';
import { RecordingSink } from '../mqtt/recording-sink.ts';

const first = '010000A8900016F000169DC0';
const second = '88888880000001';
const nowMs = Date.UTC(2026, 0, 2);
const dataTime = '20260102080000';

const open: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function run(more: { idleMs?: number; password?: string; staleAfter?: string; key?: Buffer } = {}) {
  const port = await freePort();
  const stale = more.staleAfter === undefined ? '' : `, staleAfter: ${more.staleAfter}`;
  const tags = (mn: string) =>
    `{ oxygen: { address: ${mn}/a19001-Rtd }, so2: { address: ${mn}/a21026-Rtd, range: [0, 100] }, dataFlag: { address: ${mn}/a21026-Flag } }`;
  const { plant, file } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources:
  loggers: { kind: hj212, port: ${port}${stale} }
areas:
  - { id: a, lines: [{ id: l, assets: [
      { id: s1, nature: stack-monitor, source: loggers, tags: ${tags(first)} },
      { id: s2, nature: stack-monitor, source: loggers, tags: ${tags(second)} } ] }] }
`);
  const clock = { ms: nowMs, nowMs: () => clock.ms };
  const config = file.sources.loggers as Hj212SourceFile;
  const source = new Hj212Source({ id: 'loggers', config, tags: plant.tags, clock, ...more });
  const sink = new RecordingSink();
  await source.start(sink);
  open.push(source);
  return { source, sink, port, clock };
}

/** A data logger: sends bytes, and reads what comes back as frames. */
async function loggerAt(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const reader = new FrameReader();
  const answers: Frame[] = [];
  socket.on('data', (chunk) => {
    for (const found of reader.push(chunk)) if (found.ok) answers.push(found.frame);
  });
  open.push({ stop: async () => socket.destroy() });
  return {
    socket,
    answers,
    send: (...parts: (Buffer | string)[]) => parts.map((part) => socket.write(part)),
  };
}

const upload = (cp: string, more: Partial<FrameToWrite> = {}): Buffer =>
  encodeFrame({
    ...{ QN: '20260102080001123', ST: '31', CN: '2011', PW: '123456', MN: first, Flag: '5' },
    ...{ cp: `DataTime=${dataTime};${cp}`, ...more },
  });

test('an upload becomes readings, and is acknowledged only once the sink holds them', async () => {
  const { sink, port, source } = await run();
  let isWritten = (): void => undefined;
  const disk = vi.fn(() => new Promise<void>((resolve) => (isWritten = resolve)));
  sink.disk = disk;
  const { send, answers, socket } = await loggerAt(port);
  send(upload('a21026-Rtd=35.0,a21026-Flag=N;a19001-Rtd=11.2,a19001-Flag=N;a99999-Rtd=1'));
  await patiently(() => expect(disk).toHaveBeenCalledOnce());
  expect(source.health().counters.acknowledged).toBe(0);
  expect(socket.bytesRead).toBe(0);
  isWritten();
  await patiently(() => expect(answers).toHaveLength(1));
  const head = { QN: '20260102080001123', ST: '91', CN: '9014', PW: '123456', MN: first, Flag: '4', cp: '' };
  expect(answers[0]).toMatchObject(head);
  const common = { timeMs: Date.UTC(2026, 0, 2), timeNs: 0, status: statusCodes.good, origin: 'live' };
  expect(sink.readings).toEqual([
    { tag: 's1.so2', value: 35, ...common },
    { tag: 's1.dataFlag', value: 'N', ...common },
    { tag: 's1.oxygen', value: 11.2, ...common },
  ]);
  const counters = { frames: 1, readings: 3, refused: 0, unmapped: 1, stations: 1, acknowledged: 1 };
  expect(source.health()).toMatchObject({ state: 'ok', counters });
});

test('a sink that fails leaves the upload unacknowledged; the same upload sent again is', async () => {
  const { sink, port, source } = await run();
  const { send, answers } = await loggerAt(port);
  sink.disk = vi.fn().mockRejectedValueOnce(new Error('disk full')).mockResolvedValue(undefined);
  send(
    upload('a19001-Rtd=1', { QN: '20260102080001001' }),
    upload('a19001-Rtd=1', { QN: '20260102080001002' }),
  );
  await patiently(() => expect(answers).toHaveLength(1));
  expect(answers[0]?.QN).toBe('20260102080001002');
  expect(sink.readings).toHaveLength(1);
  expect(source.health().lastError?.message).toContain('disk full');
});

test('no acknowledgement where the Flag asks for none, or none was sent', async () => {
  const { sink, port } = await run();
  const { send, answers } = await loggerAt(port);
  send(upload('a19001-Rtd=1', { Flag: '4', QN: '1' }), upload('a19001-Rtd=2', { QN: '2' }));
  await patiently(() => expect(answers).toHaveLength(1));
  expect(answers[0]?.QN).toBe('2');
  expect(sink.readings).toHaveLength(2);
});

test('garbage and broken frames between frames cost no frame and are refused', async () => {
  const { sink, port } = await run();
  const { send, answers } = await loggerAt(port);
  const broken = Buffer.from(upload('a19001-Rtd=2').toString('latin1').replace('Rtd=2', 'Rtd=3'), 'latin1');
  send(
    '\0\xff#noise',
    upload('a19001-Rtd=1'),
    '##12xx',
    broken,
    'GET / HTTP/1.1\r\n\r\n',
    upload('a19001-Rtd=4'),
  );
  await patiently(() => expect(answers).toHaveLength(2));
  expect(sink.readings.map(({ value }) => value)).toEqual([1, 4]);
  expect(sink.refusals.map(({ reason }) => reason)).toEqual(['frame-header', 'frame-crc']);
});

test('a flood of garbage is counted, only some of it is kept, and the frame after it is taken', async () => {
  const { sink, port, source } = await run();
  const { send, answers } = await loggerAt(port);
  send('##12x'.repeat(50_000), upload('a19001-Rtd=1'));
  await patiently(() => expect(answers).toHaveLength(1));
  expect(source.health().counters.noise).toBe(50_000);
  expect(sink.refusals).toHaveLength(60);
});

test('two stations on one port, on sockets of their own and on one', async () => {
  const { sink, port, source } = await run();
  const [one, other] = [await loggerAt(port), await loggerAt(port)];
  one.send(upload('a19001-Rtd=1'));
  other.send(upload('a19001-Rtd=2', { MN: second }));
  await patiently(() => expect([one.answers[0]?.MN, other.answers[0]?.MN]).toEqual([first, second]));
  one.send(upload('a19001-Rtd=3', { MN: second }));
  await patiently(() => expect(one.answers[1]?.MN).toBe(second));
  const taken = sink.readings.map(({ tag, value }) => `${tag}=${value}`);
  expect(taken.sort()).toEqual(['s1.oxygen=1', 's2.oxygen=2', 's2.oxygen=3']);
  expect(source.health().counters).toMatchObject({ stations: 2, connections: 2, frames: 3 });
});

test('minute, hour and day data of one factor are tags of their own', async () => {
  const { plant } = plantOf(`
version: 1
site: { id: demo, name: Demo, timeZone: Asia/Shanghai }
sources: { loggers: { kind: hj212 } }
areas:
  - { id: a, lines: [{ id: l, assets: [{ id: s1, nature: generic, source: loggers, tags: {
      now: { address: ${first}/a21026-Rtd, unit: mg/m3 }, minute: { address: ${first}/2051/a21026-Avg, unit: mg/m3 },
      hour: { address: ${first}/2061/a21026-Avg, unit: mg/m3 }, day: { address: ${first}/2031/a21026-avg, unit: mg/m3 } } }] }] }
`);
  const mapping = new UploadMapping('loggers', plant.tags);
  const taken = ['2011', '2051', '2061', '2031'].flatMap((CN, value) => {
    const [found] = new FrameReader().push(
      upload(`a21026-${CN === '2011' ? 'Rtd' : 'Avg'}=${value},a21026-Flag=N`, { CN }),
    );
    const mapped = found?.ok ? mapping.map(found.frame) : undefined;
    return mapped !== undefined && 'readings' in mapped ? mapped.readings : [];
  });
  expect(taken.map(({ tag, value }) => `${tag}=${value}`)).toEqual([
    ...['s1.now=0', 's1.minute=1', 's1.hour=2', 's1.day=3'],
  ]);
});

test('encrypted uploads are read with the key of the source', async () => {
  const key = Buffer.from('0123456789abcdef');
  const { sink, port } = await run({ key });
  const { send, answers } = await loggerAt(port);
  send(upload('a19001-Rtd=7', { Flag: '9', cipher: { key, form: 'bytes' } }));
  await patiently(() => expect(answers).toHaveLength(1));
  expect(sink.readings.map(({ value }) => value)).toEqual([7]);
});

test('an unknown station and a malformed time are refused and not acknowledged', async () => {
  const { sink, port, source } = await run();
  const { send, answers } = await loggerAt(port);
  send(
    upload('a19001-Rtd=1', { MN: 'nobody' }),
    upload('', { cp: 'DataTime=20260231000000;a19001-Rtd=1' }),
    upload('', { cp: 'a19001-Rtd=1' }),
    upload('a19001-Rtd=abc'),
  );
  await patiently(() => expect(answers).toHaveLength(1));
  const reasons = sink.refusals.map(({ reason }) => reason);
  expect(reasons).toEqual(['unknown-station', 'time-malformed', 'time-malformed', 'wrong-type']);
  expect(source.health()).toMatchObject({
    ...{ state: 'degraded', summary: expect.stringContaining('unknown: nobody') },
    counters: { unknownStations: 1 },
  });
  expect(sink.readings).toEqual([]);
});

test('each part of a split upload is taken and acknowledged; a part without its own time has that of the first', async () => {
  const { sink, port } = await run();
  const { send, answers } = await loggerAt(port);
  const part = { Flag: '7', PNUM: '2' };
  send(upload('a21026-Rtd=1', { ...part, PNO: '1' }), upload('', { ...part, PNO: '2', cp: 'a19001-Rtd=2' }));
  await patiently(() => expect(answers).toHaveLength(2));
  expect(sink.readings.map(({ tag, timeMs }) => [tag, timeMs])).toEqual([
    ['s1.so2', nowMs],
    ['s1.oxygen', nowMs],
  ]);
});

test('flags judge values: bad keeps its number, and needs none; a value out of range is uncertain', async () => {
  const { sink, port } = await run();
  const { send, answers } = await loggerAt(port);
  send(
    upload('a21026-Rtd=35,a21026-flag=d;a19001-Rtd=--,a19001-Flag=B'),
    upload('a21026-Rtd=101,a21026-Flag=N'),
  );
  await patiently(() => expect(answers).toHaveLength(2));
  expect(sink.readings.map(({ tag, value, status }) => [tag, value, status])).toEqual([
    ['s1.so2', 35, statusCodes.badDeviceFailure],
    ['s1.dataFlag', 'D', statusCodes.good],
    ['s1.oxygen', null, statusCodes.badNoCommunication],
    ['s1.so2', 101, statusCodes.uncertainEngineeringUnitsExceeded],
    ['s1.dataFlag', 'N', statusCodes.good],
  ]);
});

test('requests, other commands and the platform are no uploads; a wrong password is refused', async () => {
  const { sink, port, source } = await run({ password: '654321' });
  const { send, answers } = await loggerAt(port);
  send(
    upload('a19001-Rtd=1', { ST: '91', PW: '654321' }),
    upload('', { CN: '9015', PW: '654321' }),
    upload('a19001-Rtd=2'),
    upload('a19001-Rtd=3', { PW: '654321', RF: '1' }),
  );
  await patiently(() => expect(answers).toHaveLength(1));
  expect(sink.readings).toMatchObject([{ value: 3, origin: 'history' }]);
  expect(sink.refusals.map(({ reason }) => reason)).toEqual(['wrong-password']);
  expect(source.health().counters).toMatchObject({ ignored: 2 });
});

test('a frame byte by byte, and a logger that closes its half at once, are answered', async () => {
  const { port } = await run();
  const { socket, answers } = await loggerAt(port);
  for (const byte of upload('a19001-Rtd=1')) socket.write(Buffer.of(byte));
  socket.end();
  await patiently(() => expect(answers).toHaveLength(1));
});

test('an idle socket is closed', async () => {
  const { port, source } = await run({ idleMs: 30 });
  const { socket } = await loggerAt(port);
  await once(socket, 'close');
  await patiently(() => expect(source.health().counters.connections).toBe(0));
  expect(source.health()).toMatchObject({ state: 'ok', summary: expect.stringContaining('heard: none') });
});

test('a station silent for longer than staleAfter makes the source degraded', async () => {
  const { port, source, clock } = await run({ staleAfter: '1min' });
  const { send, answers } = await loggerAt(port);
  clock.ms += 50_000;
  send(upload('a19001-Rtd=1'));
  await patiently(() => expect(answers).toHaveLength(1));
  clock.ms += 50_000;
  expect(source.health()).toMatchObject({
    state: 'degraded',
    summary: expect.stringMatching(`silent: ${second}$`),
  });
});

test('a port in use is told', async () => {
  const { port } = await run();
  const config = { kind: 'hj212', port } as const;
  const source = new Hj212Source({ id: 'twin', config, tags: [], clock: { nowMs: () => 0 } });
  await expect(source.start(new RecordingSink())).rejects.toMatchObject({ code: 'hj212-listen' });
});

test('DataTime is China Standard Time, and a date that does not exist is none', () => {
  expect(parseTime('20260101000000')).toBe(Date.UTC(2025, 11, 31, 16));
  for (const text of ['20260230000000', '2026010100000', '20260101240000', '00010101000000', ''])
    expect(parseTime(text)).toBeUndefined();
});

test('no flag is good, a letter that is not of the standard uncertain', () => {
  expect([undefined, 'N', 'F', 'x', 'T'].map(statusOfFlag)).toEqual([
    0,
    0,
    0,
    statusCodes.uncertain,
    statusCodes.badOutOfRange,
  ]);
});
