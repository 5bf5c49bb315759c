import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { statusCodes } from '../../model/status.ts';
import { dayMs, hourMs, minuteMs } from '../../model/window.ts';
import { afterValue, CLEAR, type LimitCondition } from '../../scenarios/alarms/condition.ts';
import { alarmsOfPlant } from '../../scenarios/alarms/from-plant.ts';
import { type AlarmTransition, foldJournal } from '../../scenarios/alarms/journal.ts';
import { alarmKpis } from '../../scenarios/alarms/kpis.ts';
import { alarmLoad } from '../../scenarios/alarms/performance.ts';
import { AlarmWatch, type AlarmWatchOptions } from '../../scenarios/runner/alarm-watch.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOfAssets } from '../plant-of.ts';

const T0 = Date.UTC(2026, 10, 23);

const { plant } = plantOfAssets(`
  - id: stack
    nature: stack-monitor
    source: shop
    base: stack#/
    properties: { referenceOxygenPct: 3.5, limitNoxMgPerM3: 50, standard: GB 13271-2014 }
    tags: { oxygen: , nox: , dataFlag: }
  - id: out
    nature: wastewater-outlet
    source: shop
    base: out#/
    properties: { limitPhLow: 6, limitPhHigh: 9 }
    tags: { flow: , ph: }
  - id: east
    nature: noise-meter
    source: shop
    base: east#/
    properties: { noiseClass: '3' }
    tags: { soundLevel: }
`);

test('deadband and delays hold a change back', () => {
  const limits = {
    side: 'high',
    limit: 10,
    deadband: { absolute: 1 },
    onDelayMs: 5000,
    offDelayMs: 2000,
  } as const;
  const steps: [value: number, atS: number, active: boolean][] = [
    [10, 0, false],
    [11, 1, false],
    [9.9, 4, false],
    [11, 5, false],
    [12, 9.9, false],
    [12, 10, true],
    [9.5, 11, true],
    [8.9, 12, true],
    [9.2, 13, true],
    [8.9, 14, true],
    [9, 16, false],
  ];
  let condition: LimitCondition = CLEAR;
  const seen = steps.map(([value, atS]) => {
    condition = afterValue(condition, limits, value, atS * 1000);
    return condition.active;
  });
  expect(seen).toEqual(steps.map(([, , active]) => active));
});

test('the plant file gives the definitions, each with its limit and its basis', () => {
  const definitions = alarmsOfPlant(plant);
  expect(definitions.map(({ id, side, limit }) => [id, side, limit])).toEqual([
    ['stack.nox.high', 'high', undefined],
    ['out.ph.low', 'low', 6],
    ['out.ph.high', 'high', 9],
    ['east.noise.high', 'high', undefined],
  ]);
  expect(definitions[0]?.basis).toBe('GB 13271-2014');
});

function watchOf(nowMs: number, definitions = alarmsOfPlant(plant)) {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-alarms-'));
  const state = openLocalState(dir);
  onTestFinished(() => state.close());
  const clock = { now: nowMs, nowMs: () => clock.now };
  const open = (judges?: AlarmWatchOptions['judges']) =>
    new AlarmWatch({
      definitions,
      ...(judges && { judges }),
      journal: state.journal<AlarmTransition>('alarms'),
      clock,
    });
  return { clock, open };
}

const ph = (timeMs: number, value: number) =>
  ({ tag: 'out.ph', timeMs, timeNs: 0, value, status: statusCodes.good, origin: 'live' }) as const;

const noxHour = (timeMs: number, value: number) => ({
  measurement: 'stack_hourly',
  series: { asset: 'stack', pollutant: 'nox' },
  timeMs,
  fields: { value, limit: 50, status: 'valid' },
});

