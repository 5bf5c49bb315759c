import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { dataAnswer } from '../../../../gateway/hj212/protocol/answers.ts';
import { encodeFrame, type FrameToWrite } from '../../../../gateway/hj212/protocol/encode.ts';
import type { Frame } from '../../../../gateway/hj212/protocol/frame.ts';
import { FrameReader } from '../../../../gateway/hj212/protocol/frame-reader.ts';
import { parseItems } from '../../../../gateway/hj212/protocol/items.ts';

export interface Chaos {
  /** Shares of uploads, 0 to 1. */
  readonly drop: number;
  readonly delay: number;
  readonly duplicate: number;
  readonly refuse: number;
  readonly hangUp: number;
  /** Of connections. */
  readonly turnAway: number;
}

export const peace: Chaos = { drop: 0, delay: 0, duplicate: 0, refuse: 0, hangUp: 0, turnAway: 0 };

/** A platform on a real socket that drops, delays, duplicates, refuses and hangs up by a seeded random number. */
export class ChaosPlatform {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #random: () => number;
  readonly #key: Uint8Array | undefined;
  chaos: Chaos;
  /** MN whose uploads are all refused. */
  readonly refused = new Set<string>();
  /** Every frame that came, also those it then ignored. */
  readonly received: Frame[] = [];
  /** Those it acknowledged. */
  readonly takenFrames: Frame[] = [];
  /** Positive acknowledgements sent, by MN, CN, DataTime and the number of the part. */
  readonly acknowledged = new Map<string, number>();

  private constructor(random: () => number, chaos: Chaos, key?: Uint8Array) {
    this.#random = random;
    this.#key = key;
    this.chaos = chaos;
    this.#server = createServer((socket) => this.#connected(socket));
  }

  static async start(random: () => number, chaos: Chaos, key?: Uint8Array): Promise<ChaosPlatform> {
    const platform = new ChaosPlatform(random, chaos, key);
    platform.#server.listen(0, '127.0.0.1');
    await once(platform.#server, 'listening');
    return platform;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Sends a command to whoever is connected. */
  command(frame: FrameToWrite): void {
    for (const socket of this.#sockets) socket.write(encodeFrame(frame));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await closed;
  }

  #connected(socket: Socket): void {
    if (this.#random() < this.chaos.turnAway) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    const reader = new FrameReader({ key: this.#key });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const found of reader.push(chunk)) if (found.ok) this.#take(found.frame, socket);
    });
  }

  #take(frame: Frame, socket: Socket): void {
    this.received.push(frame);
    if (!frame.flags?.needsAck) return;
    const { drop, delay, duplicate, refuse, hangUp } = this.chaos;
    const fate = this.#random();
    if (this.refused.has(frame.MN ?? '')) this.#refuse(frame, socket);
    else if (fate < drop) return;
    else if (fate < drop + hangUp) socket.destroy();
    else if (fate < drop + hangUp + refuse) this.#refuse(frame, socket);
    else if (fate < drop + hangUp + refuse + delay)
      setTimeout(() => this.#acknowledge(frame, socket), 20 + this.#random() * 200);
    else {
      this.#acknowledge(frame, socket);
      if (fate > 1 - duplicate) this.#acknowledge(frame, socket);
    }
  }

  #refuse(frame: Frame, socket: Socket): void {
    socket.write(encodeFrame({ ...dataAnswer(frame), cp: 'QnRtn=2' }));
  }

  #acknowledge(frame: Frame, socket: Socket): void {
    const key = keyOf(frame);
    this.takenFrames.push(frame);
    this.acknowledged.set(key, (this.acknowledged.get(key) ?? 0) + 1);
    if (socket.writable) socket.write(encodeFrame(dataAnswer(frame)));
  }
}

export function keyOf({ MN, CN, PNO, cp }: Frame): string {
  return [MN, CN, parseItems(cp).params.DataTime, ...(PNO === undefined ? [] : [PNO])].join(' ');
}
