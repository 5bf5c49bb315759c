import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { plumePng, plumeScene, renderPlume } from '../../devices-sim/plume.ts';
import { readSmoke } from '../../scenarios/environment/smoke.ts';
import { estimateOpacity } from '../../scenarios/environment/smoke-opacity.ts';
import { decodeImage } from '../../scenarios/runner/smoke/decode-image.ts';
import { temporaryFile } from '../run-command.ts';
import { renderDiscs } from './disc-plume.ts';
import { runAnalyse } from './run-analyse.ts';

const small = { width: 400, height: 300 };

/** Error in grades; a refusal is worse than any. */
function gradeError(reading: ReturnType<typeof readSmoke>, opacity: number): number {
  return reading.verdict === 'measured' ? Math.abs(reading.ringelmann - 5 * opacity) : 9;
}

describe('plumes of known opacity', () => {
  it.each(['clear', 'cloudy', 'overcast'] as const)('simulated, %s sky: within half a grade', (sky) => {
    [0.2, 0.4, 0.6, 0.8, 1].forEach((opacity, i) => {
      const scene = { ...plumeScene(300 + i, opacity, sky), ...small };
      expect(gradeError(readSmoke(renderPlume(scene)), opacity), `opacity ${opacity}`).toBeLessThan(0.5);
    });
  });

  it.each([
    ['blue, soft', true, true, [135, 206, 235], [200, 225, 245]],
    ['deep blue, hard edges', false, true, [90, 140, 200], [230, 235, 240]],
    ['flat blue, no ground', true, false, [135, 206, 235], [135, 206, 235]],
    ['grey, hard edges, no ground', false, false, [200, 205, 210], [215, 215, 218]],
  ] as const)('of another renderer, %s: within half a grade', (_name, soft, ground, zenith, horizon) => {
    [0.2, 0.5, 0.8, 1].forEach((opacity, i) => {
      const image = renderDiscs({ seed: 40 + i, opacity, soft, ground, level: 25, zenith, horizon });
      expect(gradeError(readSmoke(image), opacity), `opacity ${opacity}`).toBeLessThan(0.5);
    });
  });

  it('finds the plume where it is', () => {
    const scene = { ...plumeScene(8, 0.7, 'clear'), ...small, stackAt: 0.5, wind: 1.2 };
    const reading = readSmoke(renderPlume(scene));
    expect(reading).toMatchObject({ verdict: 'measured' });
    if (reading.verdict !== 'measured') return;
    expect(reading.plume.left).toBeGreaterThan(0.4);
    expect(reading.plume.bottom).toBeLessThan(0.87 - scene.stackHeight + 0.03);
  });
});

const wall = [150, 190, 230];
const dark = [30, 30, 30];
const grass = [40, 80, 30];
const isIn = (x: number, y: number, cx: number, cy: number, radius: number): boolean =>
  Math.hypot(x - cx, y - cy) < radius;

describe('refusals', () => {
  it.each([
    ['night', { ...plumeScene(1, 0.6, 'night'), ...small }, 'night'],
    ['fog', { ...plumeScene(2, 0.6, 'fog'), ...small }, 'fog'],
    ['a clear sky without plume', { ...plumeScene(3, 0, 'clear'), ...small }, 'no-plume'],
    ['clouds without plume', { ...plumeScene(4, 0, 'cloudy'), ...small }, 'no-plume'],
    ['an overcast sky without plume', { ...plumeScene(5, 0, 'overcast'), ...small }, 'no-plume'],
  ] as const)('%s', (_name, scene, reason) => {
    expect(readSmoke(renderPlume(scene))).toMatchObject({ verdict: 'refused', reason });
  });

  it.each([
    ['a dark spot on a wall', 'no-stack', (x: number, y: number) => (isIn(x, y, 100, 75, 30) ? dark : wall)],
    [
      'a bird',
      'no-stack',
      (x: number, y: number) => (y > 130 ? grass : isIn(x, y, 130, 40, 9) ? dark : wall),
    ],
    ['a landscape', 'no-stack', (_x: number, y: number) => (y > 100 ? grass : wall)],
    [
      'a tree',
      'no-plume',
      (x: number, y: number) =>
        y > 125 || isIn(x, y, 100, 60, 30) ? grass : Math.abs(x - 100) < 4 && y > 60 ? dark : wall,
    ],
  ] as const)('a picture of something else, %s, gets no grade', (_name, reason, at) => {
    const [width, height] = [200, 150];
    const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
      const pixel = Math.floor(i / 3);
      const noise = (Math.imul(i, 2654435761) >>> 29) - 4;
      return (at(pixel % width, Math.floor(pixel / width))[i % 3] ?? 0) + noise;
    });
    expect(readSmoke({ width, height, rgb })).toMatchObject({ verdict: 'refused', reason });
  });

  it('a picture too small to judge', () => {
    const image = { width: 8, height: 8, rgb: new Uint8Array(192).fill(200) };
    expect(readSmoke(image)).toMatchObject({ verdict: 'refused', reason: 'no-sky' });
  });
});

describe('opacity from colour', () => {
  it('tells dense grey smoke from thinner black smoke by the blue that shines through', () => {
    const sky = [100, 150, 215] as const;
    const mix = (opacity: number, level: number) =>
      sky.map((c) => (1 - opacity) * c + opacity * level) as [number, number, number];
    expect(estimateOpacity(mix(0.9, 45), sky).opacity).toBeGreaterThan(
      estimateOpacity(mix(0.8, 20), sky).opacity,
    );
  });

  it('is more certain under a blue sky than under a grey one', () => {
    const grey = estimateOpacity([110, 110, 110], [200, 200, 200]);
    const blue = estimateOpacity([65, 88, 118], [110, 155, 215]);
    expect(blue.uncertainty).toBeLessThan(grey.uncertainty);
  });
});

describe('pictures as files', () => {
  it('the same scene gives the same PNG, and decoding gives its pixels back', async () => {
    const scene = { ...plumeScene(9, 0.5), width: 160, height: 120 };
    const [first, second] = [await plumePng(scene), await plumePng(scene)];
    expect(first.equals(second)).toBe(true);
    expect(
      Buffer.from((await decodeImage(first, 'scene')).rgb).equals(Buffer.from(renderPlume(scene).rgb)),
    ).toBe(true);
  });

  it('analyse smoke reads a JPEG within half a grade', async () => {
    const scene = { ...plumeScene(12, 0.6, 'clear'), ...small };
    const jpeg = await sharp(await plumePng(scene))
      .jpeg({ quality: 80 })
      .toBuffer();
    const reading = JSON.parse(await runAnalyse('smoke', temporaryFile('plume.jpg', jpeg)));
    expect(reading.verdict).toBe('measured');
    expect(Math.abs(reading.ringelmann - 3)).toBeLessThan(0.5);
  });

  it('a grey-scale picture is read too, and what is no picture is refused', async () => {
    const grey = await sharp(await plumePng({ ...plumeScene(12, 0.6), ...small }))
      .greyscale()
      .toBuffer();
    expect((await decodeImage(grey, 'grey')).rgb).toHaveLength(small.width * small.height * 3);
    await expect(decodeImage(Buffer.from('no picture'), 'x')).rejects.toMatchObject({
      code: 'image-unreadable',
    });
  });
});
