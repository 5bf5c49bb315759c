import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Backend } from '../ports.ts';
import { addResultRoute } from '../query/result-route.ts';
import { airRoutes } from './air-routes.ts';
import { emissionRoutes } from './emission-routes.ts';
import { exceedanceRoutes } from './exceedance-routes.ts';
import { imageRoutes } from './image-routes.ts';
import { registryRoutes } from './registry-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { environmentRoutes } from './schemas.ts';
import { uplinkRoute } from './uplink.ts';

/** Scenario 34: environment. Reads what the runner wrote. */
export const environmentPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (
  app,
  { backend },
) => {
  for (const route of environmentRoutes) addResultRoute(app, backend, route);
  const groups = [
    registryRoutes,
    emissionRoutes,
    exceedanceRoutes,
    airRoutes,
    imageRoutes,
    reportRoutes,
    uplinkRoute,
  ];
  for (const routes of groups) await app.register(routes, { backend });
};
