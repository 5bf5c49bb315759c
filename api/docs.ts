import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Problem } from './problem.ts';
import { plantTimeFormat } from './schemas/common.ts';

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
    transform: ({ schema, url }) => ({ schema: withTimeFormats(withProblem(withTable(schema))), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}

/** Every route may answer with a problem. */
function withProblem<S extends { readonly response?: unknown }>(schema: S | undefined): S {
  const problem = {
    description: 'What went wrong, and what to do next',
    content: { 'application/problem+json': { schema: Problem } },
  };
  const response = { ...(schema?.response as object | undefined), default: problem };
  return { ...schema, response } as unknown as S;
}

const tableTypes = {
  json: 'application/json',
  html: 'text/html',
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** Where a `format` may be asked for, the answer has as many media types. */
function withTable<S extends { readonly querystring?: unknown; readonly response?: unknown }>(
  schema: S | undefined,
): S | undefined {
  const { format } = queryProperties(schema);
  const { 200: ok, ...others } = (schema?.response ?? {}) as Readonly<Record<string, TSchema>>;
  if (!schema || format === undefined || ok === undefined) return schema;
  const { anyOf = [] } = format as { readonly anyOf?: readonly { readonly const?: string }[] };
  const choices = anyOf.map((one) => one.const);
  const content = Object.fromEntries(
    Object.entries(tableTypes).flatMap(([name, type]) =>
      choices.includes(name) ? [[type, { schema: name === 'json' ? ok : { type: 'string' } }]] : [],
    ),
  );
  return { ...schema, response: { ...others, 200: { description: 'The rows', content } } };
}

const queryProperties = (
  schema: { readonly querystring?: unknown } | undefined,
): Readonly<Record<string, TSchema>> =>
  (schema?.querystring as { properties?: Record<string, TSchema> } | undefined)?.properties ?? {};

/** A time in plant time has no format of its own in OpenAPI: it is shown as the two that have. */
function withTimeFormats<S extends { readonly querystring?: unknown }>(schema: S): S {
  const properties = Object.entries(queryProperties(schema)).map(([name, property]) => [
    name,
    shownTime(property),
  ]);
  if (properties.length === 0) return schema;
  const querystring = schema.querystring as object;
  return { ...schema, querystring: { ...querystring, properties: Object.fromEntries(properties) } };
}

function shownTime(property: TSchema & { readonly format?: string }): object {
  const { format, ...rest } = property;
  if (format !== plantTimeFormat) return property;
  return {
    ...rest,
    anyOf: [
      { type: 'string', format: 'date-time' },
      { type: 'string', format: 'date' },
    ],
  };
}
