import type { Edition } from '../../gateway/hj212/protocol/flag.ts';
import type { Clock } from '../../model/clock.ts';
import type { Factory } from '../factory.ts';
import { DataLogger } from './data-logger.ts';
import { simulatedStations } from './stations.ts';

export interface SimulatedLoggersOptions {
  readonly factory: Factory;
  readonly clock: Clock;
  /** The platform they report to. */
  readonly host: string;
  readonly port: number;
  readonly edition?: Edition;
  /** Default: 123456, as loggers come from their makers. */
  readonly password?: string | undefined;
  readonly key?: Uint8Array | undefined;
  readonly onProblem?: (message: string) => void;
}

export interface SimulatedLoggers {
  /** MN of the loggers. */
  readonly stations: readonly string[];
  stop(): Promise<void>;
}

/** A data logger for each monitored outlet of the simulated plant, each on a connection of its own. */
export function startSimulatedLoggers(options: SimulatedLoggersOptions): SimulatedLoggers {
  const { factory, password = '123456', ...rest } = options;
  const stations = simulatedStations(factory);
  const loggers = stations.map((station) => new DataLogger({ ...rest, password, stations: [station] }));
  for (const logger of loggers) logger.start();
  return {
    stations: stations.map(({ MN }) => MN),
    stop: async () => {
      await Promise.all(loggers.map((logger) => logger.stop()));
    },
  };
}
