import { afterEach, describe } from 'vitest';
import { describeAggregates } from './contract/aggregates.ts';
import { describeDerivedFigures } from './contract/derived-figures.ts';
import { nowMs } from './contract/figures.ts';
import { describeScaleAndRestarts } from './contract/scale-and-restarts.ts';
import type { StoreOpener, StoreSetup, StoreUnderTest } from './contract/store-under-test.ts';
import { describeWriteAndRead } from './contract/write-and-read.ts';
import { contractTags } from './plant-tags.ts';

/** What every adapter of the port must do. */
export function describeTimeSeriesStore(
  name: string,
  open: (setup: StoreSetup) => Promise<StoreUnderTest>,
): void {
  describe(`time-series store contract: ${name}`, () => {
    let current: StoreUnderTest | undefined;
    const opener: StoreOpener = {
      async opened(setup = {}) {
        current = await open({
          ...{ tags: contractTags, timeZone: 'Europe/Berlin', clock: { nowMs: () => nowMs } },
          ...setup,
        });
        return current.store;
      },
      async reopened() {
        if (current === undefined) throw new Error('no store is open');
        return current.reopen();
      },
      async dropped() {
        await current?.stop();
        current = undefined;
      },
    };
    afterEach(() => opener.dropped());

    describeWriteAndRead(opener);
    describeAggregates(opener);
    describeDerivedFigures(opener);
    describeScaleAndRestarts(opener);
  });
}