test('a limit broken, acknowledged and left is three lines of the journal, which survive a restart', async () => {
  const { clock, open } = watchOf(T0);
  const watch = open();
  watch.readings([ph(T0, 9.4)]);
  expect(watch.status('out.ph.high').state).toBe('normal');
  clock.now += minuteMs;
  watch.tick();
  expect(watch.status('out.ph.high').state).toBe('unacknowledged');
  await watch.act('out.ph.high', { event: 'acknowledge', by: 'li', note: 'lime dosing' });
  clock.now += minuteMs;
  watch.readings([ph(clock.now, 8)]);
  clock.now += minuteMs;
  watch.readings([ph(clock.now, 8)]);
  await watch.stop();
  const again = open();
  const lines = again.read({}).map(({ entry }) => [entry.event, entry.from, entry.to, entry.by]);
  expect(lines).toEqual([
    ['raise', 'normal', 'unacknowledged', undefined],
    ['acknowledge', 'unacknowledged', 'acknowledged', 'li'],
    ['clear', 'acknowledged', 'normal', undefined],
  ]);
  expect(again.status('out.ph.high')).toMatchObject({ state: 'normal', active: false });
});

test('an hour is judged when it has ended, not while it fills', () => {
  const { clock, open } = watchOf(T0 + 10 * minuteMs);
  const watch = open();
  watch.results([noxHour(T0, 80)]);
  watch.tick();
  expect(watch.status('stack.nox.high').state).toBe('normal');
  watch.results([noxHour(T0, 60)]);
  clock.now = T0 + hourMs;
  watch.tick();
  expect(watch.status('stack.nox.high')).toMatchObject({ state: 'unacknowledged', value: 60 });
});

test('what is shelved comes back by itself, in the state its condition has then', async () => {
  const { clock, open } = watchOf(T0 + hourMs);
  const watch = open();
  await watch.act('stack.nox.high', { event: 'shelve', by: 'li', untilMs: T0 + 3 * hourMs });
  watch.results([noxHour(T0, 80)]);
  expect(watch.status('stack.nox.high')).toMatchObject({ state: 'shelved', active: true });
  clock.now = T0 + 3 * hourMs;
  watch.tick();
  expect(watch.status('stack.nox.high').state).toBe('unacknowledged');
  await watch.stop();
});

test('a latching alarm stays after its condition, with its evidence, until a person resets it', async () => {
  const latching = alarmsOfPlant(plant).map((one) => ({ ...one, latching: true as const }));
  const { clock, open } = watchOf(T0 + hourMs, latching);
  const watch = open();
  watch.results([noxHour(T0, 80)]);
  await watch.act('stack.nox.high', { event: 'acknowledge', by: 'li' });
  clock.now += hourMs;
  watch.results([noxHour(T0 + hourMs, 20)]);
  expect(watch.status('stack.nox.high')).toMatchObject({ state: 'latched', active: false });
  await watch.act('stack.nox.high', { event: 'reset', by: 'li' });
  expect(watch.status('stack.nox.high').state).toBe('normal');
  await watch.stop();
});

test('hours of start-up are not judged, and each hour is held against its own limit', () => {
  const { open } = watchOf(T0 + 2 * hourMs);
  const watch = open();
  const hour = noxHour(T0, 80);
  watch.results([{ ...hour, fields: { ...hour.fields, transient: true } }]);
  expect(watch.status('stack.nox.high').state).toBe('normal');
  const next = noxHour(T0 + hourMs, 80);
  watch.results([{ ...next, fields: { ...next.fields, limit: 100 } }]);
  expect(watch.status('stack.nox.high').state).toBe('normal');
  watch.results([{ ...next, fields: { ...next.fields, limit: 60 } }]);
  expect(watch.status('stack.nox.high')).toMatchObject({ state: 'unacknowledged', value: 80, limit: 60 });
});

test('processes that share a journal see each other: one judges, the other acts', async () => {
  const { open } = watchOf(T0 + hourMs);
  const [judging, desk] = [open(), open(() => false)];
  const heard: string[] = [];
  desk.subscribe(({ event }) => heard.push(event));
  judging.results([noxHour(T0, 80)]);
  await judging.stop();
  desk.results([noxHour(T0, 80)]);
  desk.tick();
  expect(desk.status('stack.nox.high').state).toBe('unacknowledged');
  await desk.act('stack.nox.high', { event: 'acknowledge', by: 'li' });
  judging.tick();
  expect(judging.status('stack.nox.high')).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'li' });
  expect(heard).toEqual(['raise', 'acknowledge']);
  expect(judging.read({}).map(({ entry }) => entry.event)).toEqual(['raise', 'acknowledge']);
});

