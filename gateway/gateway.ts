import type { Clock } from '../model/clock.ts';
import { PlantscopeError } from '../model/error.ts';
import type { StationHealth } from '../model/health.ts';
import type { Plant } from '../model/plant.ts';
import type { ReadingValue } from '../model/reading.ts';
import { Intake, type RefusalSink } from './intake.ts';
import type { Northbound } from './northbound/northbound.ts';
import { Publisher, type PublisherOptions } from './publisher.ts';
import type { Source } from './source.ts';
import type { Spool } from './spool.ts';

export interface GatewayOptions {
  readonly plant: Plant;
  readonly spool: Spool;
  readonly sources: readonly Source[];
  readonly quarantine: RefusalSink;
  readonly clock: Clock;
  /** Other systems that are told what the sources say. */
  readonly northbound?: readonly Northbound[];
  readonly publisher: Omit<PublisherOptions, 'spool' | 'clock'>;
}

export interface Gateway {
  /** What the sources deliver into; history import and the API's typed-in readings use it too. */
  readonly intake: Intake;
  /** Resolves once every source runs, whether or not its device answers yet. */
  start(): Promise<void>;
  /** Sources first, then the publisher; the spool stays open and is its owner's to close. */
  stop(): Promise<void>;
  health(): readonly StationHealth[];
  /**
   * @returns what was read back, in the tag's unit
   * @throws PlantscopeError `write-refused`, `write-unavailable`, `write-unconfirmed`
   */
  write(tag: string, value: number | boolean | string): Promise<ReadingValue>;
}

export function createGateway({
  plant,
  spool,
  sources,
  quarantine,
  clock,
  northbound = [],
  publisher,
}: GatewayOptions): Gateway {
  const intake = new Intake({
    ...{ plant, spool, quarantine, clock },
    onTaken: (readings) => {
      for (const other of northbound) other.taken(readings);
    },
  });
  const sender = new Publisher({ ...publisher, spool, clock });
  return {
    intake,
    start: async () => {
      sender.start();
      for (const other of northbound) other.start();
      await Promise.all(sources.map((source) => source.start(intake)));
    },
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
      await spool.settled();
      await Promise.all(northbound.map((other) => other.stop()));
      await sender.stop();
    },
    health: () => [
      ...sources.map((source) => source.health()),
      intake.health(),
      spool.health(),
      sender.health(),
      ...northbound.map((other) => other.health()),
    ],
    write: async (tag, value) => {
      const source = sources.find(({ id }) => id === plant.tagsById.get(tag)?.source);
      if (source?.write === undefined)
        throw new PlantscopeError('write-refused', `The source of ${tag} can't be written`);
      return source.write(tag, value);
    },
  };
}
