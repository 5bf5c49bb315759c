import { type Block, blockOf, blocksOf, type ModbusPoint } from './blocks.ts';
import type { ModbusConnection } from './modbus-connection.ts';
import { decodeRegisters } from './registers.ts';

const RETRY_REGISTER_MS = 600_000;
const FIRST_RETRY_UNIT_MS = 5000;
const LONGEST_RETRY_UNIT_MS = 60_000;

export interface UnitOptions {
  readonly unit: number;
  readonly points: readonly ModbusPoint[];
  readonly maxRegisters: number;
  readonly intervalMs: number;
}

export interface PollResult {
  readonly values: readonly { readonly tag: string; readonly raw: number | boolean }[];
  /** Registers set aside in this poll, with the device's reason. */
  readonly quarantined: readonly { readonly point: ModbusPoint; readonly reason: string }[];
}

/**
 * One unit: what to read of it, and what it does not let itself be asked. A request it refuses is halved until the
 * register is found that it means; only that one is set aside, and tried again after ten minutes.
 */
export class UnitPoller {
  readonly unit: number;
  readonly points: readonly ModbusPoint[];
  readonly #maxRegisters: number;
  readonly #cuts = new Set<string>();
  readonly #setAsideMs = new Map<string, number>();
  #blocks: readonly Block[] | undefined;
  readonly #intervalMs: number;
  #failures = 0;
  #dueMs = 0;

  /** All times are of a clock that nobody sets. */
  constructor({ unit, points, maxRegisters, intervalMs }: UnitOptions) {
    this.unit = unit;
    this.points = points;
    this.#maxRegisters = maxRegisters;
    this.#intervalMs = intervalMs;
  }

  get isAnswering(): boolean {
    return this.#failures === 0;
  }

  get dueMs(): number {
    return this.#dueMs;
  }

  get setAside(): number {
    return this.#setAsideMs.size;
  }

  /** At its interval; a unit that did not answer is asked less often, so that it does not hold up the others. */
  isDue(nowMs: number): boolean {
    return nowMs >= this.#dueMs;
  }

  /** @returns true where it answered before */
  failed(nowMs: number): boolean {
    const pauseMs = Math.min(LONGEST_RETRY_UNIT_MS, FIRST_RETRY_UNIT_MS * 2 ** this.#failures);
    this.#dueMs = nowMs + pauseMs;
    this.#failures += 1;
    return this.#failures === 1;
  }

  /** A new connection: ask at once. */
  restart(): void {
    this.#dueMs = 0;
  }

  /** @throws what the connection throws where the unit does not answer at all */
  async poll(connection: ModbusConnection, nowMs: number): Promise<PollResult> {
    // From the time it was due, so that a slow round does not make the next one late; what was missed is not made up.
    const nextMs = this.#dueMs + this.#intervalMs;
    this.#dueMs = nextMs > nowMs ? nextMs : nowMs + this.#intervalMs;
    this.#bringBack(nowMs);
    this.#blocks ??= blocksOf(
      this.points.filter(({ tag }) => !this.#setAsideMs.has(tag)),
      this.#maxRegisters,
      this.#cuts,
    );
    const results: PollResult[] = [];
    for (const block of this.#blocks) results.push(await this.#read(connection, block, nowMs));
    this.#failures = 0;
    return merge(results);
  }

  #bringBack(nowMs: number): void {
    for (const [tag, sinceMs] of this.#setAsideMs) {
      if (nowMs - sinceMs < RETRY_REGISTER_MS) continue;
      this.#setAsideMs.delete(tag);
      this.#cuts.add(tag);
      this.#blocks = undefined;
    }
  }

  async #read(connection: ModbusConnection, block: Block, nowMs: number): Promise<PollResult> {
    const answer = await connection.read(this.unit, block.table, block.register, block.length);
    if (!('refused' in answer)) return { values: valuesOf(block, answer.bytes), quarantined: [] };
    this.#blocks = undefined;
    const [point, ...others] = block.points;
    if (point !== undefined && others.length === 0) {
      this.#setAsideMs.set(point.tag, nowMs);
      return { values: [], quarantined: [{ point, reason: answer.refused }] };
    }
    const middle = Math.ceil(block.points.length / 2);
    this.#cuts.add(block.points[middle]?.tag ?? '');
    const halves = [block.points.slice(0, middle), block.points.slice(middle)].map(blockOf);
    const results: PollResult[] = [];
    for (const half of halves) results.push(await this.#read(connection, half, nowMs));
    return merge(results);
  }
}

function valuesOf(block: Block, bytes: Buffer): PollResult['values'] {
  return block.points.map(({ tag, address }) => {
    const offset = address.register - block.register;
    if (address.table === 'coil' || address.table === 'discrete')
      return { tag, raw: ((bytes[offset >> 3] ?? 0) & (1 << (offset & 7))) !== 0 };
    return { tag, raw: decodeRegisters(bytes.subarray(2 * offset, 2 * (offset + address.length)), address) };
  });
}

const merge = (results: readonly PollResult[]): PollResult => ({
  values: results.flatMap(({ values }) => values),
  quarantined: results.flatMap(({ quarantined }) => quarantined),
});
