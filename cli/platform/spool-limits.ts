import { parseDurationMs } from '../../model/window.ts';
import type { LoadedPlant } from '../../plant/load.ts';

/** The bounds that the plant file sets for the gateway's spool. */
export function spoolLimits({ file }: LoadedPlant): {
  readonly maxBytes?: number;
  readonly maxAgeMs?: number;
  readonly whenFull?: 'hold' | 'drop-oldest';
} {
  const { spoolMaxMb, spoolMaxAge, spoolWhenFull } = file.gateway ?? {};
  const maxAgeMs = parseDurationMs(spoolMaxAge ?? '');
  return {
    ...(spoolMaxMb !== undefined && { maxBytes: spoolMaxMb * 1024 * 1024 }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(spoolWhenFull !== undefined && { whenFull: spoolWhenFull }),
  };
}
