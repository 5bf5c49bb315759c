import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Asset, Tag } from '../../model/plant.ts';
import { noLayout, type PlantLayout } from '../plant-layout.ts';
import type { Backend } from '../ports.ts';
import { AssetAnswer, PlantAnswer, TagAnswer } from '../schemas/plant.ts';

export const plantRoutes: FastifyPluginAsyncTypebox<{ backend: Backend }> = async (app, { backend }) => {
  const { plant, layout = noLayout } = backend;

  app.get('/plant', { schema: plantSchema }, async () => ({
    site: plant.site,
    shifts: layout.shifts.map((shift) => ({ ...shift, weekdays: [...shift.weekdays] })),
    version: backend.version,
    now: backend.calendar.toIso(backend.clock.nowMs()),
    assetCount: plant.assets.length,
    tagCount: plant.tags.length,
  }));

  app.get('/assets', { schema: assetsSchema }, async () =>
    plant.assets.map((asset) => presentAsset(asset, layout)),
  );

  app.get('/tags', { schema: tagsSchema }, async () => plant.tags.map((tag) => presentTag(tag, layout)));
};

function presentAsset(
  { nature, parent, properties, tags, ...asset }: Asset,
  { names }: PlantLayout,
): AssetAnswer {
  return {
    ...asset,
    areaName: names.get(asset.area) ?? asset.area,
    lineName: names.get(`${asset.area}/${asset.line}`) ?? asset.line,
    nature: nature.name,
    natureLabel: nature.label,
    scenario: nature.scenario,
    ...(nature.carrier !== undefined && { carrier: nature.carrier }),
    ...(nature.signConvention !== undefined && { signConvention: nature.signConvention }),
    ...(parent !== undefined && { parent }),
    properties: Object.entries(properties).map(([name, value]) => {
      const known = nature.properties[name];
      return { name, value, ...(known?.unit && { unit: known.unit }), ...(known && { label: known.label }) };
    }),
    tags: tags.map((tag) => tag.id),
  };
}

function presentTag(tag: Tag, { sourcesThatReportChanges, staleAfterS }: PlantLayout): TagAnswer {
  const { definition } = tag;
  return {
    tag: tag.id,
    asset: tag.asset,
    area: tag.area,
    line: tag.line,
    quantity: tag.quantity,
    label: definition.label,
    unit: tag.unit,
    kind: definition.kind,
    cumulates: definition.cumulates === true,
    ...(tag.range && { range: [...tag.range] }),
    nature: tag.nature,
    source: tag.source,
    address: tag.address,
    samplingIntervalMs: tag.samplingIntervalMs,
    staleAfterS: staleAfterS?.get(tag.source) ?? defaultStaleAfterS(tag),
    reportsChanges: sourcesThatReportChanges.has(tag.source),
    writable: tag.writable,
  };
}

/** A tag with a deadband speaks only when something changes, so silence means less. */
function defaultStaleAfterS({ samplingIntervalMs, deadband }: Tag): number {
  return Math.max(deadband ? 900 : 60, (5 * samplingIntervalMs) / 1000);
}

const plantSchema = {
  summary: 'The site, its time zone and its size',
  tags: ['plant'],
  response: { 200: PlantAnswer },
};
const assetsSchema = {
  summary: 'Assets in ISA-95 order (area, line, asset)',
  tags: ['plant'],
  response: { 200: Type.Array(AssetAnswer) },
};
const tagsSchema = {
  summary: 'Tags: what is measured',
  tags: ['plant'],
  response: { 200: Type.Array(TagAnswer) },
};
