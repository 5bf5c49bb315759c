import { connect, type MqttClient } from 'mqtt';
import { numberedPayload } from './numbers.ts';

/**
 * A device with a store of its own: it keeps each number until it is acknowledged, and after a reconnect sends all that
 * is not, many at once. (mqtt.js alone would send them one by one, each waiting for the one before.)
 */
export class NumberedDevice {
  readonly #url: string;
  readonly #password: string;
  readonly #unacknowledged = new Set<number>();
  #client: MqttClient | undefined;
  #isStopped = false;

  constructor(url: string, password: string) {
    this.#url = url;
    this.#password = password;
    this.#connect();
  }

  get unacknowledged(): number {
    return this.#unacknowledged.size;
  }

  get isConnected(): boolean {
    return this.#client?.connected === true;
  }

  send(from: number, to: number): void {
    for (let number = from; number < to; number++) {
      this.#unacknowledged.add(number);
      if (this.#client !== undefined && this.isConnected) this.#publish(this.#client, number);
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#client?.endAsync(true);
  }

  #connect(): void {
    const options = { username: 'device', password: this.#password, clientId: 'numbered-device' };
    const client = connect(this.#url, { ...options, reconnectPeriod: 0 });
    this.#client = client;
    client.on('error', () => undefined); // refused while the platform is down, as it should be
    client.once('connect', () => {
      for (const number of this.#unacknowledged) this.#publish(client, number);
    });
    client.once('close', () => {
      client.end(true);
      if (!this.#isStopped) setTimeout(() => this.#connect(), 20);
    });
  }

  #publish(client: MqttClient, number: number): void {
    client.publish('devices/numbers', numberedPayload(number), { qos: 1 }, (error) => {
      if (!error) this.#unacknowledged.delete(number);
    });
  }
}
