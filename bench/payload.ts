/**
 * What a batch costs in three wire forms, from the gateway's readings to the lines for InfluxDB: readings a second,
 * medians of five. `columns`: columnar JSON (model/batch.ts). `objects`: a JSON object a reading. `lines`: line protocol
 * built by the gateway and parsed by ingest, which has to check what it passes on.
 */
import { type AcceptLimits, accept, defaultLimits } from '../ingest/accept.ts';
import { decodeBatch, encodeBatch } from '../model/batch.ts';
import type { Plant, Tag } from '../model/plant.ts';
import type { Reading } from '../model/reading.ts';
import { toNanosecondText } from '../model/reading.ts';

const PER_BATCH = Number(process.argv[2] ?? 100);
const BATCHES = Math.ceil(100_000 / PER_BATCH);
const ROUNDS = 5;
const startMs = Date.UTC(2026, 0, 1);

interface Form {
  encode(readings: readonly Reading[]): string;
  decode(payload: string): readonly Reading[];
}

const forms: Readonly<Record<string, Form>> = {
  columns: {
    encode: (readings) => encodeBatch({ epoch: 1, sequence: 1, readings }),
    decode: (payload) => decodeBatch(payload).readings,
  },
  objects: {
    encode: (readings) => JSON.stringify({ epoch: 1, sequence: 1, readings }),
    decode: (payload) => (JSON.parse(payload) as { readings: Reading[] }).readings,
  },
  lines: { encode: linesOf, decode: (payload) => payload.split('\n').map(readingOf) },
};

const tags = Array.from({ length: 200 }, (_, n) => `asset-${n}.activePower`);
const plant: Pick<Plant, 'tagsById'> = {
  tagsById: new Map(tags.map((id) => [id, { id, definition: { kind: 'number' } } as Tag])),
};
const prefixes = new Map(
  tags.map((id) => [id, `activePower,asset=${id.split('.')[0]},tag=${id},origin=live`]),
);
const batches = Array.from({ length: BATCHES }, (_, batch) => batchOf(batch));
const limits: AcceptLimits = defaultLimits;

const rates = new Map(Object.keys(forms).map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, form] of Object.entries(forms)) rates.get(name)?.push(measure(form));
}
const result = Object.fromEntries(
  Object.entries(forms).map(([name, form]) => {
    const bytes = Buffer.byteLength(form.encode(batches[0] ?? [])) / PER_BATCH;
    return [name, { readingsPerS: median(rates.get(name) ?? []), bytesPerReading: Math.round(bytes) }];
  }),
);
process.stdout.write(`${JSON.stringify({ perBatch: PER_BATCH, ...result })}\n`);

function measure({ encode, decode }: Form): number {
  const began = performance.now();
  let characters = 0;
  for (const readings of batches) {
    const accepted = accept(decode(encode(readings)), plant, startMs + 1e8, 'bench', limits);
    if (accepted.readings.length !== PER_BATCH) throw new Error('a reading was refused');
    characters += linesOf(accepted.readings).length;
  }
  if (characters === 0) throw new Error('nothing was built');
  return Math.round((BATCHES * PER_BATCH) / ((performance.now() - began) / 1000));
}

function batchOf(batch: number): Reading[] {
  return Array.from({ length: PER_BATCH }, (_, index) => {
    const number = batch * PER_BATCH + index;
    const timeMs = startMs + Math.floor(number / tags.length) * 1000;
    const value = Math.round(Math.sin(number) * 1e5) / 1e3;
    return { tag: tags[number % tags.length] ?? '', timeMs, timeNs: 0, value, status: 0, origin: 'live' };
  });
}

function linesOf(readings: readonly Reading[]): string {
  let lines = '';
  for (const reading of readings) {
    if (lines !== '') lines += '\n';
    lines += `${prefixes.get(reading.tag)} value=${reading.value},status=${reading.status}i ${toNanosecondText(reading)}`;
  }
  return lines;
}

function readingOf(line: string): Reading {
  const [series = '', fields = '', time = ''] = line.split(' ');
  const tag = /,tag=([^,]+)/.exec(series)?.[1] ?? '';
  const [, value, status] = /^value=([^,]+),status=(\d+)i$/.exec(fields) ?? [];
  const timeMs = Number(time.slice(0, -6));
  return {
    tag,
    timeMs,
    timeNs: Number(time.slice(-6)),
    value: Number(value),
    status: Number(status),
    origin: 'live',
  };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
