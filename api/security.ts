import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { guard } from './auth/guard.ts';
import type { AccessTokens } from './auth/tokens.ts';

export interface SecurityOptions {
  readonly tokens: AccessTokens;
  /** Requests a minute and client address. */
  readonly rateLimitPerMinute: number;
}

/** Order matters: headers on every answer, then the limit, then who it is. */
export async function addSecurity(app: FastifyInstance, options: SecurityOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        // Charts export through data and blob addresses of their own.
        imgSrc: ["'self'", 'data:', 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Served on loopback and inside plants over plain HTTP; TLS ends at a proxy, which may set this.
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
  });
  await app.register(rateLimit, { max: options.rateLimitPerMinute, timeWindow: '1 minute' });
  await app.register(cookie);
  app.decorateRequest('identity', undefined);
  app.addHook('onRequest', guard(options.tokens));
}
