import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { readFaultKnowledge } from '../../cli/analyse/equipment-knowledge.ts';
import { createFactory } from '../../devices-sim/factory.ts';
import type { Fault } from '../../devices-sim/faults/fault.ts';
import { waveform, waveformText } from '../../devices-sim/waveform.ts';
import { withWaveforms } from '../../ingest/waveform-intake.ts';
import { PlantCalendar } from '../../model/calendar.ts';
import type { Reading, ReadingValue } from '../../model/reading.ts';
import { hourMs, minuteMs, quarterHourMs } from '../../model/window.ts';
import type { Feedback } from '../../scenarios/equipment/diagnosis/feedback.ts';
import type { MachineModel } from '../../scenarios/equipment/model/machine-model.ts';
import { FeedbackDesk } from '../../scenarios/runner/feedback-desk.ts';
import { machineConditionJob } from '../../scenarios/runner/jobs/machine-condition.ts';
import { machineDiagnosisJob } from '../../scenarios/runner/jobs/machine-diagnosis.ts';
import { machineHealthJob } from '../../scenarios/runner/jobs/machine-health.ts';
import { machineStateJob } from '../../scenarios/runner/jobs/machine-state.ts';
import { vibrationSeverityJob } from '../../scenarios/runner/jobs/vibration-severity.ts';
import { waveformFeaturesJob } from '../../scenarios/runner/jobs/waveform-features.ts';
import { ModelKeeper } from '../../scenarios/runner/model-keeper.ts';
import { RecordingAnalyses } from '../../scenarios/runner/recording-analyses.ts';
import { Runner } from '../../scenarios/runner/runner.ts';
import { openDuckDbStore } from '../../store/duckdb-store.ts';
import { FileWaveformStore } from '../../store/file-waveform-store.ts';
import { openLocalState } from '../../store/local-state.ts';
import { FileModelStore } from '../../store/model-store.ts';
import { DEFAULT_WAVEFORM_POLICY } from '../../store/waveform-policy.ts';
import { plantOfAssets } from '../plant-of.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const faults = readFaultKnowledge(join(root, 'scenarios/equipment/knowledge/faults.yaml'));

const { plant } = plantOfAssets(`
  - id: pump-1
    nature: rotating-machine
    source: shop
    base: pump#/
    properties: { ratedPowerKw: 18.5, machineGroup: '2', support: rigid, blades: 6, bearingBpfo: 3.072, bearingBpfi: 4.928, bearingBsf2: 4.0783, bearingFtf: 0.384 }
    tags: { running: , activePower: , speed: , vibrationVelocity: , bearingTemperature: , suctionPressure: , flow: , vibrationWaveform: }
`);

/** Monday, 09:00 in the plant's zone. */
const T0 = Date.UTC(2026, 9, 19, 1);
const HEALTHY_H = 26;
const STEP_MS = 5 * minuteMs;
const RECORDING_MS = 30 * minuteMs;
const scalars = [
  'running',
  'activePower',
  'speed',
  'vibrationVelocity',
  'bearingTemperature',
  'suctionPressure',
  'flow',
];

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The whole way of a machine's readings, from ingest's write to health, in simulated time. */
async function pumpHouse(fault: Omit<Fault, 'id' | 'asset'> | undefined) {
  const dir = mkdtempSync(join(tmpdir(), 'plantscope-condition-'));
  const clock = { now: T0, nowMs: () => clock.now };
  const store = await openDuckDbStore({ file: join(dir, 'store.duckdb'), timeZone: 'Asia/Shanghai' });
  const state = openLocalState(dir);
  closers.push(
    () => store.close(),
    () => state.close(),
  );
  const factory = createFactory({
    ...{ seed: 7, timeZone: 'Asia/Shanghai' },
    faults: fault ? [{ ...fault, id: 'f', asset: 'pump-1' }] : [],
  });
  const machine = factory.rotatingMachines.find(({ design }) => design.asset === 'pump-1');
  if (!machine) throw new Error('no pump');
  const calendar = new PlantCalendar('Asia/Shanghai');
  const waveforms = new FileWaveformStore(join(dir, 'waveforms'), DEFAULT_WAVEFORM_POLICY, calendar);
  const models = new FileModelStore<MachineModel>(join(dir, 'models'));
  const feedback = new FeedbackDesk(state.journal<Feedback>('equipment-feedback'), clock);
  const analyses = new RecordingAnalyses(waveforms);
  const runner = new Runner({
    ...{ plant, store, clock, dirty: state.dirtyWindows },
    jobs: [
      ...[machineStateJob, vibrationSeverityJob, machineConditionJob, waveformFeaturesJob(analyses)],
      machineDiagnosisJob({ analyses, models, faults }),
      machineHealthJob(models),
    ],
  });
  const keeper = new ModelKeeper({ plant, store, dirty: state.dirtyWindows, models, feedback, clock });
  const ingest = withWaveforms(store, waveforms, plant);
  const reading = (quantity: string, timeMs: number, value: ReadingValue): Reading => ({
    ...{ tag: `pump-1.${quantity}`, timeMs, timeNs: 0, value, status: 0, origin: 'live' },
  });
  return {
    ...{ keeper, models, feedback, waveforms, clock },
    /** Lets time pass with readings each five minutes and a recording each half hour, then computes what is due. */
    async pass(hours: number) {
      const readings: Reading[] = [];
      const endMs = clock.now + hours * hourMs;
      for (let timeMs = clock.now; timeMs < endMs; timeMs += STEP_MS) {
        for (const quantity of scalars) {
          const value = factory.signalsByAddress.get(`pump-1.${quantity}`)?.sample(timeMs).value ?? null;
          readings.push(reading(quantity, timeMs, value));
        }
        if (timeMs % RECORDING_MS !== 0) continue;
        const text = waveformText(waveform(factory.seed, machine, timeMs, 25_600, 16_384));
        readings.push(reading('vibrationWaveform', timeMs, text));
      }
      await ingest.write(readings);
      const slots = new Map(
        readings.map(({ tag, timeMs }) => {
          const startMs = Math.floor(timeMs / quarterHourMs) * quarterHourMs;
          return [`${tag} ${startMs}`, { tag, startMs }];
        }),
      );
      await state.dirtyWindows.mark([...slots.values()]);
      clock.now = endMs;
      await this.settle();
    },
    async settle() {
      while (await runner.runOnce());
    },
    results: (measurement: string) =>
      store.results({ measurement, startMs: T0, endMs: T0 + 40 * 24 * hourMs }),
  };
}

