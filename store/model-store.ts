import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, PlantscopeError } from '../model/error.ts';

/** What every learned model of one machine says of itself. */
export interface VersionedModel {
  readonly asset: string;
  /** Counts from 1 for each machine. */
  readonly version: number;
  /** Readings from then on were not seen in training. */
  readonly trainedToMs: number;
}

/** Models as versioned files; a version never changes. */
export interface ModelStore<M extends VersionedModel> {
  /** By ascending version. */
  versions(asset: string): readonly M[];
  /** The newest version that had seen nothing from `timeMs` on: judging by it looks at no future. */
  at(asset: string, timeMs: number): M | undefined;
  /** @throws PlantscopeError `model-version-exists` */
  save(model: M): Promise<void>;
}

/**
 * One JSON file a version, `<asset>/v<version>.json`, readable by a person.
 * @throws PlantscopeError `model-unreadable`
 */
export class FileModelStore<M extends VersionedModel> implements ModelStore<M> {
  readonly #dir: string;
  readonly #byAsset = new Map<string, M[]>();

  constructor(dir: string) {
    this.#dir = dir;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    for (const asset of readdirSync(dir)) {
      const names = readdirSync(join(dir, asset)).filter((name) => /^v\d+\.json$/.test(name));
      const models = names.map((name) => readModel<M>(join(dir, asset, name)));
      this.#byAsset.set(
        asset,
        models.sort((a, b) => a.version - b.version),
      );
    }
  }

  versions(asset: string): readonly M[] {
    return this.#byAsset.get(asset) ?? [];
  }

  at(asset: string, timeMs: number): M | undefined {
    return this.versions(asset).findLast(({ trainedToMs }) => trainedToMs <= timeMs);
  }

  async save(model: M): Promise<void> {
    const { asset, version } = model;
    if (this.versions(asset).some((one) => one.version === version))
      throw new PlantscopeError('model-version-exists', `${asset} has a version ${version} already`);
    const folder = join(this.#dir, asset);
    await mkdir(folder, { recursive: true });
    const path = join(folder, `v${version}.json`);
    await writeFile(`${path}.part`, JSON.stringify(model), { mode: 0o600, flush: true });
    await rename(`${path}.part`, path);
    this.#byAsset.set(
      asset,
      [...this.versions(asset), model].sort((a, b) => a.version - b.version),
    );
  }
}

function readModel<M>(path: string): M {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as M;
  } catch (cause) {
    throw new PlantscopeError('model-unreadable', `A model can't be read: ${errorMessage(cause)}`, {
      cause,
      where: path,
      hint: 'Remove the file: the model is learned anew.',
    });
  }
}
