import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../api/auth/roles.ts';
import { AccessTokens } from '../api/auth/tokens.ts';
import type { Problem } from '../api/problem.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import { minuteMs } from '../model/window.ts';
import { PLATFORM_URL_FILE } from './platform/data-folder.ts';

/** Where a platform listens unless told otherwise; for one that runs on another data folder. */
const DEFAULT_URL = 'http://127.0.0.1:3000';
const TOKEN_LIFE_MS = 10 * minuteMs;

/** For the help of `--url`. */
export const URL_DEFAULT_TEXT = 'default: as the running platform left it in the data folder';

/** The platform to ask: as given, else the one that runs on the data folder, else the usual port of this computer. */
export function platformUrl({ data, url }: { readonly data: string; readonly url?: string }): string {
  return url ?? urlOfDataFolder(data) ?? DEFAULT_URL;
}

/** Where the platform of a data folder answers, or did when it was last killed; undefined where none was left running. */
export function urlOfDataFolder(data: string): string | undefined {
  const file = join(data, PLATFORM_URL_FILE);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

/**
 * A token for one run of a command, from the data folder of the platform that is asked.
 * @throws PlantscopeError `data-folder-missing`
 */
export function issueToken(data: string, role: Role, label: string): string {
  requireState(data);
  return new AccessTokens(data).issue({ role, label, expiresMs: Date.now() + TOKEN_LIFE_MS });
}

/** @throws PlantscopeError `data-folder-missing` */
export function requireState(data: string): void {
  if (existsSync(join(data, 'state'))) return;
  throw new PlantscopeError('data-folder-missing', `${data} is no data folder of a platform`, {
    where: data,
    hint: 'Name it with --data, or a running platform with --url and --token.',
  });
}

/**
 * A request to the running platform; an answer that is no success is thrown with the platform's own code and hint.
 * @throws PlantscopeError `platform-unreachable`, `not-a-platform`, and what the platform answers
 */
export async function request(url: URL, method: string, token: string, body?: object): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    throw unreachable(url.origin, cause);
  }
  if (!response.ok) throw await refused(response, url);
  return response;
}

async function refused(response: Response, url: URL): Promise<PlantscopeError> {
  const text = await response.text();
  try {
    const { code, detail, hint, where } = JSON.parse(text) as Problem;
    return new PlantscopeError(code, detail, { ...(hint && { hint }), ...(where && { where }) });
  } catch (cause) {
    const message = `${url.origin} answers ${response.status}, not as a platform does`;
    return new PlantscopeError('not-a-platform', message, { cause, hint: 'Name the platform with --url.' });
  }
}

export function unreachable(url: string, cause?: unknown): PlantscopeError {
  const why = cause === undefined ? '' : `: ${errorMessage(cause)}`;
  return new PlantscopeError('platform-unreachable', `No platform answers at ${url}${why}`, {
    cause,
    hint: 'Start it, or name another with --url.',
    retryable: true,
  });
}
