import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type SimulatedRun, simulatedRun } from './simulated-runs.ts';
import { diagnosesOf, isFaulty, rightShare, simulatorDocument } from './simulator-section.ts';

const document = join(
  dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
  'docs/conformance-equipment-simulator.md',
);
const HEALTHY_DAYS = 28;
const FAULT_DAYS = 7;

const healthy = ['compressor-1', 'fan-1', 'pump-1'].map((asset) =>
  simulatedRun(asset, undefined, HEALTHY_DAYS),
);
const faulty = (
  [
    ['compressor-1', 'bearing-outer'],
    ['fan-1', 'bearing-inner'],
    ['pump-1', 'bearing-ball'],
    ['fan-1', 'unbalance'],
    ['pump-1', 'misalignment'],
    ['pump-1', 'looseness'],
    ['pump-1', 'cavitation'],
    ['compressor-1', 'lubrication'],
  ] as const
).map(([asset, kind]) => simulatedRun(asset, kind, FAULT_DAYS));
writeFileSync(document, simulatorDocument(healthy, faulty));

const runOf = (kind: string): SimulatedRun => {
  const run = faulty.find((one) => one.kind === kind);
  if (!run) throw new Error(`no run of ${kind}`);
  return run;
};

test('three healthy machines are not diagnosed in four weeks', () => {
  expect(healthy.map(diagnosesOf)).toEqual([[], [], []]);
  for (const { records } of healthy) expect(records.length).toBeGreaterThan(50);
});

test.each(['bearing-outer', 'bearing-ball', 'misalignment', 'looseness'])(
  '%s is named in most records of its week',
  (kind) => {
    expect(rightShare(runOf(kind))).toBeGreaterThan(0.6);
  },
);

test.each(['bearing-inner', 'unbalance'])('%s is named before its week is over', (kind) => {
  expect(diagnosesOf(runOf(kind))).toContain(kind);
});

test('before a fault has begun nothing is said', () => {
  for (const { records } of faulty)
    expect(records.filter((one) => !isFaulty(one) && one.said !== undefined)).toEqual([]);
});
