import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Clock, systemClock } from '../../model/clock.ts';
import { errorMessage, PlantscopeError } from '../../model/error.ts';
import { isRole, type Role } from './roles.ts';

/** Who a request speaks for. */
export interface Identity {
  /** First characters of the token's hash: names the token in logs without giving it away. */
  readonly id: string;
  readonly role: Role;
  readonly label: string;
}

export interface IssueOptions {
  readonly role: Role;
  /** Shown in the list: who or what uses the token. */
  readonly label: string;
  /** Default: never. */
  readonly expiresMs?: number;
}

interface TokenRecord extends Identity {
  readonly createdMs: number;
  readonly expiresMs: number | undefined;
}

const TRUST_FOR_MS = 1000;

/**
 * Access tokens, one small file (0600) each in the data directory, named by the SHA-256 of the token: the token itself is
 * never written. A file a token needs no lock between a running platform and the command line, and deleting one revokes it
 * within a second. A plain hash is enough: a token is 256 random bits, not a password.
 */
export class AccessTokens {
  /** Differs between two platforms on one host, whose cookies browsers would otherwise mix up. */
  readonly instance: string;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #seen = new Map<string, { readonly record: TokenRecord; readonly untilMs: number }>();

  constructor(dataFolder: string, clock: Clock = systemClock) {
    this.#folder = join(resolve(dataFolder), 'access');
    this.#clock = clock;
    this.instance = sha256(this.#folder).slice(0, 8);
  }

  /**
   * @returns the token, shown once
   * @throws PlantscopeError `data-folder-unwritable`
   */
  issue({ role, label, expiresMs }: IssueOptions): string {
    const token = randomBytes(32).toString('base64url');
    const record = { role, label, createdMs: this.#clock.nowMs(), ...(expiresMs && { expiresMs }) };
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      this.#save(this.#file(sha256(token)), `${JSON.stringify(record)}\n`);
    } catch (cause) {
      throw new PlantscopeError('data-folder-unwritable', `Can't keep a token: ${errorMessage(cause)}`, {
        cause,
        where: this.#folder,
        hint: 'Check its rights and the free space, or name another data folder with --data.',
      });
    }
    return token;
  }

  /** @returns undefined where the token is unknown, revoked or expired */
  async verify(token: string): Promise<Identity | undefined> {
    const hash = sha256(token);
    const nowMs = this.#clock.nowMs();
    const seen = this.#seen.get(hash);
    const record = seen && seen.untilMs > nowMs ? seen.record : await this.#read(hash);
    if (!record || (record.expiresMs !== undefined && record.expiresMs <= nowMs)) {
      this.#seen.delete(hash);
      return undefined;
    }
    if (record !== seen?.record) this.#seen.set(hash, { record, untilMs: nowMs + TRUST_FOR_MS });
    return record;
  }

  /** Removes tokens that have expired, and files that are none: no token can be taken by them. */
  prune(): void {
    for (const hash of this.#hashes()) {
      const record = parseRecord(hash, readFileSync(this.#file(hash), 'utf8'));
      const isOver = record?.expiresMs !== undefined && record.expiresMs <= this.#clock.nowMs();
      if (isOver || record === undefined) rmSync(this.#file(hash), { force: true });
    }
  }

  /** Whole or not at all: neither a full disk nor a power cut leaves half a record. */
  #save(path: string, text: string): void {
    const part = `${path}.part`;
    try {
      writeFileSync(part, text, { flag: 'wx', mode: 0o600, flush: true });
      renameSync(part, path);
    } catch (thrown) {
      rmSync(part, { force: true });
      throw thrown;
    }
  }

  #hashes(): string[] {
    try {
      return readdirSync(this.#folder).flatMap((name) => /^([0-9a-f]{64})\.json$/.exec(name)?.[1] ?? []);
    } catch (thrown) {
      if (isAbsent(thrown)) return [];
      throw thrown;
    }
  }

  async #read(hash: string): Promise<TokenRecord | undefined> {
    try {
      return parseRecord(hash, await readFile(this.#file(hash), 'utf8'));
    } catch (thrown) {
      if (isAbsent(thrown)) return undefined;
      throw thrown;
    }
  }

  #file(hash: string): string {
    return join(this.#folder, `${hash}.json`);
  }
}

function parseRecord(hash: string, text: string): TokenRecord | undefined {
  const record = recordOf(text);
  if (typeof record.role !== 'string' || !isRole(record.role)) return undefined;
  return {
    id: hash.slice(0, 8),
    role: record.role,
    label: String(record.label ?? ''),
    createdMs: Number(record.createdMs ?? 0),
    expiresMs: record.expiresMs,
  };
}

function recordOf(text: string): Partial<TokenRecord> {
  try {
    return { ...(JSON.parse(text) as Partial<TokenRecord> | null) };
  } catch {
    return {}; // half a record, of a disk that was full
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
