import { expect, test } from 'vitest';
import { alarmWords } from '../../console/app/words/alarms.ts';
import { commonWords } from '../../console/app/words/common.ts';
import { energyWords } from '../../console/app/words/energy.ts';
import { energyAnalysisWords } from '../../console/app/words/energy-analysis.ts';
import { environmentWords } from '../../console/app/words/environment.ts';
import { equipmentWords } from '../../console/app/words/equipment.ts';
import { words } from '../../console/app/words.ts';

const vocabularies = [
  commonWords,
  energyWords,
  energyAnalysisWords,
  equipmentWords,
  environmentWords,
  alarmWords,
];

test('no vocabulary overwrites a word of another', () => {
  const names = vocabularies.flatMap((vocabulary) => Object.keys(vocabulary));
  expect(names.toSorted()).toEqual(Object.keys(words).toSorted());
});

test('every word is said in both languages', () => {
  const silent = Object.entries(words).filter(([, texts]) => texts.some((text) => text.trim() === ''));
  expect(silent).toEqual([]);
});
