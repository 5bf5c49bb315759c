import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { Backend, StoreAccess } from '../ports.ts';
import { StoreRequest } from './request.ts';

/** As many tags by name as a request may ask for. */
const BODY_LIMIT_BYTES = 8 * 1_048_576;

/** For the commands that read a store which only its platform may open: export, store status, migrate. */
export const storeAccessPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (
  app,
  { backend },
) => {
  const options = { schema, config: { role: 'admin' } as const, bodyLimit: BODY_LIMIT_BYTES };
  app.post('/store/read', options, async ({ body }) => {
    if (backend.storeAccess) return { answer: await answerOf(backend.storeAccess, body) };
    throw new PlantscopeError('not-available', 'This service does not give its store away');
  });
};

function answerOf(store: StoreAccess, request: StoreRequest): Promise<unknown> {
  switch (request.read) {
    case 'description':
      return store.describe();
    case 'measurements':
      return store.resultMeasurements();
    case 'tag-counts':
      return store.tagCounts(request);
    case 'readings':
      return store.readings(request);
    case 'results':
      return store.results(request);
  }
}

const schema = {
  summary: "Reads the platform's store as it is",
  description:
    'Needs the role admin. Serves `plantscope export`, `store status` and `migrate` beside a running platform; charts read `/readings`.',
  tags: ['platform'],
  body: StoreRequest,
  response: { 200: Type.Object({ answer: Type.Unknown() }) },
};
