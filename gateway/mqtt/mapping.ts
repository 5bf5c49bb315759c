import type { Reading } from '../../model/reading.ts';
import type { Refusal } from '../../model/refusal.ts';

/** What a payload turned into: readings, and what of it can't be one. */
export interface Mapped {
  readonly readings: readonly Reading[];
  readonly refusals: readonly Refusal[];
  /** What the protocol wants to be sent back to the device. */
  readonly requests?: readonly DeviceRequest[];
}

/** A message to a device. */
export interface DeviceRequest {
  readonly topic: string;
  readonly payload: Buffer;
}

/** How one payload format becomes readings; pure but for what a stateful protocol (Sparkplug) must remember. */
export interface MessageMapping {
  /** MQTT topic filters to listen to. */
  readonly filters: readonly string[];
  /** @param arrivalMs when the message came: the time of a payload that carries none */
  map(topic: string, payload: Uint8Array, arrivalMs: number): Mapped;
  /** What to ask of the devices on each new connection to the broker, where the protocol has such a thing. */
  greetings?(nowMs: number): readonly DeviceRequest[];
}