test('an acknowledgement and a clear of the same second, from two processes, end in normal', () => {
  const of = (event: AlarmTransition['event'], to: AlarmTransition['to']): AlarmTransition => ({
    ...{ alarm: 'x', event, timeMs: 2, from: 'unacknowledged', to },
  });
  const [acknowledged, cleared] = [of('acknowledge', 'acknowledged'), of('clear', 'returned-unacknowledged')];
  for (const lines of [
    [acknowledged, cleared],
    [cleared, acknowledged],
  ]) {
    expect(foldJournal([line('x', 'raise', 1), ...lines]).get('x')).toMatchObject({
      state: 'normal',
      active: false,
    });
  }
});

test('the load of the operators: standing, rate, priorities, time to acknowledge', () => {
  const definitions = alarmsOfPlant(plant);
  const lines = [
    line('stack.nox.high', 'raise', T0),
    { ...line('stack.nox.high', 'raise', T0 + 90_000), event: 'acknowledge', to: 'acknowledged' } as const,
    line('east.noise.high', 'raise', T0 + minuteMs),
  ];
  expect(alarmLoad(lines, { startMs: T0, endMs: T0 + 20 * minuteMs }, definitions)).toEqual({
    ...{ standing: 2, meanPerTenMinutes: 1, rating: 'acceptable', medianAcknowledgeS: 90 },
    priorities: { low: 0.5, medium: 0, high: 0.5 },
  });
});

test('what the state does not allow, and an alarm that is not there, are refused', async () => {
  const watch = watchOf(T0).open();
  await expect(watch.act('stack.nox.high', { event: 'acknowledge' })).rejects.toMatchObject({
    code: 'alarm-state',
  });
  await expect(watch.act('nowhere', { event: 'acknowledge' })).rejects.toMatchObject({ code: 'not-found' });
});

test('history that was filled in, bad readings and a revised old hour raise nothing', () => {
  const watch = watchOf(T0 + 5 * hourMs).open();
  watch.readings([ph(T0, 12), { ...ph(T0 + 5 * hourMs, 12), status: statusCodes.bad }]);
  watch.results([noxHour(T0, 80)]);
  watch.tick();
  expect(alarmsOfPlant(plant).map(({ id }) => watch.status(id).state)).toEqual(Array(4).fill('normal'));
});

const line = (alarm: string, event: 'raise' | 'clear', timeMs: number): AlarmTransition => ({
  alarm,
  event,
  timeMs,
  from: event === 'raise' ? 'normal' : 'unacknowledged',
  to: event === 'raise' ? 'unacknowledged' : 'returned-unacknowledged',
});

test('the figures of the alarm system: rate, flood, chattering, fleeting, stale, top ten', () => {
  const flood = Array.from({ length: 12 }, (_, i) => line(`a${i}`, 'raise', T0 + hourMs + i * 1000));
  const settling = Array.from({ length: 6 }, (_, i) =>
    line(`b${i}`, 'raise', T0 + hourMs + 10 * minuteMs + i),
  );
  const chatter = [0, 20, 40].flatMap((s) => [
    line('c', 'raise', T0 + 2 * hourMs + s * 1000),
    line('c', 'clear', T0 + 2 * hourMs + s * 1000 + 5000),
  ]);
  const old = line('old', 'raise', T0 - dayMs);
  const kpis = alarmKpis([old, ...flood, ...settling, ...chatter], { startMs: T0, endMs: T0 + 10 * hourMs });
  expect(kpis).toMatchObject({
    annunciated: 21,
    perHour: 2.1,
    peakPerTenMinutes: 12,
    floodShare: 2 / 60,
    chattering: ['c'],
    fleeting: 3,
    stale: ['old'],
  });
  expect(kpis.topTen).toHaveLength(10);
  expect(kpis.topTen[0]).toEqual({ alarm: 'c', count: 3, share: 3 / 21 });
});

test('the journal alone tells every status', () => {
  const statuses = foldJournal([line('x', 'raise', 1), line('x', 'clear', 2), line('y', 'raise', 3)]);
  expect([...statuses].map(([id, { state, active }]) => [id, state, active])).toEqual([
    ['x', 'returned-unacknowledged', false],
    ['y', 'unacknowledged', true],
  ]);
});
