import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { Asset } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { WAVEFORM_QUANTITIES, type Waveform } from '../../model/waveform.ts';
import type { StoredWaveform } from '../../store/waveform-store.ts';
import type { Backend } from '../ports.ts';
import { readResults } from '../query/results.ts';
import { spanOf } from '../query/span.ts';
import { conditionDesk, machineOf, operator, readingRoute, tags } from './condition-access.ts';
import type { WaveformsAnswer } from './condition-schemas.ts';
import * as schema from './condition-schemas.ts';
import { spectrumOf, thinned } from './spectrum.ts';

const DEFAULT_POINTS = 4000;

/** Recordings of vibration and current: those kept, their samples and spectra, and new ones from files. */
export const recordingsPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar, clock } = backend;
  const machine = (id: string): Asset => machineOf(plant, id);
  const desk = () => conditionDesk(backend);

  app.get(
    '/waveforms',
    { schema: readingRoute('Recordings that are kept', schema.AnyMachineQuery, schema.WaveformsAnswer) },
    async ({ query: { asset, ...times } }) => {
      const span = spanOf(times, calendar, clock.nowMs());
      const found = desk().waveforms.list({ ...span, ...(asset !== undefined && { asset }), limit: 2000 });
      return { recordings: found.map(presentRecording) };
    },
  );

  app.get(
    '/waveform',
    { schema: readingRoute('Samples of one recording', schema.WaveformQuery, schema.WaveformAnswer) },
    async ({ query: { id, points = DEFAULT_POINTS } }) => {
      const { info, samples } = recording(id);
      const { step, values } = thinned(samples, points);
      return { id, stepS: step / info.sampleRateHz, unit: info.unit, samples: values };
    },
  );

  app.get(
    '/spectrum',
    {
      schema: readingRoute(
        'Spectrum or envelope spectrum of one recording',
        schema.SpectrumQuery,
        schema.SpectrumAnswer,
      ),
    },
    async ({ query: { id, kind = 'velocity', maxHz } }) => {
      const found = await completed(recording(id));
      return spectrumOf(id, found, machine(found.info.asset), kind as 'velocity' | 'raw' | 'envelope', maxHz);
    },
  );

  app.post(
    '/waveform',
    {
      config: operator,
      bodyLimit: 8 * 1024 * 1024,
      schema: {
        summary: 'Enters a recording from a file',
        description: 'It goes the way of any reading, and is kept. Needs the role operator.',
        tags,
        body: schema.EnterWaveformBody,
        response: { 201: schema.EnteredWaveform },
      },
    },
    async (request, reply) => {
      const { asset, quantity = 'vibrationWaveform', time, ...message } = request.body;
      const timeMs = time === undefined ? clock.nowMs() : calendar.parse(time);
      if (timeMs === undefined)
        throw new PlantscopeError('invalid-time', `time is "${time}"`, { where: 'time' });
      await enter(readingOf(machine(asset), quantity, timeMs, JSON.stringify(message)));
      return reply.code(201).send({ id: `${asset}/${quantity}/${timeMs}` });
    },
  );

  function recording(id: string): Waveform {
    const found = desk().waveforms.read(id);
    if (found) return found;
    throw new PlantscopeError('not-found', `The recording ${id} was not kept`, {
      where: 'id',
      hint: 'See /waveforms for those that are; the newest, one each few hours and those of alarms stay.',
    });
  }

  /** Where a recording came without its speed, that of its stored features is taken. */
  async function completed({ info, samples }: Waveform): Promise<Waveform> {
    if (info.shaftRpm !== undefined) return { info, samples };
    const span = { startMs: info.timeMs - 1000, endMs: info.timeMs + 120_000 };
    const where = { asset: info.asset, sensor: info.quantity };
    const rows = await readResults(backend, { measurement: 'waveform_features', span, where });
    const own = rows.find(
      ({ fields }) => fields.waveform === `${info.asset}/${info.quantity}/${info.timeMs}`,
    );
    return { samples, info: { ...info, shaftRpm: own?.fields.rpm as number | undefined } };
  }

  async function enter(reading: Reading): Promise<void> {
    if (!backend.enterReadings)
      throw new PlantscopeError('not-available', 'This process takes no readings: ingest runs elsewhere');
    const [refusal] = await backend.enterReadings([reading]);
    if (refusal) throw new PlantscopeError('invalid-request', refusal.message, { where: 'f32' });
  }
};

function readingOf({ id, tags: known }: Asset, quantity: string, timeMs: number, value: string): Reading {
  const tag = `${id}.${quantity}`;
  if (!WAVEFORM_QUANTITIES.has(quantity) || !known.some((one) => one.id === tag))
    throw new PlantscopeError('not-found', `The plant file has no tag ${tag}`, {
      where: 'quantity',
      hint: `A machine takes recordings where it has one of the tags ${[...WAVEFORM_QUANTITIES].join(', ')}.`,
    });
  return { tag, timeMs, timeNs: 0, value, status: statusCodes.good, origin: 'import' };
}

function presentRecording({ id, info, keptFor }: StoredWaveform): WaveformsAnswer['recordings'][number] {
  const { quantity, sampleRateHz, samples, unit, mounting, shaftRpm, loadPct } = info;
  return {
    ...{ id, quantity, sampleRateHz, samples, unit, ...mounting },
    time: new Date(info.timeMs).toISOString(),
    rpm: shaftRpm ?? null,
    loadPct: loadPct ?? null,
    keptFor: [...keptFor],
  };
}
