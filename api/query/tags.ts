import { PlantscopeError } from '../../model/error.ts';
import type { Plant, Tag } from '../../model/plant.ts';

/**
 * The tags of a comma-separated list, in its order; without a list, all.
 * @throws PlantscopeError `unknown-tag`
 */
export function tagsOf(plant: Plant, list: string | undefined): readonly Tag[] {
  if (list === undefined) return plant.tags;
  const ids = [...new Set(list.split(',').map((id) => id.trim()))].filter((id) => id !== '');
  return ids.map((id) => plant.tagsById.get(id) ?? fail(plant, id));
}

function fail(plant: Plant, id: string): never {
  const asset = plant.assetsById.get(id.split('.', 1)[0] ?? '');
  const known = asset?.tags.map((tag) => tag.id).slice(0, 30);
  throw new PlantscopeError('unknown-tag', `There is no tag "${id}"`, {
    where: 'tags',
    hint: known?.length ? `Its asset has: ${known.join(', ')}` : 'All tags are listed at /api/v1/tags.',
  });
}
