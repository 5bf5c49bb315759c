import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createFactory } from '../../devices-sim/factory.ts';
import { plumePng, plumeScene } from '../../devices-sim/plume.ts';
import { cameraJpeg, cameraScene } from '../../devices-sim/stack-camera.ts';
import { hourMs } from '../../model/window.ts';
import { alarmsOfPlant } from '../../scenarios/alarms/from-plant.ts';
import type { AlarmTransition } from '../../scenarios/alarms/journal.ts';
import { AlarmWatch } from '../../scenarios/runner/alarm-watch.ts';
import { type CameraImage, ImageArchive } from '../../scenarios/runner/smoke/image-archive.ts';
import { createSmokeReader } from '../../scenarios/runner/smoke/smoke-reader.ts';
import { SmokeWatch } from '../../scenarios/runner/smoke/smoke-watch.ts';
import { openLocalState } from '../../store/local-state.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import { plantOfAssets } from '../plant-of.ts';

const T0 = Date.UTC(2026, 5, 1, 4);
const { plant } = plantOfAssets(`
  - { id: cam, nature: smoke-camera, source: shop, properties: { imageTopic: site/cam, limitGrade: 1 }, tags: {} }
`);

function watch(keepPerCamera = 3) {
  const folder = mkdtempSync(join(tmpdir(), 'plantscope-images-'));
  const state = openLocalState(folder);
  onTestFinished(() => state.close());
  const clock = { now: T0, nowMs: () => clock.now };
  const rows: ResultRow[] = [];
  const journal = state.journal<AlarmTransition>('alarms');
  const alarms = new AlarmWatch({ definitions: alarmsOfPlant(plant), journal, clock });
  const documents = state.documents<CameraImage>('images');
  const images = new SmokeWatch({
    ...{ plant, clock, reader: createSmokeReader() },
    store: { writeResults: async (written) => void rows.push(...written) },
    archive: new ImageArchive({ folder: join(folder, 'images'), documents, keepPerCamera }),
    onResults: (written) => alarms.results(written),
  });
  return { images, alarms, rows, clock };
}

const small = { width: 320, height: 240 };

vi.setConfig({ testTimeout: 60_000 });
const picture = (opacity: number, sky: 'clear' | 'night' | 'fog' = 'clear', seed = 300) =>
  plumePng({ ...plumeScene(seed, opacity, sky), ...small });

test('smoke above the limit: graded, kept, and the alarm names the picture', async () => {
  const { images, alarms, rows } = watch();
  const bytes = await picture(0.6);
  await images.receive('site/cam', bytes);
  const [image] = images.archive.list();
  expect(image).toMatchObject({ camera: 'cam', verdict: 'measured', isEvidence: true, limit: 1 });
  expect(Math.abs((image?.ringelmann ?? 9) - 3)).toBeLessThan(0.5);
  expect(rows[0]).toMatchObject({
    measurement: 'smoke',
    timeMs: T0,
    fields: { exceeded: true, image: image?.id },
  });
  expect(alarms.status('cam.smoke.high')).toMatchObject({ state: 'unacknowledged', evidence: image?.id });
  expect(Buffer.from(await images.archive.bytesOf(image as CameraImage))).toEqual(bytes);
});

test('night, fog and a clean stack are refused with the reason, and raise nothing', async () => {
  const { images, alarms, rows, clock } = watch();
  for (const [sky, opacity] of [
    ['night', 0.6],
    ['fog', 0.6],
    ['clear', 0],
  ] as const) {
    clock.now += 60_000;
    await images.receive('site/cam', await picture(opacity, sky));
  }
  expect(images.archive.list('cam').map(({ reason }) => reason)).toEqual(['no-plume', 'fog', 'night']);
  expect(rows.map(({ fields }) => fields.status)).toEqual(['invalid', 'invalid', 'invalid']);
  expect(alarms.status('cam.smoke.high').state).toBe('normal');
});

test('a latched smoke alarm stays after clean air until a person has looked', async () => {
  const { images, alarms, clock } = watch();
  await images.receive('site/cam', await picture(0.6));
  await alarms.act('cam.smoke.high', { event: 'acknowledge', by: 'li' });
  clock.now += hourMs;
  await images.receive('site/cam', await picture(0.12));
  expect(alarms.status('cam.smoke.high').state).toBe('latched');
  await alarms.act('cam.smoke.high', { event: 'reset', by: 'li' });
  expect(alarms.status('cam.smoke.high').state).toBe('normal');
});

test('the same picture again is one; old ones go, evidence stays', async () => {
  const { images, clock } = watch(2);
  const bytes = await picture(0.6);
  await images.receive('site/cam', bytes);
  await images.receive('site/cam', bytes);
  expect(images.archive.list()).toHaveLength(1);
  for (const seed of [301, 302, 303, 304]) {
    clock.now += 60_000;
    await images.receive('site/cam', await picture(0, 'clear', seed));
  }
  const kept = images.archive.list();
  expect(kept.filter(({ isEvidence }) => isEvidence)).toHaveLength(1);
  expect(kept.filter(({ isEvidence }) => !isEvidence)).toHaveLength(2);
});

test('a stored picture carries its time in the topic; what is no picture or too large is refused', async () => {
  const { images } = watch();
  expect(images.accepts(`site/cam/${T0 - hourMs}`)).toBe(true);
  expect(images.accepts('site/cam/other')).toBe(false);
  await images.receive(`site/cam/${T0 - hourMs}`, await picture(0.4));
  expect(images.archive.list()[0]?.timeMs).toBe(T0 - hourMs);
  await expect(images.take('cam', Buffer.from('no picture'), T0)).rejects.toMatchObject({
    code: 'image-unreadable',
  });
  await expect(images.take('cam', new Uint8Array(9_000_000), T0)).rejects.toMatchObject({
    code: 'image-too-large',
  });
  await expect(images.take('nowhere', new Uint8Array(9), T0)).rejects.toMatchObject({ code: 'not-found' });
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await expect(images.take('cam', svg, T0)).rejects.toMatchObject({ code: 'image-unreadable' });
  await images.receive('site/cam', Buffer.from('no picture'));
  expect(images.health()).toMatchObject({ state: 'degraded', counters: { unreadable: 3 } });
});

test('the simulated camera labels its pictures: smoke while the burner is out of tune, and by day alone', async () => {
  const factory = createFactory({ seed: 1, timeZone: 'Asia/Shanghai', faults: 'demo' });
  const [fault] = factory
    .faultsBetween(T0, T0 + 48 * hourMs)
    .filter(({ kind }) => kind === 'burner-out-of-tune');
  const during = (fault?.startMs ?? 0) + hourMs;
  expect(cameraScene(factory, during).opacity).toBeGreaterThan(0.3);
  expect(cameraScene(factory, (fault?.endMs ?? 0) + hourMs).opacity).toBe(0);
  expect(cameraScene(factory, during - 8 * hourMs).sky).toBe('night');
  const jpeg = await cameraJpeg(factory, during);
  expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
  expect(await cameraJpeg(factory, during)).toEqual(jpeg);
  const { images } = watch();
  const image = await images.take('cam', jpeg, T0);
  const truth = 5 * cameraScene(factory, during).opacity;
  expect(Math.abs((image.ringelmann ?? 9) - truth)).toBeLessThan(0.5);
});
