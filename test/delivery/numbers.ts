import type { SourceSink } from '../../gateway/source.ts';
import type { Plant, Tag } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';

/** A plant of a few tags that take numbered readings; no plant file needed. */
export function numberPlant(tagCount = 10): Plant {
  const tags = Array.from({ length: tagCount }, (_, index) => numberTag(`numbers.n${index}`));
  return {
    site: { id: 'test', name: 'Test', timeZone: 'UTC' },
    assets: [],
    tags,
    tagsById: new Map(tags.map((tag) => [tag.id, tag])),
    assetsById: new Map(),
  };
}

export function numberTag(id: string, more: Partial<Tag> = {}): Tag {
  const [asset = '', quantity = ''] = id.split('.');
  return {
    id,
    asset,
    area: 'area',
    line: 'line',
    quantity,
    definition: { unit: '1', kind: 'number', label: { en: quantity, zh: quantity } },
    unit: '1',
    nature: 'numbers',
    source: 'devices',
    address: quantity,
    sourceUnit: '1',
    multiplier: 1,
    range: undefined,
    deadband: undefined,
    samplingIntervalMs: 1000,
    writable: false,
    ...more,
  };
}

/** Numbered readings start here: one a millisecond, spread over the tags. */
export const numbersStartMs = Date.UTC(2026, 0, 1);

export function numberedReading(number: number, tags = 10, startMs = numbersStartMs): Reading {
  return {
    tag: `numbers.n${number % tags}`,
    timeMs: startMs + number,
    timeNs: 0,
    value: number,
    status: 0,
    origin: 'live',
  };
}

/** What a numbered device sends: `{"n": 17, "t": 1767225600017}` on `devices/numbers`. */
export function numberedPayload(number: number, startMs = numbersStartMs): string {
  return JSON.stringify({ n: number, t: startMs + number });
}

export function numberedSource(
  sink: SourceSink,
  tags = 10,
): (topic: string, payload: Buffer) => Promise<void> {
  return async (topic, payload) => {
    const { n, t } = JSON.parse(payload.toString()) as { n: number; t: number };
    if (!Number.isInteger(n)) {
      const refusal = { reason: 'json-malformed', message: 'no number', from: 'devices', where: topic };
      return sink.refuse([{ ...refusal, payload: payload.toString() }]);
    }
    await sink.accept([{ ...numberedReading(n, tags), timeMs: t }]);
  };
}
