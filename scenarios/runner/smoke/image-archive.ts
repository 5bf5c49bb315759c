import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocumentStore } from '../../../store/local-state.ts';

/** One picture of a stack camera and what was read from it. */
export interface CameraImage {
  /** `<camera>-<epoch ms>` */
  readonly id: string;
  readonly camera: string;
  readonly timeMs: number;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly verdict: 'measured' | 'refused';
  /** Of a refusal: night, fog, no-sky, no-stack or no-plume. */
  readonly reason?: string;
  readonly detail?: string;
  readonly ringelmann?: number;
  readonly ringelmannUncertainty?: number;
  readonly grade?: number;
  readonly opacity?: number;
  readonly limit?: number;
  /** Where the plume is: shares of width and height. */
  readonly plume?: {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  };
  /** Above the limit: kept beside its alarm. */
  readonly isEvidence: boolean;
}

export interface ImageArchiveOptions {
  readonly folder: string;
  readonly documents: DocumentStore<CameraImage>;
  /** Pictures of a camera that are kept without being evidence; default 200. */
  readonly keepPerCamera?: number;
  /** Evidence pictures of a camera; default 5000. */
  readonly keepEvidencePerCamera?: number;
}

/** Pictures on disk, what was read from them in the local state. The oldest go first, evidence far later. */
export class ImageArchive {
  readonly #folder: string;
  readonly #documents: DocumentStore<CameraImage>;
  readonly #keep: number;
  readonly #keepEvidence: number;

  constructor({ folder, documents, keepPerCamera = 200, keepEvidencePerCamera = 5000 }: ImageArchiveOptions) {
    this.#folder = folder;
    this.#documents = documents;
    this.#keep = keepPerCamera;
    this.#keepEvidence = keepEvidencePerCamera;
  }

  /** Durable once resolved. The same id replaces. */
  async save(image: CameraImage, bytes: Uint8Array): Promise<void> {
    await mkdir(join(this.#folder, image.camera), { recursive: true, mode: 0o700 });
    await writeFile(this.#pathOf(image), bytes, { mode: 0o600 });
    await this.#documents.put(keyOf(image), image);
    await this.#thinOut(image.camera);
  }

  /** Of one camera or all, newest first. */
  list(camera?: string): readonly CameraImage[] {
    const prefix = camera === undefined ? '' : `${camera}/`;
    return this.#documents
      .entries(prefix)
      .map(([, image]) => image)
      .sort((a, b) => b.timeMs - a.timeMs);
  }

  get(id: string): CameraImage | undefined {
    const match = /^(.+)-(\d+)$/.exec(id);
    return match
      ? this.#documents.get(keyOf({ camera: match[1] ?? '', timeMs: Number(match[2]) }))
      : undefined;
  }

  async bytesOf(image: CameraImage): Promise<Uint8Array> {
    return await readFile(this.#pathOf(image));
  }

  #pathOf({ camera, timeMs }: CameraImage): string {
    return join(this.#folder, camera, String(timeMs));
  }

  async #thinOut(camera: string): Promise<void> {
    const own = this.list(camera);
    const surplus = [
      ...own.filter(({ isEvidence }) => !isEvidence).slice(this.#keep),
      ...own.filter(({ isEvidence }) => isEvidence).slice(this.#keepEvidence),
    ];
    for (const image of surplus) {
      await this.#documents.remove(keyOf(image));
      await rm(this.#pathOf(image), { force: true });
    }
  }
}

const keyOf = ({ camera, timeMs }: Pick<CameraImage, 'camera' | 'timeMs'>): string =>
  `${camera}/${String(timeMs).padStart(15, '0')}`;
