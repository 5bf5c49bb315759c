import { PlantscopeError } from '../../model/error.ts';
import { readInput } from '../io.ts';

/**
 * Reads raw little-endian float32 samples.
 * @throws PlantscopeError `file-unreadable`, `waveform-size`
 */
export function readWaveform(path: string): Float64Array {
  const bytes = readInput(path);
  if (bytes.length === 0 || bytes.length % 4 !== 0)
    throw new PlantscopeError(
      'waveform-size',
      `${path} holds ${bytes.length} bytes, no whole number of float32`,
      {
        where: path,
        hint: 'Expected raw little-endian 4-byte floats, no header.',
      },
    );
  return Float64Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

/** An option's value as a number above 0, or a usage error that names the option. */
export function positiveNumber(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
    throw new PlantscopeError('option-invalid', `${option} must be a number above 0, not "${text}"`);
  };
}

/** An option's value as a whole number of at least `least`. */
export function wholeNumber(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
    throw new PlantscopeError(
      'option-invalid',
      `${option} must be a whole number from ${least}, not "${text}"`,
    );
  };
}
