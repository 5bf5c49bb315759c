import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { Asset } from '../../model/plant.ts';
import { dayMs, hourMs } from '../../model/window.ts';
import type { MachineModel } from '../../scenarios/equipment/model/machine-model.ts';
import { conditionRows } from '../../scenarios/runner/jobs/machine-condition.ts';
import type { ResultRow } from '../../store/time-series-store.ts';
import type { Backend, ConditionDesk } from '../ports.ts';
import { readResults } from '../query/results.ts';
import { spanOf } from '../query/span.ts';
import { conditionDesk, machineOf, operator, readingRoute, tags } from './condition-access.ts';
import type { DiagnosisAnswer, ModelsAnswer } from './condition-schemas.ts';
import * as schema from './condition-schemas.ts';
import { feedbackAnswer, giveFeedback, presentFeedback } from './feedback.ts';
import { fleet } from './fleet.ts';
import { stretchesOf } from './states.ts';
import { lifeBySeverity, trendPoints } from './trend.ts';

const LIFE_BACK_MS = 30 * dayMs;
/** The memory of load begins before the span that is shown. */
const WARM_UP_MS = 6 * hourMs;

/** Condition of machines: health, recordings, spectra, models, diagnoses, and what persons say of them. */
export const conditionPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, calendar, clock } = backend;
  const machine = (id: string): Asset => machineOf(plant, id);
  const desk = (): ConditionDesk => conditionDesk(backend);

  app.get(
    '/fleet',
    {
      schema: readingRoute(
        'Every machine with its health, what needs attention first',
        schema.NoQuery,
        schema.FleetAnswer,
      ),
    },
    async () => ({ machines: await fleet(backend) }),
  );

  app.get(
    '/states',
    {
      schema: readingRoute(
        'Stretches of one running state of a machine',
        schema.MachineQuery,
        schema.StatesAnswer,
      ),
    },
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
      schema: readingRoute(
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
    '/models',
    {
      schema: readingRoute(
        'What was learned of a machine, by version',
        schema.OneMachineQuery,
        schema.ModelsAnswer,
      ),
    },
    async ({ query: { asset } }) => ({ models: desk().models.versions(machine(asset).id).map(presentModel) }),
  );

  app.get(
    '/trend',
    {
      schema: readingRoute(
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
      schema: readingRoute(
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
      schema: readingRoute(
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
      schema: readingRoute(
        'What persons said of diagnoses, and precision and recall of each rule by it',
        schema.FeedbackQuery,
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
};

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
