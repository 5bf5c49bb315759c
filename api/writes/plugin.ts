import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { PlantscopeError } from '../../model/error.ts';
import type { WriteEntry } from '../../model/write.ts';
import type { Backend, Writes } from '../ports.ts';
import {
  type WriteAnswer,
  WriteBody,
  WriteAnswer as WriteSchema,
  WritesAnswer,
  WritesQuery,
} from './schemas.ts';

/** Values written to devices by persons: only tags that the plant file marks writable, each write read back and kept. */
export const writesPlugin: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  app.post(
    '/tags/:id/write',
    { schema: writeSchema, config: { role: 'operator' } as const },
    async ({ params, body, identity }): Promise<WriteAnswer> => {
      const tag = backend.plant.tagsById.get(params.id);
      if (!tag)
        throw new PlantscopeError('unknown-tag', `The plant has no tag ${params.id}`, { where: 'id' });
      const readBack = await desk().write({ tag: tag.id, by: identity?.id ?? 'unknown', ...body });
      return { tag: tag.id, unit: tag.unit, value: body.value, readBack };
    },
  );

  app.get('/writes', { schema: trailSchema }, async ({ query }) => ({
    lines: desk()
      .read({ limit: 200, ...query })
      .map(({ sequence, entry }) => present(sequence, entry)),
  }));

  function desk(): Writes {
    if (backend.writes) return backend.writes;
    throw new PlantscopeError('not-available', 'This process has no sources to write to');
  }
};

function present(sequence: number, { timeMs, ...rest }: WriteEntry) {
  return { sequence, time: new Date(timeMs).toISOString(), ...rest };
}

const tags = ['tags'];
const writeSchema = {
  summary: 'Writes a value to a device and reads it back',
  description:
    'Needs the role operator. Only tags with `writable: true` in the plant file; none is by default. Answers 409 where the device or its type refuses the value, 502 where the read-back differs, 503 without a connection. Every attempt is in `/writes`.',
  tags,
  params: Type.Object({ id: Type.String() }),
  body: WriteBody,
  response: { 200: WriteSchema },
};
const trailSchema = {
  summary: 'Audit trail of writes, newest first',
  tags,
  querystring: WritesQuery,
  response: { 200: WritesAnswer },
};
