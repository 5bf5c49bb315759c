import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Backend } from '../ports.ts';
import { addResultRoute } from '../query/result-route.ts';
import { environmentRoutes } from './schemas.ts';

/** Scenario 34: environment. Reads what the runner wrote. */
export const environmentPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (
  app,
  { backend },
) => {
  for (const route of environmentRoutes) addResultRoute(app, backend, route);
};
