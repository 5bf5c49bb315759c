import { expect, test } from 'vitest';
import { historyShare } from '../../cli/platform/progress.ts';
import { PlantscopeError } from '../../model/error.ts';
import { numberPlant } from '../delivery/numbers.ts';

test('a store that is away while the platform starts does not end the start', async () => {
  const away = async () => {
    throw new PlantscopeError('store-unavailable', 'down for a moment', { retryable: true });
  };
  expect(await historyShare({ aggregates: away }, numberPlant(), { nowMs: () => 0 })).toBeUndefined();
});
