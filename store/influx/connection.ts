import { HttpError, InfluxDB } from '@influxdata/influxdb-client';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import { answerText } from './answer.ts';
import { withLiterals } from './influxql.ts';

export interface InfluxAddress {
  readonly url: string;
  /** Database of 1.x and 3.x, bucket of 2.x. */
  readonly database: string;
  /** Organisation, of 2.x. */
  readonly org?: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly timeoutMs?: number;
}

export interface InfluxSeries {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

export interface QueryOptions {
  /** Default: the store's own. */
  readonly database?: string;
  /** Values bound to `$name`; identifiers can't be. */
  readonly params?: Readonly<Record<string, string>>;
  /** How times come: milli- or microseconds as numbers; left out, as ISO text, which alone keeps nanoseconds. */
  readonly epoch?: 'ms' | 'u';
}

/** Status of a write that the server answered; above 2xx the caller decides. */
export interface WriteOutcome {
  readonly status: number;
  readonly message: string;
}

/** What a server says of single lines; anything else may pass by itself. */
const REFUSING = new Set([400, 413, 422]);

/** Requests that one reading call has under way at a time. */
export const PARALLEL_QUERIES = 4;

/** One InfluxDB server, whatever its version. The client library is used as a one-shot transport: no retry, no buffer. */
export class InfluxConnection {
  readonly address: InfluxAddress;
  readonly version: string;
  readonly #influx: InfluxDB;
  readonly #headers: Readonly<Record<string, string>>;

  private constructor(address: InfluxAddress, influx: InfluxDB, version: string) {
    this.address = address;
    this.#influx = influx;
    this.version = version;
    this.#headers = authorization(address);
  }

  /** @throws PlantscopeError `store-unavailable` (retryable); `store-misconfigured` for 2.x without an organisation */
  static async open(address: InfluxAddress): Promise<InfluxConnection> {
    const influx = new InfluxDB({ url: address.url, timeout: address.timeoutMs ?? 30_000 });
    const version = await versionOf(influx, address);
    const connection = new InfluxConnection(address, influx, version);
    if (connection.major === 2 && !address.org) throw needsOrganisation(address);
    return connection;
  }

  /** 1, 2 or 3; a build of 2.x by hand calls itself only "dev". */
  get major(): number {
    return Number(/\d+/.exec(this.version)?.[0] ?? 2);
  }

  get location(): string {
    return `${this.address.url}/${this.address.database}`;
  }

  /** @returns 204 where all lines are stored, or one of the statuses that speak of the lines */
  async write(lines: string | Uint8Array, database = this.address.database): Promise<WriteOutcome> {
    let status: number;
    try {
      status = await this.#post(this.#writePath(database), lines);
    } catch (thrown) {
      if (thrown instanceof HttpError && speaksOfLines(thrown)) {
        return { status: thrown.statusCode, message: bodyMessage(thrown) };
      }
      throw this.unavailable(thrown);
    }
    // Some versions answer 200 or 201 for a write that they took in part only.
    if (status !== 204)
      throw this.unavailable(new Error(`the server answered a write with status ${status}`));
    return { status, message: '' };
  }

  /** @returns the status, below 300; the bytes are copied before it returns */
  #post(path: string, lines: string | Uint8Array): Promise<number> {
    const headers = { ...this.#headers, 'content-type': 'text/plain; charset=utf-8' };
    // Declared as text, but `Buffer.from` is all that is done with it: a text made of bytes only to become bytes again
    // took a quarter of a microsecond a line.
    const body = lines as string;
    return new Promise((resolve, reject) => {
      let status = 0;
      this.#influx.transport.send(
        path,
        body,
        { method: 'POST', headers },
        {
          responseStarted: (_, code) => {
            status = code ?? 0;
          },
          complete: () => resolve(status),
          error: reject,
        },
      );
    });
  }

