import type { Command } from 'commander';
import { PlantscopeError } from '../../model/error.ts';
import { type VibrationUnit, vibrationSeverity } from '../../scenarios/equipment/vibration/severity.ts';
import type { MachineGroup, SupportClass } from '../../scenarios/equipment/vibration/severity-zones.ts';
import { printJson } from '../io.ts';
import { positiveNumber, readWaveform } from './equipment-waveform.ts';

interface VibrationFlags {
  readonly fs: number;
  readonly rpm: number;
  readonly unit: VibrationUnit;
  readonly group: MachineGroup;
  readonly support: SupportClass;
}

export function registerVibration(analyse: Command): void {
  analyse
    .command('vibration')
    .description('Velocity RMS and ISO 20816-3 zone of a vibration record (raw float32)')
    .argument('<file>', 'raw little-endian float32 samples')
    .requiredOption('--fs <hz>', 'sample rate, Hz', positiveNumber('--fs'))
    .requiredOption('--rpm <n>', 'shaft speed, rpm', positiveNumber('--rpm'))
    .requiredOption('--unit <u>', 'g, m/s2 or mm/s', oneOf('--unit', ['g', 'm/s2', 'mm/s']))
    .requiredOption('--group <n>', 'machine group, 1 or 2', (text) =>
      Number(oneOf('--group', ['1', '2'])(text)),
    )
    .requiredOption('--support <s>', 'rigid or flexible', oneOf('--support', ['rigid', 'flexible']))
    .action((file: string, { fs, rpm, unit, group, support }: VibrationFlags) => {
      const record = { samples: readWaveform(file), sampleRateHz: fs, shaftRpm: rpm, unit };
      printJson(vibrationSeverity(record, group, support));
    });
}

/** Refuses what is not listed: a zone must not rest on a guessed unit, group or support. */
function oneOf<T extends string>(option: string, allowed: readonly T[]): (text: string) => T {
  return (text) => {
    const found = allowed.find((value) => value === text);
    if (found !== undefined) return found;
    throw new PlantscopeError(
      'option-invalid',
      `${option} must be one of ${allowed.join(', ')}, not "${text}"`,
    );
  };
}
