import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { PlantscopeError } from '../../model/error.ts';
import { KPI_EDITION } from '../../scenarios/equipment/kpi/oee.ts';
import { RELIABILITY_RULE } from '../../scenarios/equipment/kpi/reliability.ts';
import type { Backend } from '../ports.ts';
import { addResultRoute } from '../query/result-route.ts';
import { spanOf } from '../query/span.ts';
import { conditionPlugin } from './condition.ts';
import { LossesAnswer, MachineQuery } from './condition-schemas.ts';
import { machineKpis } from './kpi.ts';
import { KpiAnswer, KpiQuery } from './kpi-schemas.ts';
import { TIME_RULE } from './machine-time.ts';
import { recordingsPlugin } from './recordings.ts';
import { equipmentRoutes } from './schemas.ts';

/** Scenario 24: equipment. Reads what the runner wrote. */
export const equipmentPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  for (const route of equipmentRoutes) addResultRoute(app, backend, route);

  app.get('/kpi', { schema: kpiSchema }, async ({ query }) => {
    const { asset, ...times } = query;
    const span = spanOf(times, backend.calendar, backend.clock.nowMs());
    const machines = await machineKpis(backend, span, asset);
    return { edition: KPI_EDITION, rule: TIME_RULE, reliabilityRule: RELIABILITY_RULE, machines };
  });

  app.get('/losses', { schema: lossesSchema }, async ({ query: { asset, ...times } }) => {
    const span = spanOf(times, backend.calendar, backend.clock.nowMs());
    const [machine] = await machineKpis(backend, span, asset);
    if (!machine) throw new PlantscopeError('not-found', `There is no machine ${asset}`, { where: 'asset' });
    const { losses, missing } = machine;
    return { asset, edition: KPI_EDITION, rule: TIME_RULE, steps: losses, missing };
  });

  await app.register(conditionPlugin, { backend });
  await app.register(recordingsPlugin, { backend });
};

const kpiSchema = {
  summary: 'Availability, effectiveness, quality, OEE and losses of each machine in its shifts (ISO 22400-2)',
  tags: ['equipment'],
  querystring: KpiQuery,
  response: { 200: KpiAnswer },
};

const lossesSchema = {
  summary: 'Where the planned time of a machine went, as a waterfall (ISO 22400-2)',
  tags: ['equipment'],
  querystring: MachineQuery,
  response: { 200: LossesAnswer },
};
