/** What is known of the plant during an exceedance, each over the episode's time; absent = not measured there. */
export interface EpisodeEvidence {
  /** Share of rated power of each treatment facility, lowest mean first. */
  readonly facilities: readonly {
    readonly asset: string;
    readonly powerShare?: number;
    /** Share of the time it ran. */
    readonly runningShare?: number;
  }[];
  /** Share of the time the source was starting up or shutting down. */
  readonly transientShare?: number;
  /** Mean excess oxygen over that of the same hours without exceedance, percentage points. */
  readonly oxygenAboveUsualPct?: number;
  /** Carbon monoxide over its usual value, as a factor. */
  readonly coFactor?: number;
  /** Load of the source over its usual one, as a factor. */
  readonly loadFactor?: number;
  /** Doubts about the instrument that were raised, such as `frozen`. */
  readonly doubts: readonly string[];
  /** Highest grade that a camera saw on the stack. */
  readonly ringelmann?: number;
}

export type EpisodeCause =
  | 'treatment-off'
  | 'treatment-under-powered'
  | 'start-up-or-shutdown'
  | 'instrument'
  | 'combustion'
  | 'high-load'
  | 'unknown';

export interface ExplainedEpisode {
  readonly cause: EpisodeCause;
  /** The facts that speak for it, in words with figures. */
  readonly reasons: readonly string[];
}

/** Own thresholds, checked on labelled faults of the simulator; no standard fixes them. */
const RULES = {
  offShare: 0.05,
  poweredShare: 0.6,
  transientShare: 0.25,
  oxygenPct: 1,
  coFactor: 1.5,
  loadFactor: 1.2,
} as const;

/**
 * The likeliest cause of an exceedance, the most direct first: treatment that did not run explains more than a high load.
 * What is not measured accuses nobody.
 */
export function explainEpisode(evidence: EpisodeEvidence): ExplainedEpisode {
  const found = [
    treatment(evidence),
    transient(evidence),
    instrument(evidence),
    combustion(evidence),
    load(evidence),
  ].flatMap((one) => one ?? []);
  const [first] = found;
  if (!first) return { cause: 'unknown', reasons: smokeReason(evidence) };
  return {
    cause: first.cause,
    reasons: [...found.flatMap(({ reasons }) => reasons), ...smokeReason(evidence)],
  };
}

function treatment({ facilities }: EpisodeEvidence): ExplainedEpisode | undefined {
  for (const { asset, powerShare, runningShare } of facilities) {
    if ((powerShare ?? 1) < RULES.offShare || (runningShare ?? 1) < 0.5)
      return { cause: 'treatment-off', reasons: [`${asset} was off`] };
    if (powerShare !== undefined && powerShare < RULES.poweredShare)
      return {
        cause: 'treatment-under-powered',
        reasons: [`${asset} ran at ${percent(powerShare)} of its rated power`],
      };
  }
  return undefined;
}

function transient({ transientShare = 0 }: EpisodeEvidence): ExplainedEpisode | undefined {
  if (transientShare < RULES.transientShare) return undefined;
  const reasons = [`start-up or shutdown for ${percent(transientShare)} of the time`];
  return { cause: 'start-up-or-shutdown', reasons };
}

function instrument({ doubts }: EpisodeEvidence): ExplainedEpisode | undefined {
  return doubts.length === 0
    ? undefined
    : { cause: 'instrument', reasons: [`instrument: ${doubts.join(', ')}`] };
}

function combustion({
  oxygenAboveUsualPct = 0,
  coFactor = 1,
}: EpisodeEvidence): ExplainedEpisode | undefined {
  const reasons = [
    ...(oxygenAboveUsualPct >= RULES.oxygenPct
      ? [`oxygen ${oxygenAboveUsualPct.toFixed(1)} points above the usual`]
      : []),
    ...(coFactor >= RULES.coFactor ? [`carbon monoxide ${coFactor.toFixed(1)} times the usual`] : []),
  ];
  return reasons.length === 0 ? undefined : { cause: 'combustion', reasons };
}

function load({ loadFactor = 1 }: EpisodeEvidence): ExplainedEpisode | undefined {
  if (loadFactor < RULES.loadFactor) return undefined;
  return { cause: 'high-load', reasons: [`load ${loadFactor.toFixed(1)} times the usual`] };
}

const smokeReason = ({ ringelmann }: EpisodeEvidence): string[] =>
  ringelmann !== undefined && ringelmann >= 1 ? [`smoke of grade ${ringelmann.toFixed(1)} seen`] : [];

const percent = (share: number): string => `${Math.round(share * 100)} %`;
