import type { Command } from 'commander';
import { type Found, FrameReader } from '../gateway/hj212/protocol/frame-reader.ts';
import { fromJsonObject, toJsonObject } from '../gateway/hj212/protocol/json-line.ts';
import { parseSm4Key } from '../gateway/hj212/protocol/sm4.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import { registerLive } from './hj212-live.ts';
import { inputChunks, printText, readInput } from './io.ts';

interface KeyOption {
  readonly key?: string;
}

export function register(program: Command): void {
  const hj212 = program.command('hj212').description('Read and write frames of HJ 212-2005, -2017 and -2025');
  hj212
    .command('decode')
    .argument('[file]', 'bytes as a logger sent them; - is standard input', '-')
    .option('--key <key>', 'SM4 key of the 2025 edition: 16 characters or 32 hexadecimal digits')
    .description('One JSON line a frame found, good or refused')
    .action(decode);
  hj212
    .command('encode')
    .argument('[file]', 'JSON lines as decode prints them; - is standard input', '-')
    .option('--key <key>', 'SM4 key, where a line asks for encryption')
    .description('The bytes of each frame, on standard output')
    .action(encode);
  registerLive(hj212);
}

async function decode(file: string, options: KeyOption): Promise<void> {
  const reader = new FrameReader({ key: options.key === undefined ? undefined : parseSm4Key(options.key) });
  for await (const chunk of inputChunks(file)) await printFound(reader.push(chunk));
  await printFound(reader.end());
}

async function printFound(found: readonly Found[]): Promise<void> {
  const lines = found.map((one) => `${JSON.stringify(toJsonObject(one))}\n`);
  if (lines.length > 0) await printText(lines.join(''));
}

function encode(file: string, options: KeyOption): void {
  const key = options.key === undefined ? undefined : parseSm4Key(options.key);
  const lines = readInput(file).toString('utf8').split('\n');
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const json = parseLine(line, `${file}:${index + 1}`);
    if (isRefused(json)) skipped += 1;
    else process.stdout.write(encodeLine(json, key, `${file}:${index + 1}`));
  }
  if (skipped > 0)
    process.stderr.write(`${skipped} refused frames have no bytes here and were passed over\n`);
}

function parseLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new PlantscopeError('json-malformed', `No JSON: ${errorMessage(cause)}`, { cause, where });
  }
}

function encodeLine(json: unknown, key: Uint8Array | undefined, where: string): Buffer {
  try {
    return fromJsonObject(json, key);
  } catch (cause) {
    if (!(cause instanceof PlantscopeError)) throw cause;
    throw new PlantscopeError(cause.code, cause.message, { cause, where, hint: cause.hint });
  }
}

const isRefused = (json: unknown): boolean =>
  typeof json === 'object' && json !== null && 'ok' in json && json.ok === false;
