import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Factory } from '../devices-sim/factory.ts';
import type { SimulatedLoggers } from '../devices-sim/hj212/simulated-loggers.ts';
import type { ModbusMeter } from '../devices-sim/modbus-meter.ts';
import type { SimulatedPlantOptions } from '../devices-sim/simulated-plant.ts';
import type { Edition } from '../gateway/hj212/protocol/flag.ts';
import { PlantCalendar } from '../model/calendar.ts';
import { systemClock } from '../model/clock.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import { dayMs } from '../model/window.ts';

interface SimOptions {
  readonly port: string;
  readonly host: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly data: string;
  readonly seed: string;
  readonly timeZone: string;
  readonly healthy?: boolean;
  readonly trust?: readonly string[];
  readonly mqtt?: string;
  readonly mqttUser?: string;
  readonly mqttPasswordFile?: string;
  readonly mqttCa?: string;
  readonly modbusPort?: string;
  readonly hj212?: string;
  readonly hj212Edition: string;
  readonly hj212PasswordFile?: string;
  readonly faults?: boolean | string;
}

/** `plantscope sim`: the simulated factory's devices alone, for other platforms and tools to connect to. */
export function register(program: Command): void {
  program
    .command('sim')
    .description('Run the simulated factory alone: OPC UA server with historian, MQTT devices')
    .option('--port <n>', 'port of the OPC UA server', '4842')
    .option('--host <address>', 'address it listens on; another than loopback needs --user', '127.0.0.1')
    .option('--user <name>', 'user the OPC UA server asks for (default: anonymous)')
    .option('--password-file <file>', 'file with the password of --user')
    .option('--data <folder>', 'where the server keeps its certificate and trust list', 'data')
    .option('--seed <n>', 'the same seed gives the same readings at the same times', '1')
    .option('--time-zone <zone>', 'zone of the shifts', 'Asia/Shanghai')
    .option('--healthy', 'without any fault')
    .option('--trust <file...>', 'certificates (PEM or DER) of OPC UA clients to let in')
    .option('--mqtt <url>', 'broker the MQTT devices publish to (default: they stay off)')
    .option('--mqtt-user <name>', 'user of the MQTT devices')
    .option('--mqtt-password-file <file>', 'file with the password of --mqtt-user')
    .option('--mqtt-ca <file>', 'PEM of the authority that signed the broker certificate')
    .option('--modbus-port <n>', 'port of the electricity meters on Modbus TCP (default: off)')
    .option('--hj212 <host:port>', 'platform the HJ 212 data loggers report to (default: off)')
    .option('--hj212-edition <year>', 'edition they send by: 2005, 2017 or 2025', '2017')
    .option('--hj212-password-file <file>', 'file with their PW (default: 123456)')
    .option('--faults [from/to]', 'print the labelled faults as JSON and end (default: the last 28 days)')
    .action(async (options: SimOptions) => {
      if (options.faults === undefined) return await run(options);
      process.stdout.write(`${JSON.stringify(await faultList(options), undefined, 2)}\n`);
    });
}

async function faultList(options: SimOptions) {
  const { createFactory } = await import('../devices-sim/factory.ts');
  const { publishFault } = await import('../devices-sim/ground-truth.ts');
  const { seed, timeZone, faults } = identityOf(options);
  const { fromMs, toMs } = spanOf(options.faults, timeZone);
  return createFactory({ seed, timeZone, faults }).faultsBetween(fromMs, toMs).map(publishFault);
}

async function run(options: SimOptions): Promise<void> {
  const certificates = (options.trust ?? []).map(readCertificate);
  const plantOptions = plantOptionsOf(options);
  const { quietStack } = await import('../gateway/opcua/quiet-stack.ts');
  const { pino } = await import('pino');
  quietStack(pino({ level: 'warn' }, pino.destination(2)));
  const { startSimulatedPlant } = await import('../devices-sim/simulated-plant.ts');
  const plant = await startSimulatedPlant(plantOptions);
  for (const certificate of certificates) await plant.trustClient(certificate);
  say(`OPC UA: ${plant.endpointUrl} (SignAndEncrypt; ${options.user ?? 'anonymous'})`);
  say(options.mqtt ? `MQTT devices publish to ${options.mqtt} under sim/` : 'MQTT devices are off (--mqtt)');
  const meter = await startMeter(options, plant.factory);
  const loggers = await startLoggers(options, plant.factory);
  await signalled();
  await loggers?.stop();
  await meter?.stop();
  await plant.stop();
}

