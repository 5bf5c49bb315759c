import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { Asset } from '../../model/plant.ts';
import type { Reading } from '../../model/reading.ts';
import { statusCodes } from '../../model/status.ts';
import { WAVEFORM_QUANTITIES, type Waveform } from '../../model/waveform.ts';
import { dayMs, hourMs } from '../../model/window.ts';
import type { MachineModel } from '../../scenarios/equipment/model/machine-model.ts';
import { conditionRows } from '../../scenarios/runner/jobs/machine-condition.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { StoredWaveform } from '../../store/waveform-store.ts';
import type { Backend, ConditionDesk } from '../ports.ts';
import { readResults } from '../query/results.ts';
import { spanOf } from '../query/span.ts';
import type { DiagnosisAnswer, ModelsAnswer, WaveformsAnswer } from './condition-schemas.ts';
import * as schema from './condition-schemas.ts';
import { feedbackAnswer, giveFeedback, presentFeedback } from './feedback.ts';
import { fleet } from './fleet.ts';
import { spectrumOf, thinned } from './spectrum.ts';
import { stretchesOf } from './states.ts';
import { lifeBySeverity, trendPoints } from './trend.ts';

const tags = ['equipment'];
const operator = { role: 'operator' } as const;
const LIFE_BACK_MS = 30 * dayMs;
/** The memory of load begins before the span that is shown. */
const WARM_UP_MS = 6 * hourMs;
const DEFAULT_POINTS = 4000;

