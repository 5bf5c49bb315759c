import { natures } from '../model/natures.ts';
import { addressProblems } from './address-rules.ts';
import { assetProblems } from './asset-rules.ts';
import { energyMeterProblems } from './energy-meter-rules.ts';
import { energyProblems } from './energy-rules.ts';
import { environmentProblems } from './environment-rules.ts';
import { hj212Problems } from './hj212-rules.ts';
import { notificationProblems } from './notification-rules.ts';
import type { Problem } from './problem.ts';
import type { PlantFile } from './schema.ts';
import { siteProblems } from './site-rules.ts';
import { tagProblems } from './tag-rules.ts';
import { placedAssets, placedTags } from './walk.ts';

/** What a schema can't say: names that must exist, units that must convert, trees without cycles. */
export function ruleProblems(file: PlantFile): Problem[] {
  const assets = placedAssets(file);
  const tags = assets.flatMap(placedTags);
  return [
    ...siteProblems(file),
    ...energyProblems(file),
    ...energyMeterProblems(file),
    ...environmentProblems(file),
    ...hj212Problems(file),
    ...notificationProblems(file),
    ...assetProblems(assets),
    ...tags.flatMap((tag) => tagProblems(tag, natures[tag.asset.nature], file)),
    ...addressProblems(tags, file),
  ];
}