async function startMeter(
  { modbusPort, host }: SimOptions,
  factory: Factory,
): Promise<ModbusMeter | undefined> {
  if (modbusPort === undefined) return undefined;
  const { startModbusMeter } = await import('../devices-sim/modbus-meter.ts');
  const port = wholeNumber(modbusPort, '--modbus-port', 65_535);
  const meter = await startModbusMeter({ factory, clock: systemClock, port, host });
  say(`Modbus TCP: ${host}:${port}, units 1 to 12 (no encryption, as the protocol is)`);
  return meter;
}

async function startLoggers(options: SimOptions, factory: Factory): Promise<SimulatedLoggers | undefined> {
  const { hj212, hj212Edition, hj212PasswordFile } = options;
  if (hj212 === undefined) return undefined;
  const at = hj212.lastIndexOf(':');
  const { startSimulatedLoggers } = await import('../devices-sim/hj212/simulated-loggers.ts');
  const loggers = startSimulatedLoggers({
    ...{ factory, clock: systemClock, edition: editionOf(hj212Edition) },
    host: at > 0 ? hj212.slice(0, at) : '127.0.0.1',
    port: wholeNumber(hj212.slice(at + 1), '--hj212', 65_535),
    ...(hj212PasswordFile !== undefined && { password: readSecret(hj212PasswordFile) }),
    onProblem: (message) => say(`problem: ${message}`),
  });
  say(`HJ 212 loggers report to ${hj212}: ${loggers.stations.join(', ')}`);
  return loggers;
}

function editionOf(text: string): Edition {
  if (text === '2005' || text === '2017' || text === '2025') return text;
  throw new PlantscopeError('usage', `--hj212-edition is "${text}"`, {
    hint: 'Expected 2005, 2017 or 2025.',
  });
}

function plantOptionsOf(options: SimOptions): SimulatedPlantOptions {
  const { host, user, passwordFile, data, mqtt } = options;
  const password = passwordFile === undefined ? '' : readSecret(passwordFile);
  return {
    ...identityOf(options),
    clock: systemClock,
    opcuaPort: wholeNumber(options.port, '--port', 65_535),
    opcuaHost: host,
    ...(user === undefined ? {} : { opcuaUser: { name: user, password } }),
    pkiFolder: join(data, 'pki', 'simulator'),
    ...(mqtt === undefined ? {} : { mqtt: mqttOptionsOf(mqtt, options) }),
    onProblem: (error) => say(`problem: ${errorMessage(error)}`),
  };
}

function mqttOptionsOf(url: string, { mqttUser, mqttPasswordFile, mqttCa }: SimOptions) {
  return {
    url,
    ...(mqttUser === undefined ? {} : { username: mqttUser }),
    ...(mqttPasswordFile === undefined ? {} : { password: readSecret(mqttPasswordFile) }),
    ...(mqttCa === undefined ? {} : { ca: readFile(mqttCa) }),
  };
}

function identityOf({ seed, timeZone, healthy }: SimOptions) {
  try {
    new PlantCalendar(timeZone);
  } catch (cause) {
    throw new PlantscopeError('usage', `--time-zone is "${timeZone}"`, {
      cause,
      hint: 'Expected an IANA name such as Asia/Shanghai.',
    });
  }
  const faults = healthy ? ('none' as const) : ('demo' as const);
  return { seed: wholeNumber(seed, '--seed', 2 ** 31), timeZone, faults };
}

function spanOf(span: boolean | string | undefined, timeZone: string): { fromMs: number; toMs: number } {
  if (typeof span !== 'string') return { fromMs: Date.now() - 28 * dayMs, toMs: Date.now() };
  const calendar = new PlantCalendar(timeZone);
  const [fromMs, toMs] = span.split('/').map((part) => calendar.parse(part));
  if (fromMs === undefined || toMs === undefined || toMs <= fromMs) {
    throw new PlantscopeError('usage', `--faults is "${span}"`, {
      hint: 'Expected two dates or times, for example 2026-11-01/2026-12-01.',
    });
  }
  return { fromMs, toMs };
}

function wholeNumber(text: string, option: string, most: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new PlantscopeError('usage', `${option} is "${text}"`, {
    hint: `Expected a whole number from 0 to ${most}.`,
  });
}

const readSecret = (path: string): string => readFile(path).toString('utf8').trimEnd();

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new PlantscopeError('file-unreadable', `Can't read ${path}: ${errorMessage(cause)}`, {
      cause,
      where: path,
      hint: 'Name a file that exists and that you may read.',
    });
  }
}

function readCertificate(path: string): Buffer {
  const content = readFile(path);
  try {
    return new X509Certificate(content).raw;
  } catch (cause) {
    throw new PlantscopeError('certificate-malformed', `${path} holds no certificate`, {
      cause,
      where: path,
      hint: 'Expected an X.509 certificate, PEM or DER.',
    });
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
