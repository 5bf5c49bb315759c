import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { errorMessage, PlantscopeError } from '../model/error.ts';

/** @see RFC 9457 Problem Details for HTTP APIs */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:plantscope:problem:<code>' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'Path of the request.' }),
    code: Type.String({ description: 'Stable, kebab-case.' }),
    hint: Type.Optional(Type.String({ description: 'What to do next.' })),
    where: Type.Optional(Type.String({ description: 'Parameter, tag or file.' })),
  },
  { description: 'Problem details (RFC 9457), media type application/problem+json.' },
);
export type Problem = Static<typeof Problem>;

interface Kind {
  readonly status: number;
  readonly title: string;
}

/** What the caller did, by error code. A code that is not here is our failure. */
const kinds: Readonly<Record<string, Kind>> = {
  'invalid-request': { status: 400, title: 'The request is not understood' },
  'invalid-time': { status: 400, title: 'A time is not understood' },
  'too-many-points': { status: 400, title: 'The answer would be too large' },
  'unknown-tag': { status: 404, title: 'No such tag' },
  'unknown-asset': { status: 404, title: 'No such asset' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'not-found': { status: 404, title: 'Not found' },
  'reading-malformed': { status: 400, title: 'The payload is no reading' },
  'batch-malformed': { status: 400, title: 'The payload is no batch' },
  'replay-impossible': { status: 409, title: 'This item can not be replayed as it is' },
  'write-refused': { status: 409, title: 'The value can not be written' },
  'write-unconfirmed': { status: 502, title: 'The device did not take the value' },
  'write-unavailable': { status: 503, title: 'The device is not connected' },
  'image-unreadable': { status: 400, title: 'The picture can not be read' },
  'image-too-large': { status: 413, title: 'The picture is too large' },
  'alarm-state': { status: 409, title: 'The state of the alarm does not allow it' },
  unauthorized: { status: 401, title: 'An access token is needed' },
  forbidden: { status: 403, title: 'The token may not do this' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'too-many-streams': { status: 503, title: 'Too many open event streams' },
  'not-available': { status: 501, title: 'Not available here' },
  'baseline-too-few-points': { status: 409, title: 'There is too little data for a baseline' },
  'baseline-flat-temperature': { status: 409, title: 'The data does not carry a baseline' },
  'vee-edit-invalid': { status: 400, title: 'The edit is not understood' },
  'tariff-not-in-force': { status: 409, title: 'No tariff is in force at that time' },
  'store-unavailable': { status: 503, title: 'The store does not answer' },
  'not-ready': { status: 503, title: 'The platform is not ready' },
};

const internal: Kind = { status: 500, title: 'The platform failed' };

/** Codes of our own that mean "the caller must change something" may be added by a scenario's plugin. */
export function problemOf(thrown: unknown, instance: string): Problem {
  const error = asPlantscopeError(thrown);
  const kind = kindOf(thrown, error);
  return {
    type: `urn:plantscope:problem:${error.code}`,
    title: kind.title,
    status: kind.status,
    detail: kind === internal ? 'The log holds the details.' : error.message,
    instance,
    code: error.code,
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error.where !== undefined && { where: error.where }),
  };
}

function kindOf(thrown: unknown, error: PlantscopeError): Kind {
  const known =
    thrown instanceof PlantscopeError || 'validation' in (thrown as object) ? kinds[error.code] : undefined;
  if (known) return known;
  if (error.retryable) return { status: 503, title: 'Not available now' };
  const status = Number((thrown as Partial<FastifyError>).statusCode ?? 500);
  return status >= 400 && status < 500 ? { status, title: 'The request is not understood' } : internal;
}

/** Fastify's own errors get codes of ours; what is none of both is a failure of ours. */
function asPlantscopeError(thrown: unknown): PlantscopeError {
  if (thrown instanceof PlantscopeError) return thrown;
  const { validation, validationContext, statusCode = 500 } = thrown as Partial<FastifyError>;
  if (validation?.[0]) return invalidRequest(validation, validationContext ?? 'request');
  const message = errorMessage(thrown);
  if (statusCode === 429) {
    return new PlantscopeError('too-many-requests', message, { hint: 'Wait as Retry-After says.' });
  }
  return new PlantscopeError(statusCode < 500 ? 'invalid-request' : 'internal', message);
}

type SchemaError = NonNullable<FastifyError['validation']>[number];

function invalidRequest(errors: readonly SchemaError[], context: string): PlantscopeError {
  // Of a choice the last error stands for all of its branches.
  const error = errors.at(-1) as SchemaError;
  const extra = error.params.additionalProperty;
  const name = typeof extra === 'string' ? extra : error.instancePath.slice(1).replaceAll('/', '.');
  const where = name === '' ? context : name;
  return new PlantscopeError('invalid-request', `${where} ${faultOf(error, errors)}`, {
    where,
    hint: meaningOf(error) ?? 'The parameters of every route are described at /docs.',
  });
}

/** Words that are allowed are named; other faults as the checker words them. */
function faultOf(error: SchemaError, all: readonly SchemaError[]): string {
  const allowed = all.filter(({ keyword }) => keyword === 'const').map(({ params }) => params.allowedValue);
  const isChoice = error.keyword === 'anyOf' && allowed.length === all.length - 1;
  return isChoice ? `must be one of ${allowed.join(', ')}` : (error.message ?? 'is wrong');
}

/** What the schema says of the value that is wrong. A name that it does not know has no meaning there. */
function meaningOf(error: SchemaError): string | undefined {
  const { parentSchema } = error as { parentSchema?: { description?: string } };
  return error.keyword === 'additionalProperties' ? undefined : parentSchema?.description;
}

/** The one place where an error becomes an answer, and is logged once. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(thrown, pathOf(request.url));
  if (problem.status >= 500) request.log.error({ err: thrown, code: problem.code }, 'request failed');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer realm="plantscope"');
  return reply
    .code(problem.status)
    .type('application/problem+json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(problem);
}

export function sendNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const message = `There is no ${request.method} ${pathOf(request.url)}`;
  return sendProblem(
    new PlantscopeError('not-found', message, { hint: 'The routes are listed at /docs.' }),
    request,
    reply,
  );
}

/** A URL without its query, which may hold a token. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? url;
