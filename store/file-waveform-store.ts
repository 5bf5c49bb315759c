import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlantCalendar } from '../model/calendar.ts';
import { errorMessage, PlantscopeError } from '../model/error.ts';
import type { Waveform, WaveformInfo } from '../model/waveform.ts';
import { displacedBy, passing, reasonsToKeep, type WaveformPolicy } from './waveform-policy.ts';
import type {
  KeepReason,
  StoredWaveform,
  WaveformQuery,
  WaveformStore,
  WaveformUsage,
} from './waveform-store.ts';

const BYTES_A_SAMPLE = 4;
/** The description beside the samples takes about a block. */
const SIDECAR_BYTES = 4096;

interface Sidecar {
  readonly info: WaveformInfo;
  readonly keptFor: readonly KeepReason[];
}

/**
 * Recordings as plain files, `<asset>/<quantity>/<time>.f32` (little-endian float32, as `plantscope analyse` reads them) with a `.json`
 * beside each. The description is written last: samples without one are the rest of a broken write, and removed at the next start.
 * @throws PlantscopeError `waveform-folder-unusable`
 */
export class FileWaveformStore implements WaveformStore {
  readonly #dir: string;
  readonly #policy: WaveformPolicy;
  readonly #calendar: PlantCalendar;
  /** Whether another process writes here too. */
  readonly #isShared: boolean;
  readonly #bySensor = new Map<string, Map<string, StoredWaveform>>();
  #bytes = 0;
  #displaced = 0;
  /** Writes go one after the other, so that the bound is kept. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(dir: string, policy: WaveformPolicy, calendar: PlantCalendar, isShared = false) {
    this.#isShared = isShared;
    this.#dir = dir;
    this.#policy = policy;
    this.#calendar = calendar;
    try {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      this.#load();
    } catch (cause) {
      const hint = 'Is the disk full, or does the folder belong to another user?';
      const message = `Can't use the folder of recordings: ${errorMessage(cause)}`;
      throw new PlantscopeError('waveform-folder-unusable', message, { cause, where: dir, hint });
    }
  }

  put(waveform: Waveform, reason?: KeepReason): Promise<StoredWaveform> {
    return this.#inTurn(() => this.#put(waveform, reason));
  }

  list({ asset, quantity, startMs, endMs, limit }: WaveformQuery): readonly StoredWaveform[] {
    if (this.#isShared) this.#load();
    const found = this.#all().filter(
      ({ info }) =>
        (asset === undefined || info.asset === asset) &&
        (quantity === undefined || info.quantity === quantity) &&
        info.timeMs >= startMs &&
        info.timeMs < endMs,
    );
    found.sort((a, b) => a.info.timeMs - b.info.timeMs);
    return limit === undefined ? found : found.slice(Math.max(0, found.length - limit));
  }

  get(id: string): StoredWaveform | undefined {
    return this.#bySensor.get(sensorOf(id))?.get(id) ?? this.#fromDisk(id);
  }

  /** Another process of the same data folder may have written it, or marked it. */
  #fromDisk(id: string): StoredWaveform | undefined {
    const path = this.#path(id, 'json');
    if (!/^[a-z0-9-]+\/[A-Za-z0-9]+\/-?\d+$/.test(id) || !existsSync(path)) return undefined;
    const stored = { id, ...(JSON.parse(readFileSync(path, 'utf8')) as Sidecar) };
    this.#note(stored);
    return stored;
  }

  read(id: string): Waveform | undefined {
    const stored = this.get(id);
    if (!stored) return undefined;
    const bytes = readFileSync(this.#path(id, 'f32'));
    const samples = Float32Array.from({ length: bytes.length / BYTES_A_SAMPLE }, (_, i) =>
      bytes.readFloatLE(BYTES_A_SAMPLE * i),
    );
    return { info: stored.info, samples };
  }

  keep(id: string, reason: KeepReason): Promise<void> {
    return this.#inTurn(async () => {
      const stored = this.get(id);
      if (!stored || stored.keptFor.includes(reason)) return;
      const kept = { ...stored, keptFor: [...stored.keptFor, reason] };
      await this.#describe(kept);
      this.#note(kept);
    });
  }

  usage(): WaveformUsage {
    const recordings = this.#all().length;
    return { recordings, bytes: this.#bytes, maxBytes: this.#policy.maxBytes, displaced: this.#displaced };
  }

  async #put({ info, samples }: Waveform, reason: KeepReason | undefined): Promise<StoredWaveform> {
    const id = idOf(info);
    const known = this.get(id);
    if (known) return known;
    const others = [...(this.#bySensor.get(sensorOf(id))?.values() ?? [])];
    const due = reasonsToKeep(info.timeMs, others, this.#policy, this.#calendar);
    const stored: StoredWaveform = { id, info, keptFor: reason === undefined ? due : [...due, reason] };
    await mkdir(join(this.#dir, sensorOf(id)), { recursive: true });
    await this.#write(this.#path(id, 'f32'), bytesOf(samples));
    await this.#describe(stored);
    this.#note(stored);
    await this.#makeRoom(id);
    return stored;
  }

  async #makeRoom(id: string): Promise<void> {
    for (const stored of passing([...(this.#bySensor.get(sensorOf(id))?.values() ?? [])], this.#policy))
      if ((this.#fromDisk(stored.id)?.keptFor.length ?? 0) === 0) await this.#remove(stored);
    if (this.#bytes <= this.#policy.maxBytes) return;
    for (const stored of displacedBy(this.#all(), diskBytes, this.#policy)) {
      if (stored.keptFor.length > 0) this.#displaced += 1;
      await this.#remove(stored);
    }
  }

  async #remove({ id, info }: StoredWaveform): Promise<void> {
    await rm(this.#path(id, 'json'), { force: true });
    await rm(this.#path(id, 'f32'), { force: true });
    if (this.#bySensor.get(sensorOf(id))?.delete(id)) this.#bytes -= diskBytes({ info });
  }

  #describe({ id, info, keptFor }: StoredWaveform): Promise<void> {
    return this.#write(this.#path(id, 'json'), JSON.stringify({ info, keptFor } satisfies Sidecar));
  }

  /** By way of another name, so that a file is there whole or not at all. */
  async #write(path: string, content: string | Uint8Array): Promise<void> {
    await writeFile(`${path}.part`, content, { mode: 0o600, flush: true });
    await rename(`${path}.part`, path);
  }

  #note(stored: StoredWaveform): void {
    const sensor = sensorOf(stored.id);
    const ofSensor = this.#bySensor.get(sensor) ?? new Map<string, StoredWaveform>();
    if (!ofSensor.has(stored.id)) this.#bytes += diskBytes(stored);
    ofSensor.set(stored.id, stored);
    this.#bySensor.set(sensor, ofSensor);
  }

  #load(): void {
    for (const asset of foldersIn(this.#dir))
      for (const quantity of foldersIn(join(this.#dir, asset))) this.#loadSensor(join(asset, quantity));
  }

  #loadSensor(sensor: string): void {
    const folder = join(this.#dir, sensor);
    for (const name of readdirSync(folder)) {
      const stem = name.replace(/\.(f32|json)$/, '');
      const isWhole = existsSync(join(folder, `${stem}.f32`)) && existsSync(join(folder, `${stem}.json`));
      // Where another process writes, what looks broken may be under way.
      if (!isWhole && !this.#isShared) rmSync(join(folder, name), { force: true });
      else if (isWhole && name.endsWith('.json')) {
        const { info, keptFor } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Sidecar;
        this.#note({ id: idOf(info), info, keptFor });
      }
    }
  }

  #all(): StoredWaveform[] {
    return [...this.#bySensor.values()].flatMap((ofSensor) => [...ofSensor.values()]);
  }

  #path(id: string, extension: 'f32' | 'json'): string {
    return join(this.#dir, `${id}.${extension}`);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined); // its own caller is told
    return done;
  }
}

const idOf = ({ asset, quantity, timeMs }: WaveformInfo): string => `${asset}/${quantity}/${timeMs}`;

const sensorOf = (id: string): string => id.slice(0, id.lastIndexOf('/'));

const diskBytes = ({ info }: Pick<StoredWaveform, 'info'>): number =>
  BYTES_A_SAMPLE * info.samples + SIDECAR_BYTES;

const foldersIn = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

function bytesOf(samples: Float32Array): Buffer {
  const bytes = Buffer.alloc(BYTES_A_SAMPLE * samples.length);
  for (const [i, sample] of samples.entries()) bytes.writeFloatLE(sample, BYTES_A_SAMPLE * i);
  return bytes;
}
