import { natures } from '../model/natures.ts';
import { PlantFile } from './schema.ts';

/**
 * The JSON Schema of plant.yaml for editors, with the natures as completion. It is committed as
 * plant/plant.schema.json and proved current by a test; `npm run generate` writes it anew.
 */
export function plantJsonSchema(): object {
  const schema = structuredClone(JSON.parse(JSON.stringify(PlantFile))) as JsonSchema;
  const asset = schema.properties.areas.items.properties.lines.items.properties.assets.items;
  asset.properties.nature = { enum: Object.keys(natures), description: 'Type of the asset.' };
  asset.allOf = Object.values(natures)
    .filter((nature) => !nature.open)
    .map((nature) => ({
      if: { properties: { nature: { const: nature.name } } },
      // biome-ignore lint/suspicious/noThenProperty: the keyword of JSON Schema
      then: { properties: { tags: { propertyNames: { enum: Object.keys(nature.quantities) } } } },
    }));
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema };
}

/** As far as the additions above reach into it. */
interface JsonSchema {
  readonly properties: {
    readonly areas: Items<Items1<Items2>>;
  };
}
interface Items<T> {
  readonly items: { readonly properties: T };
}
interface Items1<T> {
  readonly lines: Items<T>;
}
interface Items2 {
  readonly assets: { readonly items: { readonly properties: Record<string, unknown>; allOf?: unknown } };
}
