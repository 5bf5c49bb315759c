import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './opcua-server.ts';

/** A wire between client and server that can be cut, or go dead without either side being told. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection; new ones are refused until `mend`. */
  cut(): void;
  /** Passes nothing on any more, keeps every connection open, answers no new one: a half-open link. */
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const port = await freePort();
  const pairs = new Set<readonly [Socket, Socket]>();
  let state: 'up' | 'cut' | 'frozen' = 'up';
  const server = createServer((client) => {
    if (state === 'cut') {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    const pair = [client, target] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [target, client] as const]) {
      from.on('data', (data) => state === 'up' && to.write(data));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        pairs.delete(pair);
        if (state !== 'frozen') to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const destroyAll = (): void => {
    for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
  };
  return {
    port,
    cut: () => {
      state = 'cut';
      destroyAll();
    },
    freeze: () => {
      state = 'frozen';
    },
    mend: () => {
      if (state === 'frozen') destroyAll();
      state = 'up';
    },
    close: async () => {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
