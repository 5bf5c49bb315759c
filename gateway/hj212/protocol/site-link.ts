import { connect, type Socket } from 'node:net';
import { errorMessage } from '../../../model/error.ts';
import { noticeAnswer } from './answers.ts';
import { encodeFrame, type FrameToWrite } from './encode.ts';
import { type Edition, parseFlag } from './flag.ts';
import type { Frame } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { parseItems } from './items.ts';

export interface SiteLinkOptions {
  readonly host: string;
  readonly port: number;
  readonly edition: Edition;
  /** SM4 key; uploads of data (CN 2xxx) are then encrypted, as the 2025 edition wants. */
  readonly key?: Uint8Array | undefined;
  /** How long an acknowledgement is waited for. Default: 5 s. */
  readonly overTimeMs?: number;
  /** How often an upload is sent again after the first time. Default: 3. */
  readonly reCount?: number;
  /** First wait before connecting again; doubles up to 64 times that. Default: 1 s. */
  readonly reconnectMs?: number;
  /** A request of the platform, or a frame that is no answer to an upload. */
  readonly onRequest?: (request: Frame) => void;
  readonly onTrouble?: (message: string) => void;
}

/** How an upload ended. `lost`: no answer after all repetitions, or no link; nothing is known of it. */
export type UploadOutcome =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'lost' };

interface Waiting {
  readonly frame: FrameToWrite;
  /** Sent no more than once: what an overdue answer means is its caller's to say. */
  readonly once: boolean;
  sent: number;
  timer: NodeJS.Timeout | undefined;
  readonly settle: (outcome: UploadOutcome) => void;
}

const MAX_DOUBLINGS = 6;
const CONNECT_TIMEOUT_MS = 10_000;
/** A connection that held this long was a good one, also where the platform never answers. */
const STEADY_MS = 60_000;
const answers: ReadonlySet<string> = new Set(['9011', '9012', '9013', '9014']);

/**
 * A station's end of a link to a platform: connects and connects again for ever, sends uploads until each is
 * acknowledged, refused or given up, and hands requests on. Whoever uploads keeps what it uploads: the link holds nothing
 * for later, so its memory is bounded by the uploads in hand.
 */
export class SiteLink {
  readonly #options: SiteLinkOptions;
  readonly #waiting = new Map<string, Waiting>();
  readonly #waitingForLink: ((isConnected: boolean) => void)[] = [];
  readonly counters = {
    ...{ sent: 0, acknowledged: 0, retransmitted: 0, refused: 0, lost: 0 },
    ...{ strayAnswers: 0, requests: 0, connects: 0, badFrames: 0 },
  };
  #overTimeMs: number;
  #reCount: number;
  #socket: Socket | undefined;
  #isConnected = false;
  #isStopped = false;
  #failures = 0;
  #connectedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SiteLinkOptions) {
    this.#options = options;
    this.#overTimeMs = options.overTimeMs ?? 5000;
    this.#reCount = options.reCount ?? 3;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Timeout and repetitions from now on. */
  setPatience(overTimeMs: number, reCount: number): void {
    this.#overTimeMs = overTimeMs;
    this.#reCount = reCount;
  }

  start(): void {
    this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#disconnected();
    for (const wake of this.#waitingForLink.splice(0)) wake(false);
  }

  /** Waits for a link; false where the link was stopped. */
  connected(): Promise<boolean> {
    if (this.#isConnected || this.#isStopped) return Promise.resolve(!this.#isStopped);
    return new Promise((resolve) => this.#waitingForLink.push(resolve));
  }

  /** How often an upload is sent at most. */
  get transmissions(): number {
    return 1 + this.#reCount;
  }

  /** Sends one frame until its answer comes. A frame whose Flag asks for none is acknowledged once it is written. */
  upload(frame: FrameToWrite): Promise<UploadOutcome> {
    return this.#upload(frame, false);
  }

  /** As `upload`, but never sends again. */
  uploadOnce(frame: FrameToWrite): Promise<UploadOutcome> {
    return this.#upload(frame, true);
  }

  /** Drops the connection and what is in hand; the next connection follows by itself. */
  reconnect(): void {
    this.#socket?.destroy();
    this.#disconnected();
  }

  #upload(frame: FrameToWrite, once: boolean): Promise<UploadOutcome> {
    if (!this.#isConnected) return Promise.resolve({ kind: 'lost' });
    if (!parseFlag(frame.Flag)?.needsAck) return this.#written(frame);
    return new Promise((settle) => {
      const waiting: Waiting = { frame, once, sent: 0, timer: undefined, settle };
      this.#waiting.set(frame.QN ?? '', waiting);
      this.#transmit(waiting);
    });
  }

  /** Sends a frame without waiting for anything. */
  send(frame: FrameToWrite): void {
    if (this.#isConnected) this.#socket?.write(this.#encode(frame));
  }

  #written(frame: FrameToWrite): Promise<UploadOutcome> {
    this.counters.sent += 1;
    return new Promise((resolve) => {
      this.#socket?.write(this.#encode(frame), (error) => {
        if (error) this.counters.lost += 1;
        else this.counters.acknowledged += 1;
        resolve({ kind: error ? 'lost' : 'acknowledged' });
      });
    });
  }

  #encode(frame: FrameToWrite): Buffer {
    const { key } = this.#options;
    const isEncrypted = key !== undefined && frame.CN?.startsWith('2');
    return encodeFrame(isEncrypted ? { ...frame, cipher: { key, form: 'bytes' } } : frame);
  }

