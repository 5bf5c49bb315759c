import type { PageContext } from '../../app/context.ts';
import { t } from '../../app/language.ts';
import { panel } from '../../parts/panel.ts';
import { region } from '../../parts/states.ts';
import { fitRateTable } from './fit-rate-table.ts';
import { idleTables } from './idle-tables.ts';
import { intensityTable } from './intensity-table.ts';
import { supplyQuality } from './supply-quality.ts';
import { tableFiles } from './table-files.ts';
import { utilityFacts } from './utility-facts.ts';

/** How energy is used: per piece, by place and shift, by idle machines, in air and steam; and how good the supply is. */
export const useView = (context: PageContext): readonly HTMLElement[] => [
  panel(
    {
      title: t('intensityTitle'),
      actions: tableFiles('intensity', context.range, { by: context.query.get('by') ?? undefined }),
    },
    region(() => intensityTable(context), context.signal, 5),
  ),
  panel(
    { title: t('idleTitle'), actions: tableFiles('idle', context.range) },
    region(() => idleTables(context), context.signal, 5),
  ),
  panel(
    { title: t('utilitiesTitle'), actions: tableFiles('utilities', context.range) },
    region(() => utilityFacts(context), context.signal, 4),
  ),
  panel(
    { title: t('qualityTitle'), actions: tableFiles('quality', context.range) },
    region(() => supplyQuality(context), context.signal, 5),
  ),
  panel(
    { title: t('fitRateTitle'), actions: tableFiles('fit-rate', undefined) },
    region(() => fitRateTable(context), context.signal, 4),
  ),
];