  #writePath(database: string): string {
    const name = encodeURIComponent(database);
    if (this.major === 1) return `/write?db=${name}&precision=ns`;
    return `/api/v2/write?org=${encodeURIComponent(this.address.org ?? '')}&bucket=${name}&precision=ns`;
  }

  /**
   * As `query`, for statements that only read: a few requests at a time, as a server works off the statements of one
   * request one after the other.
   */
  async queryAbreast(statements: readonly string[], options: QueryOptions = {}): Promise<InfluxSeries[][]> {
    const each = Math.ceil(statements.length / PARALLEL_QUERIES);
    const requests: Promise<InfluxSeries[][]>[] = [];
    for (let start = 0; start < statements.length; start += each)
      requests.push(this.query(statements.slice(start, start + each), options));
    return (await Promise.all(requests)).flat();
  }

  /** One result a statement. @throws PlantscopeError `store-unavailable`, `store-query-failed` */
  async query(statements: readonly string[], options: QueryOptions = {}): Promise<InfluxSeries[][]> {
    if (this.major < 3) return this.#queryAtOnce(statements.join(';'), options);
    // 3.x takes one statement a request, and most of its versions know no parameters there.
    const { params = {}, ...others } = options;
    const results: InfluxSeries[][] = [];
    for (const statement of statements)
      results.push(...(await this.#queryAtOnce(withLiterals(statement, params), others)));
    return results;
  }

  async #queryAtOnce(text: string, options: QueryOptions): Promise<InfluxSeries[][]> {
    const form = new URLSearchParams({
      db: options.database ?? this.address.database,
      q: text,
      ...(options.params && { params: JSON.stringify(options.params) }),
      ...(options.epoch && { epoch: options.epoch }),
    });
    const headers = {
      ...this.#headers,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    };
    let answer: QueryAnswer;
    try {
      const request = { method: 'POST', headers };
      answer = JSON.parse(await answerText(this.#influx.transport, '/query', form.toString(), request));
    } catch (thrown) {
      throw this.unavailable(thrown);
    }
    return this.#resultsOf(answer);
  }

  /** Errors of InfluxQL come with HTTP status 200. */
  #resultsOf({ error, results = [] }: QueryAnswer): InfluxSeries[][] {
    const problem = error ?? firstProblem(results);
    if (problem !== undefined) {
      throw new PlantscopeError('store-query-failed', `The store refused a query: ${problem}`, {
        where: this.location,
        retryable: true,
        hint: 'If the database is not there, run `plantscope store init`; if it is, the token may not read it.',
      });
    }
    return results.map(({ series = [] }) => series);
  }

  /** An administrative request of 2.x or 3.x. @returns undefined for 404: there is no such thing */
  async api(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    const text = body === undefined ? '' : JSON.stringify(body);
    try {
      return await this.#influx.transport.request(path, text, { method, headers });
    } catch (thrown) {
      if (thrown instanceof HttpError && thrown.statusCode === 404) return undefined;
      throw this.unavailable(thrown);
    }
  }

  unavailable(thrown: unknown): PlantscopeError {
    const message = thrown instanceof HttpError ? bodyMessage(thrown) : errorMessage(thrown);
    return new PlantscopeError('store-unavailable', `InfluxDB does not take the request: ${message}`, {
      cause: thrown,
      where: this.location,
      retryable: true,
      hint: hintOf(thrown),
    });
  }
}

interface QueryAnswer {
  readonly error?: string;
  readonly results?: readonly { readonly error?: string; readonly series?: InfluxSeries[] }[];
}

/** 2.x wants `Token`, 3.x takes it too; 1.x knows name and password only. */
function authorization({ token, username, password }: InfluxAddress): Record<string, string> {
  if (token !== undefined) return { authorization: `Token ${token}` };
  if (username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` };
}

async function versionOf(influx: InfluxDB, address: InfluxAddress): Promise<string> {
  let version = '';
  try {
    await influx.transport.request(
      '/ping',
      '',
      { method: 'GET', headers: authorization(address) },
      (headers) => {
        version = String(headers['x-influxdb-version'] ?? '');
      },
    );
  } catch (cause) {
    throw new PlantscopeError('store-unavailable', `InfluxDB does not answer: ${errorMessage(cause)}`, {
      cause,
      where: address.url,
      retryable: true,
      hint: 'Check that the server runs and that the URL and the token are right.',
    });
  }
  return version.replace(/^v/, '');
}

/** A proxy before the server has its own 400, a page: the next attempt may reach the server. Its 413 is about the length alike. */
function speaksOfLines({ statusCode, body = '' }: HttpError): boolean {
  const isPage = /^\s*</.test(body);
  return REFUSING.has(statusCode) && (statusCode === 413 || !isPage);
}

function bodyMessage(thrown: HttpError): string {
  const { message, error } = (thrown.json ?? {}) as { message?: string; error?: string };
  return `${thrown.statusCode} ${error ?? message ?? thrown.body ?? thrown.statusMessage ?? ''}`.trim();
}

/** Of statements that were not executed an earlier one tells why. */
function firstProblem(results: NonNullable<QueryAnswer['results']>): string | undefined {
  const problems = results.flatMap(({ error }) => error ?? []);
  return problems.find((problem) => problem !== 'not executed') ?? problems[0];
}

/** The server would answer each write with status 400, as if the lines were at fault. */
function needsOrganisation({ url }: InfluxAddress): PlantscopeError {
  return new PlantscopeError('store-misconfigured', 'InfluxDB 2.x takes no write without an organisation', {
    where: url,
    hint: 'Name it in the plant file: store.org.',
  });
}

function hintOf(thrown: unknown): string {
  const status = thrown instanceof HttpError ? thrown.statusCode : 0;
  const message = thrown instanceof HttpError ? bodyMessage(thrown) : '';
  if (status === 404 && message.includes('organization')) {
    return 'Check the organisation in the plant file: store.org.';
  }
  // InfluxDB 3 Core holds five.
  if (/limit of \d+ databases/.test(message))
    return 'A store has four databases: the server has no room for them.';
  if (message.includes('file limit')) {
    return 'InfluxDB 3 Core reads some three days at a time by default: start it with a greater --query-file-limit.';
  }
  if (status === 401 || status === 403) return 'Check the token and what it may do.';
  if (status === 404) return 'Create the database: `plantscope store init`.';
  return 'Check that the server runs and has free disk space.';
}
