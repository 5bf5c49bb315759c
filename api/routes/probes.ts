import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import type { Backend } from '../ports.ts';

/** What an orchestrator asks: is the process alive, and may it get requests. Open to all, and telling nothing else. */
export const probeRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const config = { open: true, rateLimit: false } as const;

  app.get('/healthz', { schema: healthzSchema, config }, async () => ({ status: 'ok' }));

  app.get('/readyz', { schema: readyzSchema, config }, async (request) => {
    try {
      await backend.store.describe();
    } catch (cause) {
      request.log.warn({ err: cause }, 'the store does not answer');
      throw new PlantscopeError('not-ready', `The store does not answer: ${errorMessage(cause)}`, {
        cause,
        retryable: true,
      });
    }
    return { status: 'ready' };
  });
};

const answer = Type.Object({ status: Type.String() });
const healthzSchema = {
  summary: 'The process is alive',
  tags: ['operation'],
  security: [],
  response: { 200: answer },
};
const readyzSchema = {
  summary: 'The platform can answer: its store does',
  tags: ['operation'],
  security: [],
  response: { 200: answer },
};
