import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { type AppDeps, buildApp } from '../../api/app.ts';
import type { Role } from '../../api/auth/roles.ts';
import { type DemoBackend, demoBackend } from './demo-backend.ts';

/** 2026-11-24 08:00:30 in the demo plant's zone. */
export const nowMs = Date.UTC(2026, 10, 24, 0, 0, 30);

export interface TestApp {
  readonly app: FastifyInstance;
  readonly backend: DemoBackend;
  /** Asks with a token of the role. */
  as(role: Role, request: InjectOptions | string): Promise<LightMyRequestResponse>;
  get(url: string): Promise<LightMyRequestResponse>;
}

export async function testApp(changes: Partial<AppDeps> = {}): Promise<TestApp> {
  const backend = demoBackend({ nowMs: () => nowMs });
  const app = await buildApp({ ...backend, ...changes });
  onTestFinished(() => app.close());
  const as = (role: Role, request: InjectOptions | string): Promise<LightMyRequestResponse> => {
    const options = typeof request === 'string' ? { url: request } : request;
    const authorization = `Bearer ${backend.tokens.issue({ role, label: 'test' })}`;
    return app.inject({ method: 'GET', ...options, headers: { ...options.headers, authorization } });
  };
  return { app, backend, as, get: (url) => as('viewer', url) };
}
