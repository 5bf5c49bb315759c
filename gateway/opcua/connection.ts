import { readFileSync } from 'node:fs';
import {
  type ClientSession,
  type EndpointDescription,
  MessageSecurityMode,
  OPCUAClient,
  type OPCUAClientOptions,
  SecurityPolicy,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua';
import { PlantscopeError } from '../../model/error.ts';
import type { OpcuaSourceFile } from '../../plant/source-schema.ts';
import { type ApplicationIdentity, requireTrusted } from './certificates.ts';
import { explainConnectionError } from './connection-error.ts';
import './quiet-stack.ts';
import { chooseEndpoint, type SecurityChoice } from './security.ts';
import type { OpcuaTiming } from './timing.ts';

export interface ConnectionOptions {
  readonly identity: ApplicationIdentity;
  readonly security: SecurityChoice;
  readonly user: OpcuaSourceFile['user'];
  /** Reads a secret from its file, without the line end. */
  readonly readSecret: (path: string) => string;
  readonly timing: OpcuaTiming;
}

/** An open, secured session on one server. */
export interface OpcuaConnection {
  readonly url: string;
  readonly client: OPCUAClient;
  readonly session: ClientSession;
}

function clientOptions(
  identity: ApplicationIdentity,
  security: SecurityChoice,
  timing: OpcuaTiming,
): OPCUAClientOptions {
  return {
    applicationName: 'Plantscope gateway',
    applicationUri: identity.applicationUri,
    clientName: 'Plantscope',
    clientCertificateManager: identity.store,
    certificateFile: identity.certificateFile,
    privateKeyFile: identity.privateKeyFile,
    securityPolicy: security.policy,
    securityMode: security.mode,
    // A server behind a router names itself by a host we may not know; the certificate is what identifies it.
    endpointMustExist: false,
    // The stack repairs a lost channel by itself; `connect` gives up after one retry and leaves the pace to us.
    connectionStrategy: { maxRetry: 1, initialDelay: 200, maxDelay: 2_000, randomisationFactor: 0.5 },
    // Our own heartbeat keeps the session, measures the clock and finds half-open connections.
    keepSessionAlive: false,
    requestedSessionTimeout: timing.sessionTimeoutMs,
    transportTimeout: timing.connectTimeoutMs,
    defaultTransactionTimeout: timing.requestTimeoutMs,
  };
}

/**
 * Asks a server, without security and without a session, which endpoints it has. A server that takes only secured
 * connections at its own path answers at `<path>/discovery`, as those of the Milo stack do (Ignition among them).
 */
export async function discoverEndpoints(
  url: string,
  identity: ApplicationIdentity,
  timing: OpcuaTiming,
): Promise<EndpointDescription[]> {
  try {
    return await askEndpoints(url, identity, timing);
  } catch (thrown) {
    const explained = explainConnectionError(thrown, url, identity);
    if (explained.code !== 'opcua-connection-cut') throw explained;
    try {
      return await askEndpoints(`${url.replace(/\/+$/, '')}/discovery`, identity, timing);
    } catch {
      throw explained; // what the server said at the address that was asked for
    }
  }
}

async function askEndpoints(
  url: string,
  identity: ApplicationIdentity,
  timing: OpcuaTiming,
): Promise<EndpointDescription[]> {
  const open = { policy: SecurityPolicy.None, mode: MessageSecurityMode.None };
  const client = OPCUAClient.create({
    ...clientOptions(identity, open, timing),
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
  });
  try {
    await withTimeout(client.connect(url), timing.connectTimeoutMs, `connect to ${url}`);
    return await withTimeout(client.getEndpoints(), timing.connectTimeoutMs, `GetEndpoints at ${url}`);
  } finally {
    await endClient(client, timing.connectTimeoutMs);
  }
}

/**
 * Discovers, checks trust, connects and opens a session, with exactly the security asked for.
 * @throws PlantscopeError with what to do next in its hint
 */
export async function openConnection(url: string, options: ConnectionOptions): Promise<OpcuaConnection> {
  const { identity, security, timing } = options;
  const endpoint = chooseEndpoint(await discoverEndpoints(url, identity, timing), security, url);
  const isSecure = security.mode !== MessageSecurityMode.None;
  if (isSecure) await requireTrusted(identity.store, endpoint.serverCertificate, url);
  const client = OPCUAClient.create({
    ...clientOptions(identity, security, timing),
    ...(isSecure ? { serverCertificate: endpoint.serverCertificate } : {}),
  });
  try {
    await withTimeout(client.connect(url), timing.connectTimeoutMs, `connect to ${url}`);
    const session = await withTimeout(
      client.createSession(userIdentity(options)),
      timing.connectTimeoutMs,
      `CreateSession at ${url}`,
    );
    return { url, client, session };
  } catch (thrown) {
    await endClient(client, timing.connectTimeoutMs);
    throw explainConnectionError(thrown, url, identity);
  }
}

function userIdentity({ user, readSecret }: ConnectionOptions): UserIdentityInfo {
  if (user === undefined) return { type: UserTokenType.Anonymous };
  if ('name' in user) {
    return { type: UserTokenType.UserName, userName: user.name, password: readSecret(user.passwordFile) };
  }
  return {
    type: UserTokenType.Certificate,
    certificateData: derOf(readFileSync(user.certificateFile)),
    privateKey: readSecret(user.privateKeyFile),
  };
}

function derOf(certificate: Buffer): Buffer {
  const text = certificate.toString('latin1');
  const body = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/.exec(text)?.[1];
  return body === undefined ? certificate : Buffer.from(body, 'base64');
}

/** Ends session and channel; a server that does not answer is left after `timeoutMs`. */
export async function closeConnection(
  { client, session }: OpcuaConnection,
  timeoutMs: number,
): Promise<void> {
  await settled(session.close(true), timeoutMs);
  await endClient(client, timeoutMs);
}

async function endClient(client: OPCUAClient, timeoutMs: number): Promise<void> {
  await settled(client.disconnect(), timeoutMs);
}

/** Waits for a farewell; whether the other side answers it makes no difference to us. */
async function settled(promise: Promise<unknown>, timeoutMs: number): Promise<void> {
  await withTimeout(promise, timeoutMs, 'farewell').catch(() => undefined);
}

/** @throws PlantscopeError `opcua-timeout` */
export async function withTimeout<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new PlantscopeError('opcua-timeout', `no answer in ${timeoutMs} ms: ${what}`, { retryable: true }),
        ),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
