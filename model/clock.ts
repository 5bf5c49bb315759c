/** The time of day as a port, so that tests and the simulator can set it. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
