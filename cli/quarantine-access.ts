import type { QuarantineAnswer } from '../api/schemas/quarantine.ts';
import { PlantscopeError } from '../model/error.ts';
import { type LocalState, openLocalState } from '../store/local-state.ts';
import type { QuarantineItem } from '../store/quarantine.ts';
import {
  issueToken,
  platformUrl,
  request,
  requireState,
  unreachable,
  urlOfDataFolder,
} from './platform-request.ts';

export type Item = QuarantineAnswer['items'][number];
export type Group = QuarantineAnswer['groups'][number];

export interface ItemQuery {
  readonly reason?: string;
  readonly source?: string;
  readonly before?: number;
  readonly limit?: number;
}

/** The quarantine, of a running platform or of a data folder at rest. */
export interface QuarantineAccess {
  list(query: ItemQuery): Promise<{ readonly items: readonly Item[]; readonly groups: readonly Group[] }>;
  /** @param payload sent instead of the one that was refused */
  replay(id: number, payload: string | undefined): Promise<void>;
  discard(id: number): Promise<void>;
  close(): Promise<void>;
}

export interface AccessOptions {
  readonly data: string;
  readonly url?: string;
  readonly token?: string;
}

/**
 * The running platform where one answers; else, with no `url` given, the data folder.
 * @throws PlantscopeError `platform-unreachable`, `data-folder-missing`
 */
export async function openQuarantine(options: AccessOptions): Promise<QuarantineAccess> {
  const url = platformUrl(options);
  const isKnown = options.url ?? options.token ?? urlOfDataFolder(options.data);
  // A platform on the usual port that left nothing in this data folder is another one.
  if (isKnown !== undefined && (await answers(url)))
    return remote(url, options.token ?? issueToken(options.data, 'operator', 'plantscope quarantine'));
  if (options.url !== undefined) throw unreachable(url);
  requireState(options.data);
  process.stderr.write(`No platform runs on ${options.data}: reading the folder itself.\n`);
  return local(openLocalState(options.data));
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(new URL('/api/v1/quarantine', url), { method: 'HEAD' });
    return true;
  } catch {
    return false; // nobody listens there
  }
}

function remote(url: string, token: string): QuarantineAccess {
  const call = (method: string, path: string, body?: object): Promise<Response> =>
    request(new URL(`/api/v1/quarantine${path}`, url), method, token, body);
  return {
    list: async (query) => {
      const parameters = Object.entries(query).map(([name, value]): [string, string] => [
        name,
        String(value),
      ]);
      const response = await call('GET', `?${new URLSearchParams(parameters)}`);
      return (await response.json()) as QuarantineAnswer;
    },
    replay: async (id, payload) => {
      await call('POST', `/${id}/replay`, payload === undefined ? undefined : { payload });
    },
    discard: async (id) => {
      await call('DELETE', `/${id}`);
    },
    close: async () => undefined,
  };
}

function local(state: LocalState): QuarantineAccess {
  const { quarantine } = state;
  return {
    list: async ({ source, ...query }) => ({
      items: quarantine.list({ ...query, ...(source !== undefined && { from: source }) }).map(withTimes),
      groups: quarantine.groups().map(withTimes),
    }),
    replay: async () => {
      throw new PlantscopeError('platform-not-running', 'A replay goes through the running platform', {
        hint: 'Start it with plantscope start, then replay. Where the parts run apart, name the api service with --url and --token; of what a gateway refused send the mended message to its broker.',
      });
    },
    discard: async (id) => {
      if (quarantine.get(id) === undefined) {
        throw new PlantscopeError('not-found', `There is no quarantined item ${id}`, { where: 'id' });
      }
      await quarantine.remove([id]);
    },
    close: () => state.close(),
  };
}

type Timed = Pick<QuarantineItem, 'firstMs' | 'lastMs'>;

function withTimes<T extends Timed>({ firstMs, lastMs, ...rest }: T) {
  return { ...rest, firstTime: new Date(firstMs).toISOString(), lastTime: new Date(lastMs).toISOString() };
}
