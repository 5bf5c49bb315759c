import type { Vocabulary } from './vocabulary.ts';

/** What the environment pages say (scenario 34). */
export const environmentWords = {
  hourlyMean: ['Last hourly mean, corrected', '最近小时均值(折算)'],
  limit: ['limit', '限值'],
  noLimit: ['no limit set', '未设限值'],
  exceeded: ['above the limit', '超标'],
  within: ['within the limit', '达标'],
  aqi: ['Air quality index', '空气质量指数'],
  primaryPollutant: ['Primary pollutant', '首要污染物'],
  noise: ['Noise', '噪声'],
  night: ['night', '夜间'],
  permits: ['This year against the permit', '本年排放与许可总量'],
  projected: ['Projected for the year', '全年预测'],
  earlyWarning: ['will exceed before the year ends', '预计年内超总量'],
  episodes: ['Exceedance episodes', '超标时段'],
  pollutant: ['Pollutant', '污染物'],
  peak: ['Peak', '峰值'],
  hours: ['Hours', '小时'],
} as const satisfies Vocabulary;