test('a pump is learned from its first day, stays healthy, then misalignment is told with its evidence and its recording kept', async () => {
  const startMs = T0 + (HEALTHY_H + 2) * hourMs;
  const house = await pumpHouse({ kind: 'misalignment', startMs, endMs: startMs + 48 * hourMs, severity: 1 });
  await house.pass(HEALTHY_H);
  expect(house.models.versions('pump-1')).toEqual([]);
  await house.keeper.tick();
  const [model] = house.models.versions('pump-1');
  expect(model).toMatchObject({ version: 1, reason: 'first', loadQuantity: 'activePower' });
  expect(model?.trainedToMs).toBeLessThanOrEqual(house.clock.now);
  expect(model?.regimes.length).toBeGreaterThan(0);
  await house.settle();
  await house.pass(2);
  const healthy = await house.results('machine_diagnosis');
  expect(healthy.filter(({ fields }) => fields.said === true)).toEqual([]);

  await house.pass(3);
  const told = (await house.results('machine_diagnosis')).filter(({ fields }) => fields.said === true);
  expect(told.length).toBeGreaterThan(3);
  expect(new Set(told.map(({ fields }) => fields.fault))).toEqual(new Set(['misalignment']));
  expect(told[0]?.timeMs).toBeLessThanOrEqual(startMs + hourMs);
  expect(String(told[0]?.fields.ranked)).toContain('share2x');
  const last = (await house.results('machine_health')).at(-1)?.fields;
  expect(last).toMatchObject({ diagnosis: 'misalignment', because: expect.stringMatching(/zone|diagnosis/) });
  expect(Number(last?.index)).toBeLessThan(70);

  // Windows before the model's training ended were judged without it: nothing looks ahead.
  const rows = await house.results('machine_health');
  for (const { timeMs, fields } of rows)
    expect(fields.modelVersion).toBe(timeMs >= (model?.trainedToMs ?? 0) ? 1 : 0);
}, 600_000);

test('a rejected diagnosis is learned as normal, a new normal starts afresh, and who said it stays on record', async () => {
  const startMs = T0 + (HEALTHY_H + 1) * hourMs;
  const house = await pumpHouse({
    kind: 'misalignment',
    startMs,
    endMs: startMs + 400 * hourMs,
    severity: 0.6,
  });
  await house.pass(HEALTHY_H);
  await house.keeper.tick();
  await house.settle();
  await house.pass(9);
  expect((await house.results('machine_diagnosis')).at(-1)?.fields.said).toBe(true);

  const said = { asset: 'pump-1', fault: 'misalignment', verdict: 'rejected', by: 'token-7' } as const;
  const given = await house.feedback.give({ ...said, sinceMs: startMs + hourMs, note: 'new coupling' });
  const learned = await house.keeper.reconsider(given.entry);
  expect(learned).toMatchObject({ version: 2, reason: 'rejected', by: 'token-7' });
  await house.settle();
  await house.pass(3);
  expect((await house.results('machine_diagnosis')).slice(-6).map(({ fields }) => fields.said)).not.toContain(
    true,
  );

  const change = { asset: 'pump-1', fault: '', verdict: 'new-normal', by: 'token-7' } as const;
  const other = await house.feedback.give({ ...change, sinceMs: house.clock.now });
  expect(await house.keeper.reconsider(other.entry)).toBeUndefined();
  await house.pass(25);
  await house.keeper.tick();
  const newest = house.models.versions('pump-1').at(-1);
  expect(newest).toMatchObject({ version: 3, reason: 'new-normal', by: 'token-7' });
  expect(newest?.trainedFromMs).toBeGreaterThanOrEqual(other.entry.sinceMs);
  expect(
    house.feedback.all('pump-1').map(({ sequence, entry }) => [sequence, entry.verdict, entry.by]),
  ).toEqual([
    [1, 'rejected', 'token-7'],
    [2, 'new-normal', 'token-7'],
  ]);
}, 600_000);
