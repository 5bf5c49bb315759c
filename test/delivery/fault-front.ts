import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** What the front does with one write instead of passing it on. */
export type Answer =
  | { readonly status: number; readonly message: string; readonly store?: string }
  | 'lose-response'
  | 'hang'
  | undefined;

/** Decides on each write: its line protocol, and how many writes came before. */
export type Decide = (lines: string, write: number) => Answer;

/** An HTTP front before a real InfluxDB: passes everything on, but for the writes that `decide` names. */
export interface FaultFront {
  readonly url: string;
  decide: Decide;
  /** Writes that were not passed on as they were. */
  faults: number;
  stop(): Promise<void>;
}

export async function startFaultFront(targetUrl: string): Promise<FaultFront> {
  let writes = 0;
  const front = { url: '', decide: (() => undefined) as Decide, faults: 0 };
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then(async (body) => {
      const isWrite = incoming.method === 'POST' && /\/write\b/.test(incoming.url ?? '');
      const answer = isWrite ? front.decide(textOf(incoming, body), writes++) : undefined;
      if (answer !== undefined) front.faults++;
      if (answer === 'hang') return; // the connection stays open, and nothing comes
      if (answer === undefined) return pass(targetUrl, incoming, body, outgoing);
      if (answer === 'lose-response') {
        await send(targetUrl, incoming, body);
        outgoing.destroy();
        return;
      }
      if (answer.store !== undefined) await send(targetUrl, incoming, Buffer.from(answer.store), true);
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ code: 'fault', message: answer.message, error: answer.message }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  front.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return Object.assign(front, { stop });
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const textOf = ({ headers }: IncomingMessage, body: Buffer): string =>
  (headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();

interface Passed {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function send(targetUrl: string, incoming: IncomingMessage, body: Buffer, isPlain = false): Promise<Passed> {
  const {
    host: _host,
    'content-length': _length,
    'transfer-encoding': _transfer,
    ...kept
  } = incoming.headers;
  const { 'content-encoding': _encoding, ...plain } = kept;
  const headers = { ...(isPlain ? plain : kept), 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const target = new URL(incoming.url ?? '/', targetUrl);
    const outgoing = request(target, { method: incoming.method ?? 'GET', headers }, (response) => {
      const { statusCode = 502, headers: answered } = response;
      bodyOf(response).then((text) => resolve({ status: statusCode, headers: answered, body: text }), reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

async function pass(
  targetUrl: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const { status, headers, body: answer } = await send(targetUrl, incoming, body);
    const { 'transfer-encoding': _transfer, connection: _connection, ...kept } = headers;
    outgoing.writeHead(status, { ...kept, 'content-length': answer.length });
    outgoing.end(answer);
  } catch {
    outgoing.destroy(); // the server behind is gone: so is the connection
  }
}
