import type { FailureModel } from './failure-model.ts';

/** Generated from the AI4I training rows and proved current by test/equipment/conformance.test.ts; learned thresholds, no data. */
export const SHIPPED_FAILURE_MODEL: FailureModel = {
  kind: 'machining-failure-tree',
  version: 2,
  trainedOn: { source: 'AI4I 2020, 8,000 rows', rows: 8000, failures: 254 },
  metrics: { crossValidatedF1: 0.926 },
  features: [
    'conditionsMet',
    'temperatureDifferenceK',
    'speedRpm',
    'spindlePowerW',
    'strainRatio',
    'toolWearMin',
    'torqueNm',
  ],
  tree: {
    feature: 0,
    threshold: 0.5,
    left: {
      feature: 5,
      threshold: 204.5,
      left: {
        feature: 5,
        threshold: 202.5,
        left: {
          feature: 5,
          threshold: 197.5,
          left: {
            feature: 3,
            threshold: 5067.834009199595,
            left: { probability: 0.0022197558268590455 },
            right: { probability: 0.0004823151125401929 },
          },
          right: {
            feature: 5,
            threshold: 198.5,
            left: { probability: 0.02564102564102564 },
            right: { probability: 0 },
          },
        },
        right: {
          feature: 2,
          threshold: 1402.5,
          left: { probability: 0.1 },
          right: { feature: 2, threshold: 1763.5, left: { probability: 0 }, right: { probability: 0.1 } },
        },
      },
      right: {
        feature: 3,
        threshold: 6297.1339785615255,
        left: {
          feature: 5,
          threshold: 215.5,
          left: {
            feature: 2,
            threshold: 1555.5,
            left: { probability: 0.14084507042253522 },
            right: { probability: 0.011363636363636364 },
          },
          right: {
            feature: 4,
            threshold: 0.6249765734265733,
            left: { probability: 0.23529411764705882 },
            right: { probability: 0.06382978723404255 },
          },
        },
        right: {
          feature: 5,
          threshold: 231.5,
          left: { feature: 2, threshold: 1431.5, left: { probability: 0.046875 }, right: { probability: 0 } },
          right: { probability: 0.2 },
        },
      },
    },
    right: { probability: 1 },
  },
};
