import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { PlantCalendar } from '../../model/calendar.ts';
import { statusCodes } from '../../model/status.ts';
import { dayMs, hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import { localPeriods } from '../../scenarios/environment/local-period.ts';
import { CHECK_REACH_MS, outOfControlAt } from '../../scenarios/environment/out-of-control.ts';
import { DriftWatch } from '../../scenarios/runner/drift-watch.ts';
import { instrumentCheckJob } from '../../scenarios/runner/jobs/instrument-check.ts';
import { stackHourlyJob } from '../../scenarios/runner/jobs/stack-hourly.ts';
import { emittedMass } from '../../scenarios/runner/outlet-record.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { plantOfAssets } from '../plant-of.ts';

const T0 = Date.UTC(2026, 10, 20);
const check = (hour: number, passed: boolean) => ({
  ...{ endMs: T0 + hour * hourMs, passed, worstDriftPct: passed ? 0.4 : 4, driftLimitPct: 2.5 },
});
const isOut = (hour: number, checks: readonly ReturnType<typeof check>[]): boolean =>
  outOfControlAt(T0 + hour * hourMs, checks) !== undefined;

test('a failed check takes back the hours since the last passed one, and those until the next', () => {
  const checks = [check(3, true), check(27, false), check(30, true), check(54, true)];
  const out = Array.from({ length: 60 }, (_, hour) => hour).filter((hour) => isOut(hour, checks));
  expect(out).toEqual(Array.from({ length: 27 }, (_, i) => 3 + i));
  expect(outOfControlAt(T0 + 10 * hourMs, checks)).toMatchObject({ sinceMs: T0 + 3 * hourMs });
});

test('two failed checks in a row are one spell; a check too far away says nothing', () => {
  const checks = [check(3, true), check(27, false), check(51, false)];
  expect([2, 3, 40, 60].map((hour) => isOut(hour, checks))).toEqual([false, true, true, true]);
  const beyond = CHECK_REACH_MS / hourMs + 60;
  expect(isOut(beyond, checks)).toBe(false);
  expect(isOut(10, [])).toBe(false);
});

const { plant } = plantOfAssets(
  `
  - id: stack
    nature: stack-monitor
    source: shop
    base: stack#/
    properties: { referenceOxygenPct: 3.5, limitNoxMgPerM3: 50, ductAreaM2: 1 }
    tags: { nox: , oxygen: , velocity: , temperature: , pressure: , moisture: , dataFlag: }
`,
  `
environment:
  outlets: [{ asset: stack }]
  instruments:
    - id: analyser
      asset: stack
      ranges: { nox: [0, 400], oxygen: [0, 25] }
      checkGases: { nox: { zero: 0, span: 320 }, oxygen: { zero: 0, span: 20 } }
`,
);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Point = readonly [quantity: string, timeMs: number, value: number | string];

async function stack() {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-drift-'));
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  closers.push(
    () => store.close(),
    () => state.close(),
  );
  const clock = { nowMs: () => T0 + 3 * dayMs };
  const dirty = state.dirtyWindows;
  const watch = new DriftWatch({ plant, store, dirty, clock });
  const runner = new Runner({
    ...{ plant, store, clock, dirty },
    jobs: [stackHourlyJob, instrumentCheckJob],
    onResults: (rows) => watch.results(rows),
  });
  const settled = async () => {
    do {
      while (await runner.runOnce());
      await watch.stop();
    } while (dirty.size() > 0);
  };
  const write = async (points: readonly Point[]) => {
    const common = { timeNs: 0, status: statusCodes.good, origin: 'live' } as const;
    await store.write(
      points.map(([quantity, timeMs, value]) => ({ tag: `stack.${quantity}`, timeMs, value, ...common })),
    );
    await dirty.mark(
      points.map(([quantity, timeMs]) => ({
        tag: `stack.${quantity}`,
        startMs: Math.floor(timeMs / quarterHourMs) * quarterHourMs,
      })),
    );
  };
  const hours = async () => {
    const found = await store.results({ measurement: 'stack_hourly', startMs: T0, endMs: T0 + dayMs });
    return [...found].sort((a, b) => a.timeMs - b.timeMs);
  };
  return { watch, store, settled, write, hours };
}

const steady = { oxygen: 3.5, velocity: 10, temperature: 100, pressure: 0, moisture: 5 };

/** An hour of one value a minute; in a check the first twelve minutes are zero gas, then span gas. */
async function hour(
  { write }: Awaited<ReturnType<typeof stack>>,
  index: number,
  { nox = 40, checked }: { readonly nox?: number; readonly checked?: { nox: number; oxygen: number } },
) {
  const startMs = T0 + index * hourMs;
  const points: Point[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    const at = startMs + minute * minuteMs;
    const phase = checked && minute < 12 ? (minute < 6 ? 'zero' : 'span') : undefined;
    if (minute === 0 || (checked && minute === 12)) points.push(['dataFlag', at, phase ? 'C' : 'N']);
    for (const [quantity, value] of Object.entries({ ...steady, nox })) {
      const gas = quantity === 'nox' || quantity === 'oxygen' ? quantity : undefined;
      const shown = phase === undefined || !gas ? value : phase === 'zero' ? 0 : checked?.[gas];
      points.push([quantity, at, shown ?? value]);
    }
  }
  await write(points);
}

test('hours are taken back with a new revision and the reason, their mass is filled, and given back when the check was wrong', async () => {
  const one = await stack();
  const sound = { nox: 320, oxygen: 20 };
  for (let index = 0; index < 8; index += 1) {
    const nox = index === 1 ? 60 : 40;
    if (index === 2) await hour(one, index, { checked: sound });
    else if (index === 5) await hour(one, index, { checked: { nox: 340, oxygen: 20 } });
    else if (index === 7) await hour(one, index, { checked: sound });
    else await hour(one, index, { nox });
  }
  await one.settled();
  const after = await one.hours();
  expect(after.map(({ fields }) => fields.status)).toEqual([
    ...['valid', 'valid', 'valid', 'invalid', 'invalid', 'invalid', 'invalid', 'invalid'],
  ]);
  const [, , , taken] = after;
  expect(taken?.fields).toMatchObject({ method: 'drift', outOfControl: true, exceeded: false });
  expect(taken?.fields.outOfControlReason).toBe(
    'nox drift 5.00 % beyond 2.5 % in the check until 2026-11-20T06:00Z; last passed 2026-11-20T03:00Z',
  );
  const periodOf = localPeriods(new PlantCalendar('Asia/Shanghai'));
  const mass = (rows: typeof after) =>
    emittedMass('stack-monitor', rows, 'nox', { endMs: T0 + 8 * hourMs, periodOf });
  // Three of eight hours are valid: below 75 % capture the rule fills nothing, and the total says what it lacks.
  expect(mass(after)).toMatchObject({ undeterminedHours: 5, hours: 3 });

  // The check is corrected by late readings: the analyser was right after all.
  const right = [6, 7, 8, 9, 10, 11].map(
    (minute): Point => ['nox', T0 + 5 * hourMs + minute * minuteMs, 320],
  );
  await one.write(right);
  await one.settled();
  const given = await one.hours();
  expect(given.map(({ fields }) => fields.status)).toEqual(Array(8).fill('valid'));
  expect(given[3]?.fields).toMatchObject({ outOfControl: false, outOfControlReason: '', method: 'measured' });
  expect(Number(given[3]?.fields.revision)).toBeGreaterThan(Number(taken?.fields.revision));
  expect(mass(given)).toMatchObject({ undeterminedHours: 0, hours: 8 });
});

test('where the oxygen drifts, the value at the reference oxygen goes and the mass stays', async () => {
  const one = await stack();
  await hour(one, 0, {});
  await hour(one, 1, { checked: { nox: 320, oxygen: 22 } });
  await one.settled();
  const [first] = await one.hours();
  expect(first?.fields).toMatchObject({ status: 'invalid', method: 'drift', outOfControl: false });
  expect(first?.fields.massKg).toBeGreaterThan(0);
  expect(String(first?.fields.outOfControlReason)).toContain('oxygen drift 8.00 %');
});

test('a verdict that was not carried out before the process ended is carried out at the next start', async () => {
  const one = await stack();
  await hour(one, 0, {});
  await one.settled();
  const fields = { driftPassed: false, worstDriftPct: 4, driftLimitPct: 2.5, revision: 1 };
  await one.store.writeResults([
    { measurement: 'drift_check', series: { asset: 'stack', pollutant: 'nox' }, timeMs: T0 + hourMs, fields },
  ]);
  one.watch.start();
  await one.settled();
  expect((await one.hours())[0]?.fields).toMatchObject({ status: 'invalid', method: 'drift' });
});

test('half a check is no verdict', async () => {
  const one = await stack();
  await hour(one, 0, {});
  await hour(one, 1, { checked: { nox: 0, oxygen: 0 } });
  await one.settled();
  const checks = await one.store.results({
    measurement: 'drift_check',
    ...{ startMs: T0, endMs: T0 + dayMs },
  });
  expect(checks).toEqual([]);
  expect((await one.hours())[0]?.fields.status).toBe('valid');
});