/** Condition of machines: health, recordings, spectra, models, diagnoses, and what persons say of them. */
export const conditionPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar, clock } = backend;

  app.get(
    '/fleet',
    {
      schema: get(
        'Every machine with its health, what needs attention first',
        schema.NoQuery,
        schema.FleetAnswer,
      ),
    },
    async () => ({ machines: await fleet(backend) }),
  );

  app.get(
    '/states',
    { schema: get('Stretches of one running state of a machine', schema.MachineQuery, schema.StatesAnswer) },
    async ({ query: { asset, ...times } }) => {
      machine(asset);
      const span = spanOf(times, calendar, clock.nowMs());
      const rows = await readResults(backend, {
        measurement: 'machine_state',
        span,
        where: { asset },
        limit: 500_000,
      });
      return { asset, stretches: stretchesOf(rows) };
    },
  );

  app.get(
    '/diagnoses',
    {
      schema: get(
        'What is most likely wrong, with the evidence',
        schema.AnyMachineQuery,
        schema.DiagnosesAnswer,
      ),
    },
    async ({ query: { asset, ...times } }) => {
      const span = spanOf(times, calendar, clock.nowMs());
      const rows = await readResults(backend, { measurement: 'machine_diagnosis', span, where: { asset } });
      return { diagnoses: rows.map(presentDiagnosis) };
    },
  );

  app.get(
    '/waveforms',
    { schema: get('Recordings that are kept', schema.AnyMachineQuery, schema.WaveformsAnswer) },
    async ({ query: { asset, ...times } }) => {
      const span = spanOf(times, calendar, clock.nowMs());
      const found = desk().waveforms.list({ ...span, ...(asset !== undefined && { asset }), limit: 2000 });
      return { recordings: found.map(presentRecording) };
    },
  );

  app.get(
    '/waveform',
    { schema: get('Samples of one recording', schema.WaveformQuery, schema.WaveformAnswer) },
    async ({ query: { id, points = DEFAULT_POINTS } }) => {
      const { info, samples } = recording(id);
      const { step, values } = thinned(samples, points);
      return { id, stepS: step / info.sampleRateHz, unit: info.unit, samples: values };
    },
  );

  app.get(
    '/spectrum',
    {
      schema: get(
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

  app.get(
    '/models',
    { schema: get('What was learned of a machine, by version', schema.OneMachineQuery, schema.ModelsAnswer) },
    async ({ query: { asset } }) => ({ models: desk().models.versions(machine(asset).id).map(presentModel) }),
  );

  app.get(
    '/trend',
    {
      schema: get(
        'A quantity with the band that load and speed explain',
        schema.TrendQuery,
        schema.TrendAnswer,
      ),
    },
    async ({ query: { asset, quantity, ...times } }) => {
      const unit = machine(asset).tags.find((tag) => tag.quantity === quantity)?.unit;
      if (unit === undefined)
        throw new PlantscopeError('not-found', `${asset} has no quantity ${quantity}`, { where: 'quantity' });
      const span = spanOf(times, calendar, clock.nowMs());
      const wide = { ...span, startMs: span.startMs - WARM_UP_MS };
      const rows = await readResults(backend, {
        ...{ measurement: 'machine_condition', span: wide, where: { asset }, limit: 500_000 },
      });
      const model = backend.condition?.models.versions(asset).at(-1);
      const points = trendPoints(conditionRows(rows), quantity, model);
      const shown = points.filter(({ time }) => Date.parse(time) >= span.startMs);
      return { asset, quantity, unit, modelVersion: model?.version ?? null, points: shown };
    },
  );

  app.get(
    '/rul',
    {
      schema: get(
        'Time until the vibration meets zone D, where its trend supports an answer',
        schema.OneMachineQuery,
        schema.RulAnswer,
      ),
    },
    async ({ query: { asset } }) => {
      machine(asset);
      const span = { startMs: clock.nowMs() - LIFE_BACK_MS, endMs: clock.nowMs() };
      const rows = await readResults(backend, {
        ...{ measurement: 'vibration_severity', span, where: { asset }, limit: 500_000 },
      });
      const { life, limit, values } = lifeBySeverity(rows, span);
      const basis =
        'straight line through means of 6 h of the vibration severity of 30 days, two standard errors';
      return { asset, basis, limit: limit ?? null, unit: 'mm/s', values, ...life };
    },
  );

  app.get(
    '/knowledge',
    {
      schema: get(
        'Faults that are known, with their source and advice',
        schema.NoQuery,
        schema.KnowledgeAnswer,
      ),
    },
    async () => ({
      faults: desk().faults.map(({ id, name, source, urgency, advice }) => ({
        id,
        name,
        source,
        urgency,
        advice,
      })),
    }),
  );

  app.get(
    '/feedback',
    {
      schema: get(
        'What persons said of diagnoses, and precision and recall of each rule by it',
        Object.assign(schema.AnyMachineQuery, {}),
        schema.FeedbackAnswer,
      ),
    },
    async ({ query: { asset } }) => feedbackAnswer(desk().feedback.all(asset)),
  );

  app.post(
    '/feedback',
    {
      config: operator,
      schema: {
        summary:
          'Confirms or rejects a diagnosis, reports a missed fault, or says that the machine is another one now',
        description:
          'Kept for good with who said it. A rejected time and a new normal are learned. Needs the role operator.',
        tags,
        body: schema.FeedbackBody,
        response: { 200: schema.FeedbackGiven },
      },
    },
    async (request) => {
      const held = desk();
      const given = await giveFeedback(backend, held, request.body, request.identity?.id ?? 'unknown');
      request.log.info({ feedback: given }, 'feedback on a diagnosis');
      const model = await held.keeper.reconsider(given.entry);
      return { entry: presentFeedback(given), learned: model?.version ?? null };
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

  function desk(): ConditionDesk {
    if (backend.condition) return backend.condition;
    throw new PlantscopeError(
      'not-available',
      'This process keeps no recordings and models: `plantscope start` does',
    );
  }

  function machine(id: string): Asset {
    const asset = plant.assetsById.get(id);
    if (asset?.nature.scenario === 'equipment') return asset;
    throw new PlantscopeError('not-found', `There is no machine ${id}`, { where: 'asset' });
  }

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

function get<Q, R>(summary: string, querystring: Q, answer: R) {
  return { summary, tags, querystring, response: { 200: answer } } as {
    summary: string;
    tags: string[];
    querystring: Q;
    response: { 200: R };
  };
}

function presentDiagnosis({ series, timeMs, fields }: ResultRow): DiagnosisAnswer {
  return {
    asset: series.asset ?? '',
    time: new Date(timeMs).toISOString(),
    fault: String(fields.fault),
    said: fields.said === true,
    confidence: Number(fields.confidence),
    abnormal: fields.abnormal ? String(fields.abnormal).split('; ') : [],
    ranked: JSON.parse(String(fields.ranked ?? '[]')) as DiagnosisAnswer['ranked'],
    waveform: fields.waveform ? String(fields.waveform) : null,
    recordings: Number(fields.recordings),
    modelVersion: Number(fields.modelVersion),
    method: String(fields.method),
    edition: String(fields.edition),
  };
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

function presentModel(model: MachineModel): ModelsAnswer['models'][number] {
  const { asset, version, reason, by, features, trends, regimes, metrics, loadQuantity, pca, forest } = model;
  return {
    ...{ asset, version, reason, features: [...features], trends: Object.keys(trends) },
    ...(by !== undefined && { by }),
    trainedFrom: new Date(model.trainedFromMs).toISOString(),
    trainedTo: new Date(model.trainedToMs).toISOString(),
    loadQuantity: loadQuantity ?? null,
    regimes: regimes.map(({ rpm, loadPct, recordings }) => ({
      ...{ rpm, recordings },
      ...(loadPct !== undefined && { loadPct }),
    })),
    metrics: { ...metrics },
    algorithms: [
      ...(pca ? [`principal components (${pca.components.length} of ${features.length}), T2 and Q`] : []),
      ...(forest ? [`isolation forest (${forest.trees.length} trees)`] : []),
      ...(Object.keys(trends).length > 0 ? ['learned normal by load and speed, EWMA and CUSUM'] : []),
      ...(regimes.length > 0 ? ['vibration baseline by operating regime'] : []),
    ],
  };
}
