import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import pino from 'pino';
import { AccessTokens } from '../api/auth/tokens.ts';
import { type Clock, systemClock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import { dayMs } from '../model/window.ts';
import { type LoadedPlant, loadPlant } from '../plant/load.ts';
import { openDataFolder } from './platform/data-folder.ts';
import { freeDemoPorts } from './platform/free-ports.ts';
import { openLogFile } from './platform/log-file.ts';
import type { Platform } from './platform/platform.ts';
import { historyShare, progressBar, stationLine } from './platform/progress.ts';
import { keepHeapSmall } from './sparing-heap.ts';
import { version } from './version.ts';

interface StartOptions {
  readonly config: string;
  readonly data: string;
  readonly host?: string;
  readonly port?: string;
}

/** The token in the start link; a new one each start, so that an old terminal's link does not live for ever. */
const LINK_TOKEN_LIFE_MS = 30 * dayMs;
const HISTORY_POLL_MS = 500;
/** A look at ten thousand tags takes a tenth of a second: it shall not keep the store busy. */
const POLL_PAUSE_FACTOR = 10;
/** A plant without history (a real one, on its first day) shall not keep the bar on the screen. */
const HISTORY_PATIENCE_MS = 120_000;

/** `plantscope start`: the whole platform in one process. */
export function register(program: Command): void {
  program
    .command('start')
    .description('Run the whole platform in one process, and print the link to open')
    .option('--config <file>', 'plant file', 'plant.yaml')
    .option('--data <folder>', 'data folder; deleting it is a factory reset', 'data')
    .option('--host <address>', 'address to listen on (default: the plant file, or 127.0.0.1)')
    .option('--port <number>', 'port of the console and the API (default: the plant file, or 3000)')
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  keepHeapSmall();
  const asked = options.port === undefined ? undefined : portNumber(options.port);
  const { loaded, apiPort, moved } = await freeDemoPorts(loadPlant(options.config), asked);
  // Only after the file is found right: protocol stacks take a second to load.
  const { builtConsole, startPlatform } = await import('./platform/platform.ts');
  const folder = openDataFolder(options.data);
  const logger = pino({ level: 'info' }, openLogFile(folder.log, { onTrouble: say }));
  const tokens = new AccessTokens(folder.root);
  tokens.prune();
  const stopped = stopSignal();
  say(
    `Plantscope ${version()}: ${loaded.plant.site.name}, ${loaded.plant.tags.length} tags. Data in ${folder.root}`,
  );
  for (const line of moved) say(line);
  // First, so that a folder that takes no file is told before anything runs.
  const expiresMs = systemClock.nowMs() + LINK_TOKEN_LIFE_MS;
  const token = tokens.issue({ role: 'admin', label: 'start link', expiresMs });
  const platform = await startPlatform({
    ...{ loaded, folder, tokens, logger, clock: systemClock, version: version() },
    host: options.host ?? loaded.file.api?.host ?? '127.0.0.1',
    port: apiPort,
    consoleFolder: builtConsole(),
  });
  process.stdout.write(`\n  Open ${platform.url}/?token=${token}\n\n`);
  try {
    await Promise.race([showProgress(platform, loaded, systemClock), stopped]);
    await stopped;
    say('\nStopping: what is under way is put on disk first ...');
  } finally {
    await platform.stop();
  }
  say('Stopped. The next start continues here.');
}

/** Shows the bar until the last 24 hours of every tag are there, then a line for each station. */
async function showProgress(platform: Platform, { plant }: LoadedPlant, clock: Clock): Promise<void> {
  const startedMs = clock.nowMs();
  for (;;) {
    const askedMs = clock.nowMs();
    const share = (await historyShare(platform.store, plant, clock)) ?? 0;
    const tookMs = clock.nowMs() - askedMs;
    const isLong = clock.nowMs() - startedMs > HISTORY_PATIENCE_MS;
    if (process.stderr.isTTY) process.stderr.write(`\r${progressBar(share, 'history of the last 24 h')}`);
    if (share >= 1 || isLong) break;
    await delay(Math.max(HISTORY_POLL_MS, POLL_PAUSE_FACTOR * tookMs));
  }
  const tookS = ((clock.nowMs() - startedMs) / 1000).toFixed(1);
  say(`\nThe last 24 h are filled after ${tookS} s; older days arrive in the background. Stations:`);
  for (const health of platform.health()) say(stationLine(health));
  say('Ctrl-C stops.');
}

/** Resolves at the first Ctrl-C or termination; a second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
        process.once(signal, () => process.exit(130));
      });
    }
  });
}

/** @throws PlantscopeError `usage` */
export function portNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new PlantscopeError('usage', `--port is "${text}"`, {
    hint: 'A whole number from 0 (any free port) to 65535.',
  });
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);
