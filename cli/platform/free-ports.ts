import { createServer } from 'node:net';
import type { LoadedPlant } from '../../plant/load.ts';
import type { PlantFile } from '../../plant/schema.ts';
import type { SourceFile } from '../../plant/source-schema.ts';

export const DEFAULT_BROKER_PORT = 1883;
export const DEFAULT_API_PORT = 3000;

export interface DemoPorts {
  readonly loaded: LoadedPlant;
  readonly apiPort: number;
  /** What was moved, a line each. */
  readonly moved: readonly string[];
}

/**
 * For a plant that is simulated whole: another port for what is taken on this machine, because a newcomer may run a broker
 * or a server of his own. A plant with one real device keeps its ports, and a taken one is an error: its devices would
 * look for it in vain. A port that was asked for by the caller is never moved.
 */
export async function freeDemoPorts(
  loaded: LoadedPlant,
  askedApiPort: number | undefined,
): Promise<DemoPorts> {
  const { file } = loaded;
  const apiPort = askedApiPort ?? file.api?.port ?? DEFAULT_API_PORT;
  if (!isDemo(file)) return { loaded, apiPort, moved: [] };
  const search = new PortSearch();
  const sources: [string, SourceFile][] = [];
  for (const [id, source] of Object.entries(file.sources))
    sources.push([id, await movedSource(id, source, search)]);
  const moved = { ...file, sources: Object.fromEntries(sources) };
  const broker = file.broker ?? { kind: 'embedded' as const };
  if (broker.kind === 'embedded' && broker.port === undefined) {
    const port = await search.near(DEFAULT_BROKER_PORT, 'the embedded broker');
    if (port !== DEFAULT_BROKER_PORT) moved.broker = { ...broker, port };
  }
  const isFixed = askedApiPort !== undefined || file.api?.port !== undefined;
  return {
    loaded: { ...loaded, file: moved },
    apiPort: isFixed ? apiPort : await search.near(DEFAULT_API_PORT, 'the console'),
    moved: search.moved,
  };
}

/** Every source is one that the built-in simulator plays, or a recording. */
function isDemo({ sources }: PlantFile): boolean {
  const all = Object.values(sources);
  const played = all.filter((source) => source.kind !== 'replay');
  return played.length > 0 && played.every((source) => 'simulated' in source && source.simulated === true);
}

async function movedSource(id: string, source: SourceFile, search: PortSearch): Promise<SourceFile> {
  if (source.kind === 'opcua' && source.endpoint !== undefined) {
    const url = new URL(source.endpoint);
    const port = await search.near(Number(url.port || 4840), `the simulated ${id}`);
    url.port = String(port);
    return { ...source, endpoint: url.href };
  }
  if (source.kind !== 'modbus') return source;
  return { ...source, port: await search.near(source.port ?? 502, `the simulated ${id}`) };
}

/** Finds free ports on loopback, each given once. */
class PortSearch {
  readonly moved: string[] = [];
  readonly #given = new Set<number>();

  async near(wanted: number, what: string): Promise<number> {
    const isFree = !this.#given.has(wanted) && (await listens(wanted)) !== undefined;
    const port = isFree ? wanted : ((await listens(0)) ?? wanted);
    this.#given.add(port);
    if (port !== wanted) this.moved.push(`Port ${wanted} is taken here: ${what} uses ${port} in this run.`);
    return port;
  }
}

/** The port it could listen on, for a moment; undefined where it is taken or not allowed. */
function listens(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
