import fc from 'fast-check';
import { statusCodes } from '../../../model/status.ts';
import { hourMs } from '../../../model/window.ts';
import { energy, power, reading } from '../plant-tags.ts';
import { startMs } from './figures.ts';

/** Any batches over few identities, so that duplicates and delays are the rule. */
export const deliveries = fc.array(
  fc.record({
    readings: fc.array(
      fc
        .record({
          tag: fc.constantFrom(power, energy),
          step: fc.integer({ min: 0, max: 6 }),
          timeNs: fc.constantFrom(0, 1),
          value: fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constant(null)),
          origin: fc.constantFrom('live' as const, 'history' as const),
        })
        .map(({ tag, step, timeNs, value, origin }) =>
          reading(tag, startMs + step * 9 * hourMs, value, {
            timeNs,
            origin,
            status: value === null ? statusCodes.badNoCommunication : statusCodes.good,
          }),
        ),
      { minLength: 1, maxLength: 12 },
    ),
    restart: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);
