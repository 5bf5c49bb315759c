import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlantscopeError } from '../model/error.ts';

/** What one client of the embedded broker may do. Filters as MQTT writes them (`+`, `#`). */
export interface BrokerClient {
  readonly password: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Clients of the embedded broker by user name, kept in a file that only this user may read. */
export class BrokerCredentials {
  readonly #path: string;
  #clients: Map<string, BrokerClient>;

  private constructor(path: string, clients: Map<string, BrokerClient>) {
    this.#path = path;
    this.#clients = clients;
  }

  /** @throws PlantscopeError `secret-unreadable` */
  static open(dataDir: string): BrokerCredentials {
    const folder = join(dataDir, 'secrets');
    const path = join(folder, 'mqtt-clients.json');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new BrokerCredentials(path, readClients(path));
  }

  /** The client of that name, made with a random password where it is new; its rights are set to those given. */
  ensure(name: string, rights: Omit<BrokerClient, 'password'>): BrokerClient {
    const password = this.#clients.get(name)?.password ?? randomBytes(24).toString('base64url');
    const client = { password, ...rights };
    if (JSON.stringify(this.#clients.get(name)) !== JSON.stringify(client)) {
      this.#clients.set(name, client);
      this.#save();
    }
    return client;
  }

  get(name: string): BrokerClient | undefined {
    return this.#clients.get(name);
  }

  names(): readonly string[] {
    return [...this.#clients.keys()];
  }

  authenticate(name: string | undefined, password: Buffer | undefined): BrokerClient | undefined {
    const client = name === undefined ? undefined : (this.#clients.get(name) ?? this.#addedSince(name));
    const isRight = timingSafeEqual(digest(client?.password ?? randomBytes(8)), digest(password ?? ''));
    return isRight ? client : undefined;
  }

  /** A client that the command line added while the platform runs. */
  #addedSince(name: string): BrokerClient | undefined {
    this.#clients = readClients(this.#path);
    return this.#clients.get(name);
  }

  #save(): void {
    const text = `${JSON.stringify(Object.fromEntries(this.#clients), undefined, 2)}\n`;
    writeFileSync(`${this.#path}.new`, text, { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}

/** @throws PlantscopeError `secret-unreadable` */
function readClients(path: string): Map<string, BrokerClient> {
  if (!existsSync(path)) return new Map();
  try {
    return new Map(Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, BrokerClient>));
  } catch (cause) {
    throw new PlantscopeError('secret-unreadable', `Can't read the broker's clients`, { cause, where: path });
  }
}

const digest = (secret: string | Buffer): Buffer => createHash('sha256').update(secret).digest();

/** Rights of a gateway: its own batches out, its own confirmations in. */
export const gatewayRights = (gateway: string): Omit<BrokerClient, 'password'> => ({
  publish: [`plantscope/batch/${gateway}`],
  subscribe: [`plantscope/stored/${gateway}`],
});
