import { createHash } from 'node:crypto';
import type { Clock } from '../../../model/clock.ts';
import { errorMessage, PlantscopeError } from '../../../model/error.ts';
import type { StationHealth } from '../../../model/health.ts';
import type { Asset, Plant } from '../../../model/plant.ts';
import { RateMeter } from '../../../model/rate-meter.ts';
import type { ResultRow, TimeSeriesStore } from '../../../store/time-series-store.ts';
import { limitAt } from '../../environment/outlet-limits.ts';
import { decodeImage, imageType } from './decode-image.ts';
import type { CameraImage, ImageArchive } from './image-archive.ts';
import type { SmokeReader, SmokeVerdict } from './smoke-reader.ts';

/** A stack camera's JPEG has some 100 kB; a raw 12-megapixel PNG fits. */
export const MAX_IMAGE_BYTES = 8 * 1024 * 1024;
/** Pictures that wait for their turn, all cameras together; more are refused: the camera may send again. */
const MAX_WAITING = 20;

export interface SmokeWatchOptions {
  readonly plant: Plant;
  readonly store: Pick<TimeSeriesStore, 'writeResults'>;
  readonly archive: ImageArchive;
  readonly reader: SmokeReader;
  readonly clock: Clock;
  readonly onResults: (rows: readonly ResultRow[]) => void;
}

/** Takes the pictures of stack cameras, reads the blackness of the smoke, keeps picture and figure. */
export class SmokeWatch {
  readonly archive: ImageArchive;
  readonly #options: SmokeWatchOptions;
  readonly #cameras: ReadonlyMap<string, Asset>;
  readonly #byTopic: ReadonlyMap<string, Asset>;
  readonly #counters = { received: 0, measured: 0, refused: 0, unreadable: 0 };
  readonly #rate = new RateMeter();
  #waiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #lastError: StationHealth['lastError'];

