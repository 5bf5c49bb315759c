import type { StationHealth } from '../../model/health.ts';
import type { Source, SourceSink } from '../source.ts';
import type { DeviceIntake } from './device-intake.ts';

/**
 * Devices on the embedded broker. The broker itself calls `receive` before it acknowledges a device, so an
 * acknowledged reading is on disk; no second MQTT connection is in between.
 */
export class EmbeddedMqttSource implements Source {
  readonly id: string;
  readonly #intake: DeviceIntake;

  constructor(id: string, intake: DeviceIntake) {
    this.id = id;
    this.#intake = intake;
  }

  async start(sink: SourceSink): Promise<void> {
    this.#intake.open(sink);
  }

  async stop(): Promise<void> {}

  accepts(topic: string): boolean {
    return this.#intake.accepts(topic);
  }

  receive(topic: string, payload: Uint8Array): Promise<void> {
    return this.#intake.receive(topic, payload);
  }

  replay(topic: string, payload: Uint8Array, arrivalMs: number): Promise<void> {
    return this.#intake.replay(topic, payload, arrivalMs);
  }

  health(): StationHealth {
    return this.#intake.health({ state: 'ok', summary: 'devices on the embedded broker' });
  }
}
