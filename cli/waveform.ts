import type { Command } from 'commander';
import { PlantscopeError } from '../model/error.ts';
import { printJson, readInput } from './io.ts';
import { issueToken, platformUrl, request, URL_DEFAULT_TEXT } from './platform-request.ts';

interface ImportOptions {
  readonly asset: string;
  readonly quantity: string;
  readonly fs: string;
  readonly rpm?: string;
  readonly load?: string;
  readonly time?: string;
  readonly unit: string;
  readonly position?: string;
  readonly direction?: string;
  readonly data: string;
  readonly url?: string;
  readonly token?: string;
}

/** `plantscope waveform import`: a recording from a file into the running platform. */
export function register(program: Command): void {
  program
    .command('waveform')
    .description('Recordings of vibration and current')
    .command('import <file>')
    .description('Enter a recording (little-endian float32) into the running platform; it is kept')
    .requiredOption('--asset <id>', 'machine of the plant file')
    .requiredOption('--fs <hz>', 'sampling rate')
    .option('--quantity <name>', 'tag of the machine that takes it', 'vibrationWaveform')
    .option('--rpm <number>', 'shaft speed measured with it; without one there is no bearing verdict')
    .option('--load <percent>', 'load measured with it')
    .option('--time <time>', 'of the first sample, ISO 8601 (default: now)')
    .option('--unit <unit>', 'g, m/s2, mm/s or A', 'g')
    .option('--position <name>', 'mounting point, as drive-end')
    .option('--direction <name>', 'radial, horizontal, vertical or axial')
    .option('--data <folder>', 'data folder of the platform, for a token', 'data')
    .option('--url <url>', `the running platform (${URL_DEFAULT_TEXT})`)
    .option('--token <token>', 'access token (default: made from the data folder)')
    .action(enter);
}

async function enter(file: string, options: ImportOptions): Promise<void> {
  const bytes = readInput(file);
  if (bytes.length === 0 || bytes.length % 4 !== 0)
    throw new PlantscopeError('file-malformed', `${file} is no float32 file: ${bytes.length} bytes`, {
      where: file,
    });
  const { asset, quantity, time, unit, position, direction } = options;
  const body = {
    ...{ asset, quantity, unit, fs: numberOf('--fs', options.fs), f32: bytes.toString('base64') },
    ...(options.rpm !== undefined && { rpm: numberOf('--rpm', options.rpm) }),
    ...(options.load !== undefined && { loadPct: numberOf('--load', options.load) }),
    ...(time !== undefined && { time }),
    ...(position !== undefined && { position }),
    ...(direction !== undefined && { direction }),
  };
  const token = options.token ?? issueToken(options.data, 'operator', 'waveform import');
  const answer = await request(
    new URL('/api/v1/equipment/waveform', platformUrl(options)),
    'POST',
    token,
    body,
  );
  printJson(await answer.json());
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new PlantscopeError('option-invalid', `${name} must be a number from 0, not "${text}"`, {
    where: name,
  });
}
