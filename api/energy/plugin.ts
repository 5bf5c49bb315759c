import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Backend } from '../ports.ts';
import { accountRoutes } from './accounts.ts';
import { baselineRoutes } from './baseline-routes.ts';
import { intensityRoutes } from './intensity-routes.ts';
import { loadRoutes } from './load-routes.ts';
import { meterRoutes } from './meter-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { tariffRoutes } from './tariff-routes.ts';
import { veeRoutes } from './vee-routes.ts';

/** Scenario 31: energy. Reads what the runner wrote. */
export const energyPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const groups = [
    accountRoutes,
    intensityRoutes,
    baselineRoutes,
    loadRoutes,
    veeRoutes,
    meterRoutes,
    reportRoutes,
    tariffRoutes,
  ];
  for (const routes of groups) await app.register(routes, { backend });
};
