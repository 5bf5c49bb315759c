import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { alarmsPlugin } from './alarms/plugin.ts';
import { refuseWrongMethod, rememberMethods } from './allowed-methods.ts';
import type { AccessTokens } from './auth/tokens.ts';
import { addConsole } from './console-files.ts';
import { addDocs } from './docs.ts';
import { energyPlugin } from './energy/plugin.ts';
import { environmentPlugin } from './environment/plugin.ts';
import { equipmentPlugin } from './equipment/plugin.ts';
import { eventsPlugin } from './events/plugin.ts';
import { addMetrics } from './metrics.ts';
import type { Backend } from './ports.ts';
import { sendNotFound, sendProblem } from './problem.ts';
import { healthRoute } from './routes/health.ts';
import { plantRoutes } from './routes/plant.ts';
import { probeRoutes } from './routes/probes.ts';
import { quarantineRoutes } from './routes/quarantine.ts';
import { readingsRoutes } from './routes/readings.ts';
import { resultsRoute } from './routes/results.ts';
import { sessionRoute } from './routes/session.ts';
import { streamRoute } from './routes/stream.ts';
import { addSecurity } from './security.ts';
import { storeAccessPlugin } from './store-access/plugin.ts';
import { requestValidation } from './validation.ts';
import { writesPlugin } from './writes/plugin.ts';

export interface AppDeps extends Backend {
  readonly tokens: AccessTokens;
  readonly logger: FastifyBaseLogger;
  /** Where the built console lies (`dist/console`); without it the app serves the API alone. */
  readonly consoleFolder?: string;
  /** Addresses of proxies whose X-Forwarded headers count. Default: none. */
  readonly trustProxy?: string[];
  /** Default 6000. */
  readonly rateLimitPerMinute?: number;
}

const BODY_LIMIT_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 30_000;

/** Builds the whole app: API, documentation, metrics and console. Does not listen. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: deps.logger,
    // Fastify's own request lines would hold the address with the start link's token.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A page may ask for hundreds of tags by name.
    http: { maxHeaderSize: 262_144 },
    trustProxy: deps.trustProxy ?? false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 300 },
  });
  // Answers are built by typed functions; the schemas describe them (tests check that they do).
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setValidatorCompiler(requestValidation());
  rememberMethods(app);
  app.setErrorHandler(sendProblem);
  await addSecurity(app, { tokens: deps.tokens, rateLimitPerMinute: deps.rateLimitPerMinute ?? 6000 });
  app.addHook('onRequest', refuseWrongMethod);
  await addDocs(app, deps.version);
  addMetrics(app, deps);
  await app.register(probeRoutes, { backend: deps });
  await app.register(apiV1, { backend: deps, prefix: '/api/v1' });
  if (deps.consoleFolder === undefined) app.setNotFoundHandler(sendNotFound);
  else await addConsole(app, deps.consoleFolder);
  return app;
}

async function apiV1(app: FastifyInstance, { backend }: { readonly backend: Backend }): Promise<void> {
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
  });
  const routes = [
    plantRoutes,
    readingsRoutes,
    streamRoute,
    healthRoute,
    quarantineRoutes,
    resultsRoute,
    alarmsPlugin,
    eventsPlugin,
    writesPlugin,
    storeAccessPlugin,
  ];
  for (const route of routes) await app.register(route, { backend });
  await app.register(sessionRoute);
  await app.register(energyPlugin, { backend, prefix: '/energy' });
  await app.register(equipmentPlugin, { backend, prefix: '/equipment' });
  await app.register(environmentPlugin, { backend, prefix: '/environment' });
}
