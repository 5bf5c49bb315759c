import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { errorMessage, PlantscopeError } from '../../../model/error.ts';
import { dataAcknowledgement } from './answers.ts';
import type { Frame } from './frame.ts';
import { type Found, FrameReader } from './frame-reader.ts';

const DEFAULT_IDLE_MS = 600_000;
const MAX_CONNECTIONS = 1000;

export interface ReceiverOptions {
  readonly host: string;
  readonly port: number;
  /** SM4 key of the 2025 edition. */
  readonly key?: Uint8Array | undefined;
  /** A socket without a byte for this long is closed. */
  readonly idleMs?: number;
  /** Takes one frame, or what could not be one; true where it is now safe and may be acknowledged. */
  readonly take: (found: Found, peer: string) => Promise<boolean>;
  /** Told of what breaks a connection or what `take` throws; the frame stays unacknowledged. */
  readonly onTrouble: (message: string) => void;
}

/**
 * TCP server for data loggers. The frames of a socket are taken one after the other, and no more is read from it
 * meanwhile, so a slow disk slows the logger down instead of filling the memory.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #server: Server;
  readonly #serving = new Map<Socket, Promise<void>>();
  acknowledged = 0;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    // A logger that sends and closes its half still gets its acknowledgement.
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#connected(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  get connections(): number {
    return this.#serving.size;
  }

  get isListening(): boolean {
    return this.#server.listening;
  }

  /** @throws PlantscopeError `hj212-listen` */
  async listen(): Promise<void> {
    const { host, port, onTrouble } = this.#options;
    this.#server.listen(port, host);
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      throw new PlantscopeError('hj212-listen', `Can't listen on ${host}:${port}: ${errorMessage(cause)}`, {
        ...{ cause, where: `${host}:${port}` },
        hint: 'Is the port in use by another process, or the host not an address of this machine?',
      });
    }
    this.#server.on('error', (error) => onTrouble(errorMessage(error)));
  }

  /** Takes no more bytes, and waits for the frames in hand. */
  async close(): Promise<void> {
    const closed =
      this.#server.listening && new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#serving.keys()) socket.destroy();
    await Promise.all(this.#serving.values());
    await closed;
  }

  #connected(socket: Socket): void {
    socket.setTimeout(this.#options.idleMs ?? DEFAULT_IDLE_MS, () => socket.destroy());
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    // A broken connection also ends the loop of #serve, which tells of it; a write after that fails here only.
    socket.on('error', () => undefined);
    const served = this.#serve(socket, peer).finally(() => this.#serving.delete(socket));
    this.#serving.set(socket, served);
  }

  async #serve(socket: Socket, peer: string): Promise<void> {
    const reader = new FrameReader({ key: this.#options.key });
    try {
      for await (const chunk of socket.iterator({ destroyOnReturn: false }))
        await this.#takeAll(reader.push(chunk), socket, peer);
    } catch (error) {
      if (!isClosedHere(error)) this.#options.onTrouble(`${peer}: ${errorMessage(error)}`);
    }
    await this.#takeAll(reader.end(), socket, peer);
    socket.end();
  }

  async #takeAll(all: readonly Found[], socket: Socket, peer: string): Promise<void> {
    for (const found of all) {
      try {
        const isSafe = await this.#options.take(found, peer);
        if (isSafe && found.ok && found.frame.flags?.needsAck) this.#acknowledge(found.frame, socket);
      } catch (error) {
        this.#options.onTrouble(`${peer}: ${errorMessage(error)}`);
      }
    }
  }

  #acknowledge(frame: Frame, socket: Socket): void {
    if (!socket.writable) return;
    socket.write(dataAcknowledgement(frame));
    this.acknowledged += 1;
  }
}

const isClosedHere = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
