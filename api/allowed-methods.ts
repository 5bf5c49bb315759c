import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PlantscopeError } from '../model/error.ts';
import { pathOf } from './problem.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The methods a path answers to; none where there is no such path. */
    allowedMethods(request: FastifyRequest): readonly string[];
  }
}

/** Remembers which methods each path has: a wrong method is answered with 405 and Allow (RFC 9110, 15.5.6), not 404. */
export function rememberMethods(app: FastifyInstance): void {
  const methodsByPattern = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPattern.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    methodsByPattern.set(url, methods);
  });
  app.decorate('allowedMethods', (request) => {
    const path = pathOf(request.url);
    const [, methods] = [...methodsByPattern].find(([pattern]) => matches(pattern, path)) ?? [];
    return [...(methods ?? [])].sort();
  });
}

/** A hook: the answer comes before a body is read. */
export async function refuseWrongMethod(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (!request.is404) return;
  const allowed = request.server.allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method)) return;
  void reply.header('allow', allowed.join(', '));
  throw new PlantscopeError('method-not-allowed', `${pathOf(request.url)} does not take ${request.method}`, {
    hint: `It takes ${allowed.join(', ')}.`,
  });
}

function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, index) => part === given[index] || (part.startsWith(':') && given[index] !== ''))
  );
}
