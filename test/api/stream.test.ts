import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ClientOutbox } from '../../api/live/client-outbox.ts';
import { startServer } from '../../api/server.ts';
import type { Reading } from '../../model/reading.ts';
import { type DemoBackend, demoBackend } from './demo-backend.ts';

const reading = (tag: string, value: number, timeMs: number): Reading => ({
  tag,
  timeMs,
  timeNs: 0,
  value,
  status: 0,
  origin: 'live',
});

interface Client {
  readonly type: string | null;
  readonly values: () => readonly (readonly [tag: string, value: number])[];
}

async function connect(backend: DemoBackend, query = ''): Promise<Client> {
  const server = await startServer(backend, { host: '127.0.0.1', port: 0 });
  const ending = new AbortController();
  onTestFinished(async () => {
    ending.abort();
    await server.close();
  });
  const token = backend.tokens.issue({ role: 'viewer', label: 'stream' });
  const response = await fetch(`${server.url}/api/v1/stream${query}`, {
    headers: { authorization: `Bearer ${token}` },
    signal: ending.signal,
  });
  let text = '';
  const read = async (): Promise<void> => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString('utf8');
  };
  read().catch((thrown: unknown) => {
    if (!ending.signal.aborted) throw thrown;
  });
  const values = () =>
    [...text.matchAll(/^data: (.*)$/gm)].flatMap((match) =>
      (JSON.parse(match[1] ?? '[]') as { tag: string; value: number }[]).map(
        (one) => [one.tag, one.value] as const,
      ),
    );
  return { type: response.headers.get('content-type'), values };
}

describe('/api/v1/stream', () => {
  it('starts with the newest reading of each tag and follows with what comes', async () => {
    const backend = demoBackend();
    const nowMs = backend.clock.nowMs();
    backend.push([reading('fan-1.speed', 1, nowMs)]);
    const { type, values } = await connect(backend);
    expect(type).toContain('text/event-stream');
    await vi.waitFor(() => expect(values()).toEqual([['fan-1.speed', 1]]));
    backend.push([reading('fan-1.speed', 2, nowMs + 1)]);
    await vi.waitFor(() => expect(values()).toContainEqual(['fan-1.speed', 2]), { timeout: 2000 });
  });

  it('sends only the tags asked for', async () => {
    const backend = demoBackend();
    const { values } = await connect(backend, '?tags=fan-1.speed');
    const nowMs = backend.clock.nowMs();
    backend.push([reading('pump-1.speed', 7, nowMs), reading('fan-1.speed', 3, nowMs)]);
    await vi.waitFor(() => expect(values()).toEqual([['fan-1.speed', 3]]), { timeout: 2000 });
  });

  it('ends the open streams when the server closes', async () => {
    const backend = demoBackend();
    const server = await startServer(backend, { host: '127.0.0.1', port: 0 });
    const token = backend.tokens.issue({ role: 'viewer', label: 'stream' });
    const response = await fetch(`${server.url}/api/v1/stream`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await server.close();
    const ended = response.text().then(
      () => 'ended',
      () => 'ended',
    );
    expect(await ended).toBe('ended');
  });
});

describe('a client that reads slowly', () => {
  it('gets the newest value of each tag when it is ready again, and nothing piles up', () => {
    const written: string[] = [];
    let isReady = true;
    let drain = (): void => undefined;
    const outbox = new ClientOutbox(
      {
        write: (text) => {
          written.push(text);
          return isReady;
        },
        onDrain: (listener) => {
          drain = listener;
        },
      },
      (readings) => [...readings].map(({ tag, value }) => [tag, value]),
    );
    isReady = false;
    outbox.add([reading('a', 1, 1)]);
    outbox.flush();
    for (let value = 2; value <= 5000; value++) {
      outbox.add([reading('a', value, value), reading('b', value, value)]);
      outbox.flush();
      outbox.heartbeat(value);
    }
    expect(written).toEqual(['data: [["a",1]]\n\n']);
    expect(outbox.waiting).toBe(2);
    isReady = true;
    drain();
    expect(written.at(-1)).toBe('data: [["a",5000],["b",5000]]\n\n');
  });

  it('is not thrown back by a late reading', () => {
    const written: string[] = [];
    const outbox = new ClientOutbox(
      { write: (text) => written.push(text) > 0, onDrain: () => undefined },
      (readings) => [...readings].map(({ value }) => value),
    );
    outbox.add([reading('a', 2, 20)]);
    outbox.add([reading('a', 1, 10)]);
    outbox.flush();
    expect(written).toEqual(['data: [2]\n\n']);
  });
});
