import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.ts';

/** OpenAPI 3.1 at /docs/json and /docs/yaml, and a page to try it at /docs. Needs a token like everything else. */
export async function addDocs(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Plantscope',
        version,
        description:
          'Readings and results of a plant. Windows are half-open: from is inclusive, to is exclusive. Errors are problem details (RFC 9457).',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: ({ schema, url }) => ({ schema: withProblem(schema), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}

/** Every route may answer with a problem. */
function withProblem<S extends { readonly response?: unknown }>(schema: S | undefined): S {
  const response = { ...(schema?.response as object | undefined), default: Problem };
  return { ...schema, response } as unknown as S;
}
