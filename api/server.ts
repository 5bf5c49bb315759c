import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import { type AppDeps, buildApp } from './app.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface ApiServer {
  readonly app: FastifyInstance;
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Builds the app and listens.
 * @throws PlantscopeError `port-in-use`, `listen-failed`
 */
export async function startServer(deps: AppDeps, { host, port }: ServerOptions): Promise<ApiServer> {
  const app = await buildApp(deps);
  try {
    await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw listenError(cause, host, port);
  }
  const address = app.server.address() as AddressInfo;
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return { app, url: `http://${shownHost}:${address.port}`, close: () => app.close() };
}

function listenError(cause: unknown, host: string, port: number): PlantscopeError {
  const where = `${host}:${port}`;
  const isBusy = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  if (!isBusy) return new PlantscopeError('listen-failed', errorMessage(cause), { cause, where });
  return new PlantscopeError('port-in-use', `Port ${port} is taken by another program`, {
    cause,
    where,
    hint: 'Stop the other program, or start with --port and another number.',
  });
}
