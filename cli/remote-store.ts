import type { StoreAccess } from '../api/ports.ts';
import type { StoreRequest } from '../api/store-access/request.ts';
import { PlantscopeError } from '../model/error.ts';
import { issueToken, platformUrl, request } from './platform-request.ts';

/** A store to read from; `close` lets it go. */
export interface ReadOnlyStore extends StoreAccess {
  close(): Promise<void>;
}

/** Readings a tag in one answer of the platform. */
const MOST_READINGS = 100_000;

/**
 * The store of a running platform, read through its API with a token from its data folder.
 * @param inUse says that a platform has the store; thrown where none answers
 */
export async function openRemoteStore(
  options: { readonly data: string; readonly url?: string },
  inUse: PlantscopeError,
): Promise<ReadOnlyStore> {
  const url = platformUrl(options);
  const token = issueToken(options.data, 'admin', 'plantscope store access');
  const read = async <Answer>(body: StoreRequest): Promise<Answer> => {
    const response = await request(new URL('/api/v1/store/read', url), 'POST', token, body);
    return ((await response.json()) as { readonly answer: Answer }).answer;
  };
  const store: ReadOnlyStore = {
    describe: () => read({ read: 'description' }),
    resultMeasurements: () => read({ read: 'measurements' }),
    tagCounts: ({ startMs, endMs }) => read({ read: 'tag-counts', startMs, endMs }),
    readings: ({ startMs, endMs, startNs = 0, tags, limit = MOST_READINGS }) =>
      read({ read: 'readings', startMs, endMs, startNs, tags: [...tags], limit }),
    results: ({ startMs, endMs, measurement, limit }) =>
      read({ read: 'results', startMs, endMs, measurement, ...(limit !== undefined && { limit }) }),
    close: async () => undefined,
  };
  await store.describe().catch((thrown: unknown) => {
    throw notTheOne(inUse, url, thrown);
  });
  process.stderr.write(`A platform runs on this store: it is read through ${url}.\n`);
  return store;
}

function notTheOne(inUse: PlantscopeError, url: string, cause: unknown): PlantscopeError {
  return new PlantscopeError(inUse.code, inUse.message, {
    cause,
    ...(inUse.where !== undefined && { where: inUse.where }),
    hint: `No platform of this data folder answers at ${url}: name its address with --url, or stop it.`,
  });
}
