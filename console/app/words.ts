import { alarmWords } from './words/alarms.ts';
import { commonWords } from './words/common.ts';
import { energyWords } from './words/energy.ts';
import { energyAnalysisWords } from './words/energy-analysis.ts';
import { environmentWords } from './words/environment.ts';
import { equipmentWords } from './words/equipment.ts';

/** Every word on the screen. A name stands in one vocabulary only: test/console/words.test.ts. */
export const words = {
  ...commonWords,
  ...energyWords,
  ...energyAnalysisWords,
  ...equipmentWords,
  ...environmentWords,
  ...alarmWords,
} as const;

export type Word = keyof typeof words;
