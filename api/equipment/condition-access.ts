import { PlantscopeError } from '../../model/error.ts';
import type { Asset, Plant } from '../../model/plant.ts';
import type { Backend, ConditionDesk } from '../ports.ts';

export const tags = ['equipment'];
export const operator = { role: 'operator' } as const;

/** @throws PlantscopeError `not-available` where no machine is watched in this process */
export function conditionDesk({ condition }: Pick<Backend, 'condition'>): ConditionDesk {
  if (condition) return condition;
  throw new PlantscopeError(
    'not-available',
    'This process keeps no recordings and models: `plantscope start` does',
  );
}

/** @throws PlantscopeError `not-found` */
export function machineOf(plant: Pick<Plant, 'assetsById'>, id: string): Asset {
  const asset = plant.assetsById.get(id);
  if (asset?.nature.scenario === 'equipment') return asset;
  throw new PlantscopeError('not-found', `There is no machine ${id}`, { where: 'asset' });
}

/** The schema of a route that reads. */
export function readingRoute<Q, R>(summary: string, querystring: Q, answer: R) {
  return { summary, tags, querystring, response: { 200: answer } } as {
    summary: string;
    tags: string[];
    querystring: Q;
    response: { 200: R };
  };
}
