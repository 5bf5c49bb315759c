import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Backend } from '../ports.ts';
import { addResultRoute } from '../query/result-route.ts';
import { equipmentRoutes } from './schemas.ts';

/** Scenario 24: equipment. Reads what the runner wrote. */
export const equipmentPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  for (const route of equipmentRoutes) addResultRoute(app, backend, route);
};