  #transmit(waiting: Waiting): void {
    const isAgain = waiting.sent > 0;
    const { frame } = waiting;
    waiting.sent += 1;
    this.counters[isAgain ? 'retransmitted' : 'sent'] += 1;
    // RF marks a repetition; the older editions don't know it.
    this.send(isAgain && this.#options.edition === '2025' ? { ...frame, RF: '1' } : frame);
    waiting.timer = setTimeout(() => this.#overdue(waiting), this.#overTimeMs);
  }

  #overdue(waiting: Waiting): void {
    if (waiting.once) this.#settle(waiting, { kind: 'lost' });
    else if (waiting.sent < this.transmissions) this.#transmit(waiting);
    else this.#giveUp(waiting);
  }

  #giveUp(waiting: Waiting): void {
    const { host, port, onTrouble } = this.#options;
    onTrouble?.(`${host}:${port} did not acknowledge ${waiting.frame.QN} after ${waiting.sent} times`);
    // A platform that is silent for this long may hold a dead connection: a new one is the only cure.
    this.reconnect();
  }

  #settle(waiting: Waiting, outcome: UploadOutcome): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting.frame.QN ?? '');
    this.counters[outcome.kind] += 1;
    waiting.settle(outcome);
  }

  #connect(): void {
    const { host, port } = this.#options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    const reader = new FrameReader({ key: this.#options.key });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new Error('no connection in time')));
    socket.on('connect', () => {
      socket.setTimeout(0);
      socket.setKeepAlive(true, 30_000);
      this.#connected();
    });
    socket.on('data', (chunk) => {
      for (const found of reader.push(chunk)) {
        if (found.ok) this.#received(found.frame);
        else this.counters.badFrames += 1;
      }
    });
    socket.on('error', (error) => this.#options.onTrouble?.(`${host}:${port}: ${errorMessage(error)}`));
    socket.on('close', () => this.#closed(socket));
  }

  #connected(): void {
    this.#isConnected = true;
    this.#connectedAtMs = performance.now();
    this.counters.connects += 1;
    for (const wake of this.#waitingForLink.splice(0)) wake(true);
  }

  #closed(socket: Socket): void {
    if (socket !== this.#socket) return;
    if (this.#isConnected && performance.now() - this.#connectedAtMs > STEADY_MS) this.#failures = 0;
    this.#disconnected();
    if (this.#isStopped) return;
    const waitMs = (this.#options.reconnectMs ?? 1000) * 2 ** Math.min(this.#failures, MAX_DOUBLINGS);
    this.#failures += 1;
    this.#timer = setTimeout(() => this.#connect(), waitMs);
  }

  #disconnected(): void {
    this.#isConnected = false;
    for (const waiting of this.#waiting.values()) this.#settle(waiting, { kind: 'lost' });
  }

  #received(frame: Frame): void {
    if (answers.has(frame.CN ?? '')) {
      this.#answered(frame);
      return;
    }
    this.counters.requests += 1;
    if (frame.CN === '9015') this.send(noticeAnswer(frame));
    else this.#options.onRequest?.(frame);
  }

  /** 9014 acknowledges; a 9011, and some stacks a 9014, may carry a code that refuses. */
  #answered(frame: Frame): void {
    const waiting = this.#waiting.get(frame.QN ?? '');
    if (waiting === undefined || frame.CN === '9012') {
      this.counters.strayAnswers += 1;
      return;
    }
    // Only a platform that answers is worth coming back to quickly.
    this.#failures = 0;
    const code = parseItems(frame.cp).params.QnRtn ?? '1';
    if (code !== '1') this.#settle(waiting, { kind: 'refused', code });
    else if (frame.CN !== '9011') this.#settle(waiting, { kind: 'acknowledged' });
  }
}
