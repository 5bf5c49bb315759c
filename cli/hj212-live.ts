import type { Command } from 'commander';
import type { FrameToWrite } from '../gateway/hj212/protocol/encode.ts';
import type { Frame } from '../gateway/hj212/protocol/frame.ts';
import { type Found, FrameReader } from '../gateway/hj212/protocol/frame-reader.ts';
import { toJsonObject } from '../gateway/hj212/protocol/json-line.ts';
import { Receiver } from '../gateway/hj212/protocol/receiver.ts';
import { SiteLink } from '../gateway/hj212/protocol/site-link.ts';
import { parseSm4Key } from '../gateway/hj212/protocol/sm4.ts';
import { PlantscopeError } from '../model/error.ts';
import { inputChunks, printText } from './io.ts';
import { portNumber, stopSignal } from './start.ts';

interface ListenOptions {
  readonly port: string;
  readonly host: string;
  readonly key?: string;
  readonly acknowledge: boolean;
}

interface SendOptions {
  readonly to: string;
  readonly key?: string;
  readonly timeout: string;
  readonly retries: string;
}

/** `plantscope hj212 listen` and `send`: both ends of a link by hand, for whoever brings a station into service. */
export function registerLive(hj212: Command): void {
  hj212
    .command('listen')
    .description('Be a platform: print the frames that arrive as JSON lines, acknowledge the uploads')
    .requiredOption('--port <n>', 'TCP port to listen on')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--key <key>', 'SM4 key of the 2025 edition')
    .option('--no-acknowledge', 'answer nothing')
    .action(listen);
  hj212
    .command('send')
    .argument('[file]', 'frames as bytes; - is standard input', '-')
    .description('Be a station: send each frame, wait for its acknowledgement, print how it ended')
    .requiredOption('--to <host:port>', 'platform to send to')
    .option('--key <key>', 'SM4 key of the 2025 edition')
    .option('--timeout <s>', 'seconds to wait for an acknowledgement', '5')
    .option('--retries <n>', 'how often a frame is sent again', '3')
    .action(send);
}

async function listen({ port, host, key, acknowledge }: ListenOptions): Promise<void> {
  const receiver = new Receiver({
    ...{ host, port: portNumber(port), key: key === undefined ? undefined : parseSm4Key(key) },
    take: async (found, peer) => {
      await printText(`${JSON.stringify({ peer, ...toJsonObject(found) })}\n`);
      return acknowledge;
    },
    onTrouble: (message) => process.stderr.write(`${message}\n`),
  });
  const stopped = stopSignal();
  await receiver.listen();
  process.stderr.write(`Listening on ${host}:${port}. Ctrl-C stops.\n`);
  await stopped;
  await receiver.close();
}

async function send(file: string, options: SendOptions): Promise<void> {
  const { link, key, address } = linkOf(options);
  link.start();
  try {
    await reached(link, address, Number(options.timeout) * 1000);
    const reader = new FrameReader({ key });
    for await (const chunk of inputChunks(file)) await sendAll(link, key, reader.push(chunk));
    await sendAll(link, key, reader.end());
  } finally {
    link.stop();
  }
  const { acknowledged, refused, lost } = link.counters;
  process.stderr.write(`${acknowledged} acknowledged, ${refused} refused, ${lost} without an answer\n`);
  if (refused + lost > 0) process.exitCode = 1;
}

function linkOf({ to, key: keyText, timeout, retries }: SendOptions) {
  const at = to.lastIndexOf(':');
  const host = at > 0 ? to.slice(0, at) : '127.0.0.1';
  const port = portNumber(to.slice(at + 1));
  const [overTimeS, reCount] = [Number(timeout), Number(retries)];
  if (!(overTimeS > 0) || !(reCount >= 0)) {
    throw new PlantscopeError('usage', 'Give --timeout as seconds above 0 and --retries as a number from 0');
  }
  const key = keyText === undefined ? undefined : parseSm4Key(keyText);
  const link = new SiteLink({
    ...{ host, port, edition: '2017', overTimeMs: overTimeS * 1000, reCount },
    onTrouble: (message) => process.stderr.write(`${message}\n`),
    onRequest: (frame) => process.stderr.write(`request: CN=${frame.CN} ${frame.cp}\n`),
  });
  return { link, key, address: `${host}:${port}` };
}

async function reached(link: SiteLink, address: string, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const isReached = await Promise.race([link.connected(), late]);
  clearTimeout(timer);
  if (isReached) return;
  throw new PlantscopeError('hj212-unreachable', `Nobody answers at ${address}`, {
    where: address,
    hint: 'Is a platform listening there? `plantscope hj212 listen` is one.',
    retryable: true,
  });
}

async function sendAll(link: SiteLink, key: Uint8Array | undefined, all: readonly Found[]): Promise<void> {
  for (const found of all) {
    if (!found.ok) {
      await printText(`${JSON.stringify(toJsonObject(found))}\n`);
      continue;
    }
    const outcome = await link.upload(asSent(found.frame, key));
    const { QN = null, CN = null, MN = null } = found.frame;
    await printText(`${JSON.stringify({ QN, CN, MN, ...outcome })}\n`);
  }
}

/** The same bytes again: header, CRC digits and line end as they were. */
function asSent(frame: Frame, key: Uint8Array | undefined): FrameToWrite {
  const { cipher, edition: _edition, flags: _flags, warnings: _warnings, declaredLength, ...rest } = frame;
  if (cipher === undefined || key === undefined) return rest;
  return { ...rest, declaredLength, cipher: { key, form: cipher } };
}
