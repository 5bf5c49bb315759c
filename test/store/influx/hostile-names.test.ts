import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { hourMs } from '../../../model/window.ts';
import { initInflux } from '../../../store/influx/setup.ts';
import { openInfluxStore } from '../../../store/influx-store.ts';
import { startInfluxd } from '../../peers/influxd.ts';
import { dropDatabases } from '../influx-cleanup.ts';
import { reading, tagOf } from '../plant-tags.ts';

const peer = await startInfluxd();
afterAll(() => peer?.stop());

const startMs = Date.UTC(2024, 0, 15);
const names = [
  "it's",
  'say "hi"',
  'a,b=c d',
  'back\\slash',
  'back\\, comma',
  'tail\\\\x',
  '冲压机 1 号',
  'press 😀',
  '$p0',
  "x' OR 'a'='a",
  'x\'; DROP DATABASE "plant"; --',
  '/.*/',
  '%27',
  'tab\tstop',
];
const tags = names.map((name) => ({
  ...tagOf(name, 'activePower', 'electricity-meter'),
  area: `area ${name}`,
  line: `line=${name}`,
}));

describe.skipIf(peer === undefined)('names that look like syntax', () => {
  let address = { url: '', database: '' };
  afterEach(() => dropDatabases(address));

  test('each asset has its own readings, latest and aggregates, together and alone', async () => {
    address = { ...(peer ?? address), database: `${peer?.database}_names` };
    await initInflux(address, {});
    const options = { ...address, tags, timeZone: 'UTC', clock: { nowMs: () => startMs + 10 * hourMs } };
    const store = await openInfluxStore(options);
    const written = tags.map(({ id }, n) => reading(id, startMs + n, n));
    expect(await store.write(written)).toEqual([]);
    await store.close();
    // Another process, that has to ask what is there.
    const again = await openInfluxStore(options);
    const byTag = new Map((await again.latest()).map(({ tag, value }) => [tag, value]));
    expect(byTag).toEqual(new Map(tags.map(({ id }, n) => [id, n])));
    const span = { startMs, endMs: startMs + hourMs };
    for (const [n, { id }] of tags.entries()) {
      const [alone] = await again.readings({ tags: [id], ...span });
      expect(alone?.points.map(({ value }) => value)).toEqual([n]);
      const asked = { tags: [id], ...span, every: hourMs } as const;
      const [mean] = await again.aggregates({ ...asked, aggregate: 'mean' });
      expect(mean?.points).toEqual([{ timeMs: startMs, value: n, count: 1 }]);
    }
    while ((await again.maintain()).more);
    const all = {
      tags: tags.map(({ id }) => id),
      startMs: startMs - 24 * hourMs,
      endMs: startMs + 24 * hourMs,
    };
    const sums = await again.aggregates({ ...all, every: hourMs, aggregate: 'sum' });
    expect(sums.map(({ points }) => points[0]?.value)).toEqual(tags.map((_, n) => n));
    await again.close();
  });

  test('a tag asked twice is answered twice, each time once', async () => {
    address = { ...(peer ?? address), database: `${peer?.database}_twice` };
    await initInflux(address, {});
    const store = await openInfluxStore({ ...address, tags, timeZone: 'UTC' });
    const [first, second] = tags.map(({ id }) => id) as [string, string];
    await store.write([reading(first, startMs, 1), reading(second, startMs, 2)]);
    const asked = { tags: [first, second, first], startMs, endMs: startMs + hourMs, every: hourMs };
    for (const aggregate of ['count', 'minmax'] as const) {
      const found = await store.aggregates({ ...asked, aggregate });
      expect(found.map(({ points }) => points[0]?.count)).toEqual([1, 1, 1]);
    }
    await store.close();
  });
});
