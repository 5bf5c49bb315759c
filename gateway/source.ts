import type { StationHealth } from '../model/health.ts';
import type { Reading, ReadingValue } from '../model/reading.ts';
import type { Refusal } from '../model/refusal.ts';

/** A place readings come from: an OPC UA server, MQTT devices, a Modbus unit, an HJ 212 logger, a recorded file. */
export interface Source {
  readonly id: string;
  /** Begins to deliver and keeps trying for ever; resolves once it runs, whether or not the device answers yet. */
  start(sink: SourceSink): Promise<void>;
  /** Delivers what it holds, then ends. */
  stop(): Promise<void>;
  health(): StationHealth;
  /**
   * Only where the source can: writes a value, in the tag's unit, of a tag marked writable.
   * @returns what was read back, in the tag's unit
   * @throws PlantscopeError `write-refused`, `write-unavailable`, `write-unconfirmed`
   */
  write?(tag: string, value: number | boolean | string): Promise<ReadingValue>;
}

/** Where a source hands its readings in: the gateway's spool behind deadband and same-time rule. */
export interface SourceSink {
  /**
   * Resolves when the spool holds the readings on disk: only then may the device be acknowledged. Events of the source
   * itself go the same way, as readings (`eventReading`).
   */
  accept(readings: readonly Reading[]): Promise<void>;
  /** For what can't become a reading: it is kept with its reason, counted and shown. */
  refuse(refusals: readonly Refusal[]): Promise<void>;
  /** Source time of the newest reading taken of each tag, so that a source can back-fill exactly what is missing. */
  newestTimeMs(tag: string): number | undefined;
}