  constructor(options: SmokeWatchOptions) {
    this.#options = options;
    this.archive = options.archive;
    const cameras = options.plant.assets.filter(({ nature }) => nature.name === 'smoke-camera');
    this.#cameras = new Map(cameras.map((camera) => [camera.id, camera]));
    this.#byTopic = new Map(
      cameras.flatMap((camera) => {
        const { imageTopic } = camera.properties;
        return typeof imageTopic === 'string' ? [[imageTopic, camera] as const] : [];
      }),
    );
  }

  /** Whether a camera of the plant sends on the MQTT topic: its own, or with the picture's time at the end. */
  accepts(topic: string): boolean {
    return this.#byTopic.has(withoutTime(topic).topic);
  }

  /** A picture that came over MQTT; what can't be read is counted and shown by the health page, never sent again. */
  async receive(topic: string, bytes: Uint8Array): Promise<void> {
    const { topic: own, timeMs } = withoutTime(topic);
    const camera = this.#byTopic.get(own);
    if (!camera) return;
    try {
      await this.take(camera.id, bytes, timeMs ?? this.#options.clock.nowMs());
    } catch (error) {
      if (error instanceof PlantscopeError && error.retryable) throw error;
    }
  }

  /**
   * Reads a picture and keeps it. Stored once resolved.
   * @throws PlantscopeError `not-found` (no such camera), `image-too-large`, `image-unreadable`, `busy` (retryable)
   */
  async take(cameraId: string, bytes: Uint8Array, timeMs: number): Promise<CameraImage> {
    const camera = this.#cameras.get(cameraId);
    if (!camera)
      throw new PlantscopeError('not-found', `There is no camera ${cameraId}`, { where: 'camera' });
    if (bytes.length > MAX_IMAGE_BYTES)
      throw new PlantscopeError(
        'image-too-large',
        `A picture of ${bytes.length} bytes; at most ${MAX_IMAGE_BYTES} are taken`,
        { where: cameraId, hint: 'Set the camera to JPEG, or to fewer pixels.' },
      );
    if (this.#waiting >= MAX_WAITING)
      throw new PlantscopeError('busy', `${this.#waiting} pictures wait already`, { retryable: true });
    this.#waiting += 1;
    const done = this.#turn.then(() => this.#read(camera, bytes, timeMs));
    // Whoever sent the picture is told of a failure; the next one's turn comes all the same.
    this.#turn = done.catch(() => undefined).finally(() => (this.#waiting -= 1));
    return await done;
  }

  async stop(): Promise<void> {
    await this.#turn;
    await this.#options.reader.stop();
  }

  async #read(camera: Asset, bytes: Uint8Array, timeMs: number): Promise<CameraImage> {
    this.#counters.received += 1;
    this.#rate.add(1, this.#options.clock.nowMs());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const [newest] = this.archive.list(camera.id);
    // A picture sent again is the same picture.
    if (newest?.sha256 === sha256) return newest;
    try {
      const mediaType = imageType(bytes);
      if (mediaType === undefined)
        throw new PlantscopeError('image-unreadable', 'Neither JPEG, PNG nor WebP', { where: camera.id });
      const verdict = await this.#options.reader.read(await decodeImage(bytes, camera.id));
      const image = imageOf(camera, timeMs, verdict, { mediaType, bytes: bytes.length, sha256 });
      await this.archive.save(image, bytes);
      await this.#publish(image);
      this.#counters[image.verdict] += 1;
      return image;
    } catch (error) {
      this.#counters.unreadable += 1;
      const remedy = 'Look at the picture that the camera sends, and at the disk of the data folder.';
      this.#lastError = { message: errorMessage(error), timeMs: this.#options.clock.nowMs(), remedy };
      throw error;
    }
  }

  async #publish(image: CameraImage): Promise<void> {
    const rows = [rowOf(image)];
    await this.#options.store.writeResults(rows);
    this.#options.onResults(rows);
  }

  health(): StationHealth {
    const { clock } = this.#options;
    const failedRecently = this.#lastError && clock.nowMs() - this.#lastError.timeMs < 600_000;
    return {
      station: 'cameras',
      state: failedRecently ? 'degraded' : 'ok',
      summary: `${this.#counters.measured} pictures graded, ${this.#counters.refused} could not be judged`,
      ratePerS: this.#rate.perSecond(clock.nowMs()),
      queue: this.#waiting,
      ...(this.#lastError ? { lastError: this.#lastError } : {}),
      counters: { ...this.#counters },
    };
  }
}

/** `site/camera/image/1767225600000` is a picture that the camera took at that time and sends later. */
function withoutTime(topic: string): { readonly topic: string; readonly timeMs?: number } {
  const match = /^(.+)\/(\d{13})$/.exec(topic);
  return match ? { topic: match[1] ?? '', timeMs: Number(match[2]) } : { topic };
}

type Received = Pick<CameraImage, 'mediaType' | 'bytes' | 'sha256'>;

function imageOf(camera: Asset, timeMs: number, verdict: SmokeVerdict, received: Received): CameraImage {
  const base = { id: `${camera.id}-${timeMs}`, camera: camera.id, timeMs, ...received };
  const limit = limitAt(camera, 'ringelmann', timeMs)?.value;
  if (verdict.verdict === 'refused') return { ...base, ...verdict, isEvidence: false };
  const { ringelmann, ringelmannUncertainty, grade, opacity, plume } = verdict;
  return {
    ...{ ...base, verdict: 'measured', ringelmann, ringelmannUncertainty, grade, opacity, plume },
    ...(limit !== undefined && { limit }),
    isEvidence: limit !== undefined && ringelmann > limit,
  };
}

function rowOf(image: CameraImage): ResultRow {
  const { ringelmann, ringelmannUncertainty, grade, opacity, limit } = image;
  return {
    measurement: 'smoke',
    series: { asset: image.camera },
    timeMs: image.timeMs,
    fields: {
      ...{ image: image.id, status: image.verdict === 'measured' ? 'valid' : 'invalid', unit: '1' },
      ...{ completeness: image.verdict === 'measured' ? 1 : 0, edition: 'HJ/T 398-2007', revision: 1 },
      method: image.verdict === 'measured' ? 'opacity against the sky' : (image.reason ?? 'refused'),
      ...(ringelmann !== undefined && { value: ringelmann, grade: grade ?? 0, opacity: opacity ?? 0 }),
      ...(ringelmannUncertainty !== undefined && { uncertainty: ringelmannUncertainty }),
      ...(limit !== undefined && { limit, exceeded: image.isEvidence }),
    },
  };
}
