import type { Command } from 'commander';
import { diagnoseBearing } from '../../scenarios/equipment/bearing/diagnose.ts';
import { printJson } from '../io.ts';
import { positiveNumber, readWaveform } from './equipment-waveform.ts';

interface BearingFlags {
  readonly fs: number;
  readonly rpm: number;
  readonly bpfo: number;
  readonly bpfi: number;
  readonly bsf2: number;
  readonly ftf: number;
}

export function registerBearing(analyse: Command): void {
  analyse
    .command('bearing')
    .description('Name the faulty bearing element in an acceleration record (raw float32, g)')
    .argument('<file>', 'raw little-endian float32 samples in g')
    .requiredOption('--fs <hz>', 'sample rate, Hz', positiveNumber('--fs'))
    .requiredOption('--rpm <n>', 'measured shaft speed, rpm', positiveNumber('--rpm'))
    .requiredOption('--bpfo <x>', 'outer race frequency, multiple of shaft speed', positiveNumber('--bpfo'))
    .requiredOption('--bpfi <x>', 'inner race frequency, multiple of shaft speed', positiveNumber('--bpfi'))
    .requiredOption(
      '--bsf2 <x>',
      'twice the ball spin frequency, multiple of shaft speed',
      positiveNumber('--bsf2'),
    )
    .requiredOption('--ftf <x>', 'cage frequency, multiple of shaft speed', positiveNumber('--ftf'))
    .action((file: string, flags: BearingFlags) => {
      const { fs, rpm, bpfo, bpfi, bsf2, ftf } = flags;
      printJson(
        diagnoseBearing({
          samples: readWaveform(file),
          sampleRateHz: fs,
          shaftRpm: rpm,
          multipliers: { bpfo, bpfi, bsf2, ftf },
        }),
      );
    });
}
