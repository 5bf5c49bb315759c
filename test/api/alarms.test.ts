import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../api/app.ts';
import { startServer } from '../../api/server.ts';
import { hourMs } from '../../model/window.ts';
import type { AlarmTransition } from '../../scenarios/alarms/journal.ts';
import { AlarmWatch } from '../../scenarios/runner/alarm-watch.ts';
import { openLocalState } from '../../store/local-state.ts';
import { nowMs, testApp } from './app-fixture.ts';

function watch(): AlarmWatch {
  const state = openLocalState(mkdtempSync(join(tmpdir(), 'plantscope-api-alarms-')));
  onTestFinished(() => state.close());
  const series = { asset: 'stack-1', pollutant: 'nox' };
  return new AlarmWatch({
    definitions: [
      {
        id: 'stack-1.nox.high',
        asset: 'stack-1',
        source: { kind: 'result', measurement: 'stack_hourly', series, field: 'value', windowMs: hourMs },
        ...{
          side: 'high',
          limit: 150,
          unit: 'mg/m3',
          deadband: { absolute: 5 },
          onDelayMs: 0,
          offDelayMs: 0,
        },
        ...{ priority: 'high', basis: 'GB 13271-2014' },
      },
    ],
    journal: state.journal<AlarmTransition>('alarms'),
    clock: { nowMs: () => nowMs },
  });
}

const raise = (alarms: AlarmWatch): void =>
  alarms.results([
    {
      measurement: 'stack_hourly',
      series: { asset: 'stack-1', pollutant: 'nox' },
      timeMs: Math.floor(nowMs / hourMs) * hourMs - hourMs,
      fields: { value: 171, status: 'valid' },
    },
  ]);

test('an operator acknowledges with a note; a viewer may only look', async () => {
  const alarms = watch();
  const { as, get } = await testApp({ alarms });
  expect((await get('/api/v1/alarms')).json()).toEqual({ alarms: [] });
  raise(alarms);
  expect((await get('/api/v1/alarms')).json().alarms[0]).toMatchObject({
    state: 'unacknowledged',
    value: 171,
    limit: 150,
  });
  const url = '/api/v1/alarms/stack-1.nox.high/acknowledge';
  expect((await as('viewer', { method: 'POST', url })).statusCode).toBe(403);
  const done = await as('operator', { method: 'POST', url, payload: { note: 'burner tuned' } });
  expect([done.statusCode, done.json().state]).toEqual([200, 'acknowledged']);
  const again = await as('operator', { method: 'POST', url, payload: {} });
  expect([again.statusCode, again.json().code]).toEqual([409, 'alarm-state']);
  const { lines } = (await get('/api/v1/alarms/journal')).json();
  expect(lines.map((line: { event: string }) => line.event)).toEqual(['acknowledge', 'raise']);
  expect(lines[0].note).toBe('burner tuned');
  expect(lines[0].by).toEqual(expect.any(String));
});

test('shelving has an end, and an unknown alarm is not found', async () => {
  const alarms = watch();
  const { as, get } = await testApp({ alarms });
  const url = '/api/v1/alarms/stack-1.nox.high/shelve';
  const shelved = await as('operator', { method: 'POST', url, payload: { minutes: 60 } });
  expect(shelved.json()).toMatchObject({ shelvedUntil: new Date(nowMs + hourMs).toISOString() });
  const tooLong = await as('operator', { method: 'POST', url, payload: { minutes: 5000 } });
  expect(tooLong.statusCode).toBe(400);
  const nowhere = { method: 'POST', url: '/api/v1/alarms/none/acknowledge', payload: {} } as const;
  expect((await as('operator', nowhere)).statusCode).toBe(404);
  raise(alarms);
  expect((await get('/api/v1/alarms/kpis')).json()).toMatchObject({ annunciated: 0 });
});

test('a process that judges no alarms says so instead of showing none', async () => {
  const { backend } = await testApp();
  const { alarms: _alarms, ...rest } = backend;
  const app = await buildApp(rest);
  onTestFinished(() => app.close());
  const authorization = `Bearer ${backend.tokens.issue({ role: 'viewer', label: 'test' })}`;
  const answer = await app.inject({ url: '/api/v1/alarms', headers: { authorization } });
  expect([answer.statusCode, answer.json().code]).toEqual([501, 'not-available']);
});

test('suppression by design and out of service are for administrators', async () => {
  const alarms = watch();
  const { as } = await testApp({ alarms });
  const url = '/api/v1/alarms/stack-1.nox.high';
  const post = (role: 'operator' | 'admin', act: string) =>
    as(role, { method: 'POST', url: `${url}/${act}`, payload: {} });
  expect((await post('operator', 'suppress')).statusCode).toBe(403);
  expect((await post('admin', 'suppress')).json().state).toBe('suppressed-by-design');
  raise(alarms);
  expect((await post('admin', 'unsuppress')).json()).toMatchObject({ state: 'unacknowledged', active: true });
  expect((await post('admin', 'remove-from-service')).json().state).toBe('out-of-service');
  expect((await post('admin', 'return-to-service')).json().state).toBe('unacknowledged');
});

test('a change comes as an event of the stream', async () => {
  const alarms = watch();
  const { backend } = await testApp({ alarms });
  const server = await startServer({ ...backend, alarms }, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  const token = backend.tokens.issue({ role: 'viewer', label: 'test' });
  const response = await fetch(`${server.url}/api/v1/alarms/stream`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = (await reader?.read())?.value ?? '';
  raise(alarms);
  while (!text.includes('data:')) text += (await reader?.read())?.value ?? '';
  await reader?.cancel();
  expect(text).toContain('event: alarm');
  expect(JSON.parse(text.split('data: ')[1] ?? '')).toMatchObject({
    ...{ alarm: 'stack-1.nox.high', event: 'raise', to: 'unacknowledged' },
  });
});
