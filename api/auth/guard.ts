import type { FastifyReply, FastifyRequest } from 'fastify';
import { PlantscopeError } from '../../model/error.ts';
import { pathOf } from '../problem.ts';
import { mayActAs, type Role } from './roles.ts';
import { sendSignIn } from './sign-in-page.ts';
import type { AccessTokens, Identity } from './tokens.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What it takes; default viewer. */
    role?: Role;
    /** Needs no token at all. */
    open?: true;
  }
  interface FastifyRequest {
    identity: Identity | undefined;
  }
}

const COOKIE_FOR_S = 30 * 86_400;

/**
 * Lets a request in by its bearer token, or by the cookie that the start link sets. Deny by default: a route is
 * open only where its config says so.
 */
export function guard(tokens: AccessTokens) {
  const cookieName = `plantscope_${tokens.instance}`;

  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const config = request.routeOptions.config as FastifyRequest['routeOptions']['config'] | undefined;
    if (config?.open) return undefined;
    const offered = tokenInLink(request);
    if (offered !== undefined) return await signIn(offered, request, reply);
    const bearer = bearerOf(request);
    request.identity = await verify(bearer ?? request.cookies[cookieName]);
    if (!request.identity) return refuse(request, reply);
    if (bearer === undefined) refuseForeignOrigin(request);
    const needed = config?.role ?? 'viewer';
    if (mayActAs(request.identity.role, needed)) return undefined;
    throw new PlantscopeError(
      'forbidden',
      `This needs the role ${needed}; the token has ${request.identity.role}`,
      {
        hint: `Create one with: plantscope token --role ${needed}`,
      },
    );
  };

  async function verify(token: string | undefined): Promise<Identity | undefined> {
    return token === undefined || token === '' ? undefined : await tokens.verify(token);
  }

  async function signIn(token: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (!(await verify(token.trim()))) return sendSignIn(reply, 'unknown-token');
    void reply.setCookie(cookieName, token.trim(), {
      httpOnly: true,
      sameSite: 'strict',
      path: '/',
      maxAge: COOKIE_FOR_S,
      secure: request.protocol === 'https',
    });
    return reply.header('cache-control', 'no-store').redirect(withoutToken(request.url), 303);
  }
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Pages take a token in their address, the API never does: addresses end up in logs. */
function tokenInLink(request: FastifyRequest): string | undefined {
  if (request.method !== 'GET' || pathOf(request.url).startsWith('/api/')) return undefined;
  const { token } = request.query as { token?: unknown };
  return typeof token === 'string' ? token : undefined;
}

function withoutToken(url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://host');
  searchParams.delete('token');
  const query = searchParams.toString();
  // Leading slashes are folded, or "//elsewhere" would leave the site.
  return `${pathname.replace(/^\/+/, '/')}${query === '' ? '' : `?${query}`}`;
}

/** SameSite keeps the cookie from other sites' requests; this refuses the rest (another port of the same host). */
function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (request.method === 'GET' || request.method === 'HEAD' || origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === host) return;
  throw new PlantscopeError('forbidden', `A page of ${origin} may not act here`);
}

function refuse(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const wantsPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html');
  if (wantsPage && !pathOf(request.url).startsWith('/api/')) return sendSignIn(reply, 'no-token');
  throw new PlantscopeError('unauthorized', 'The request carries no valid access token', {
    hint: 'Send "Authorization: Bearer <token>"; create one with: plantscope token --role viewer',
  });
}
