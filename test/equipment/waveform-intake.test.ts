import { expect, test } from 'vitest';
import { withWaveforms } from '../../ingest/waveform-intake.ts';
import type { Reading } from '../../model/reading.ts';
import { parseWaveform, referredWaveform, type Waveform, waveformMessage } from '../../model/waveform.ts';
import type { StoredWaveform } from '../../store/waveform-store.ts';
import { plantOfAssets } from '../plant-of.ts';

const { plant } = plantOfAssets(`
  - id: fan
    nature: rotating-machine
    source: shop
    base: fan#/
    properties: { waveformSamplingHz: 25600, sensorPosition: non-drive-end, sensorDirection: horizontal }
    tags: { vibrationVelocity: , vibrationWaveform: , vibrationWaveformAxial: , currentWaveform: }
`);
const T0 = Date.UTC(2026, 10, 23);
const samples = Float32Array.from({ length: 256 }, (_, i) => Math.fround(Math.sin(i / 3)));
const reading = (quantity: string, value: Reading['value'], origin: Reading['origin'] = 'live'): Reading => ({
  ...{ tag: `fan.${quantity}`, timeMs: T0, timeNs: 0, value, status: 0, origin },
});

async function taken(...readings: Reading[]) {
  const written: Reading[] = [];
  const kept: { waveform: Waveform; reason: string | undefined }[] = [];
  const writer = withWaveforms(
    {
      write: async (rows) => {
        written.push(...rows);
        return [];
      },
    },
    {
      put: async (waveform, reason): Promise<StoredWaveform> => {
        kept.push({ waveform, reason });
        const { asset, quantity, timeMs } = waveform.info;
        return { id: `${asset}/${quantity}/${timeMs}`, info: waveform.info, keptFor: [] };
      },
    },
    plant,
  );
  return { refused: await writer.write(readings), written, kept };
}

test('a device message keeps its speed, load, mounting point and direction; a reference takes its place', async () => {
  const message = JSON.stringify({
    ...{
      ts: '2026-11-23T00:00:05Z',
      fs: 12_800,
      rpm: 1482.5,
      loadPct: 71,
      unit: 'g',
      position: 'drive-end radial',
    },
    f32: Buffer.from(samples.buffer).toString('base64'),
  });
  const { written, kept, refused } = await taken(
    reading('vibrationWaveform', message),
    reading('vibrationVelocity', 2),
  );
  expect(refused).toEqual([]);
  expect(kept[0]?.waveform.info).toEqual({
    ...{ asset: 'fan', quantity: 'vibrationWaveform', timeMs: T0 + 5000, sampleRateHz: 12_800, samples: 256 },
    ...{ unit: 'g', mounting: { position: 'drive-end', direction: 'radial' }, shaftRpm: 1482.5, loadPct: 71 },
  });
  expect(kept[0]?.waveform.samples).toEqual(samples);
  expect(referredWaveform(String(written[0]?.value))).toBe(`fan/vibrationWaveform/${T0 + 5000}`);
  expect(written[1]?.value).toBe(2);
});

test('an OPC UA array of samples alone takes rate, place and direction from the plant file, and knows no speed', async () => {
  const { kept } = await taken(reading('vibrationWaveform', JSON.stringify([...samples])));
  expect(kept[0]?.waveform.info).toMatchObject({
    ...{ sampleRateHz: 25_600, timeMs: T0, unit: 'g', shaftRpm: undefined, loadPct: undefined },
    mounting: { position: 'non-drive-end', direction: 'horizontal' },
  });
});

test('axial and current recordings have their own direction and unit; an imported one is kept', async () => {
  const text = JSON.stringify({ samples: [...samples] });
  const { kept } = await taken(
    reading('vibrationWaveformAxial', text, 'import'),
    reading('currentWaveform', text),
  );
  expect(kept.map(({ waveform }) => [waveform.info.unit, waveform.info.mounting.direction])).toEqual([
    ['g', 'axial'],
    ['A', 'none'],
  ]);
  expect(kept.map(({ reason }) => reason)).toEqual(['import', undefined]);
});

test.each([
  ['no JSON', 'rpm=3'],
  ['no samples', '{"fs": 25600}'],
  ['too few', JSON.stringify([1, 2, 3])],
  ['a text among the samples', JSON.stringify([...Array(100).fill(0), 'x'])],
  ['an unknown unit', JSON.stringify({ unit: 'furlong', samples: [...samples] })],
  ['torn base64', JSON.stringify({ f32: 'AAAAAAA=' })],
])('%s is refused with its reason and stored nowhere', async (_name, text) => {
  const { refused, written, kept } = await taken(reading('vibrationWaveform', text));
  expect(refused).toHaveLength(1);
  expect(refused[0]?.reason).toMatch(/recording/);
  expect([...written, ...kept]).toEqual([]);
});

test('a reference that is written again stays what it is', async () => {
  const reference = '{"waveform":"fan/vibrationWaveform/1"}';
  const { written, kept } = await taken(reading('vibrationWaveform', reference));
  expect(written[0]?.value).toBe(reference);
  expect(kept).toEqual([]);
});

test('the message form is read back as it was written', () => {
  const mounting = { position: 'gearbox', direction: 'vertical' } as const;
  const info = {
    ...{ asset: 'fan', quantity: 'vibrationWaveform', timeMs: T0, sampleRateHz: 6400, samples: 256 },
    ...{ unit: 'm/s2', mounting, shaftRpm: 900, loadPct: undefined },
  } satisfies Waveform['info'];
  const defaults = { asset: 'fan', quantity: 'vibrationWaveform', timeMs: 0, sampleRateHz: undefined };
  const back = parseWaveform(waveformMessage({ info, samples }), {
    ...{ ...defaults, unit: 'g', mounting: { position: 'unknown', direction: 'radial' } },
  });
  expect(back).toEqual({ info, samples });
});
