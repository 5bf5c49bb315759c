import type { StationHealth } from '../../model/health.ts';
import { parseDurationMs } from '../../model/window.ts';
import { monotonicMs } from './monotonic.ts';
import type { OpcuaSourceOptions } from './opcua-source.ts';
import { quietAfterMs } from './silence-check.ts';
import type { SourceRun } from './source-run.ts';
import type { TagState } from './tag-state.ts';
import { defaultTiming, type OpcuaTiming } from './timing.ts';
import { type TagCondition, tagCondition } from './watchdog.ts';

export function idleHealth(id: string): StationHealth {
  return { station: `source:${id}`, state: 'down', summary: 'not started', ratePerS: 0, counters: {} };
}

export function runHealth(run: SourceRun, options: OpcuaSourceOptions): StationHealth {
  const { clock, id } = options;
  const nowMs = clock.nowMs();
  const conditions = countBy(tagConditions(run.parts.states, run, options, run.parts.timing).values());
  const isConnected = run.live !== undefined;
  const hasTrouble = (conditions.quarantined ?? 0) + (conditions.stale ?? 0) + (conditions.bad ?? 0) > 0;
  return {
    station: `source:${id}`,
    state: isConnected ? (hasTrouble ? 'degraded' : 'ok') : 'down',
    summary: summary(run, conditions),
    ratePerS: run.rate.perSecond(nowMs),
    queue: run.parts.queue.size,
    ...(run.clockSkewMs === undefined ? {} : { clockSkewMs: run.clockSkewMs }),
    ...(run.lastError ? { lastError: run.lastError } : {}),
    counters: { ...run.counters, ...conditions },
  };
}

function summary(run: SourceRun, conditions: Readonly<Record<string, number>>): string {
  const counts = Object.entries(conditions).map(([condition, count]) => `${count} ${condition}`);
  const url = run.live?.connection.url;
  const first = run.parts.quarantines.list[0];
  const aside = first ? `; in quarantine: ${first.opcua.tag.id} (${first.quarantine?.status})` : '';
  return `${url ?? `no connection to ${run.urls.join(', ')}`}: ${counts.join(', ')}${aside}`;
}

function countBy(conditions: Iterable<TagCondition>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const condition of conditions) counts[condition] = (counts[condition] ?? 0) + 1;
  return counts;
}

export function tagConditions(
  states: readonly TagState[],
  run: SourceRun | undefined,
  { config, clock }: OpcuaSourceOptions,
  { watchdogMs }: OpcuaTiming = defaultTiming,
): Map<string, TagCondition> {
  const staleAfterMs = parseDurationMs(config.staleAfter ?? '');
  // The age of a source time counts by the source's own clock.
  const skewMs = run?.clockSkewMs ?? 0;
  const monotonicToWallMs = clock.nowMs() - monotonicMs();
  const toWall = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : ms + monotonicToWallMs;
  return new Map(
    states.map((state) => {
      const sourceMs = Math.max(state.last?.timeMs ?? 0, state.checkedSourceMs ?? 0) - skewMs;
      const evidence = {
        isConnected: run?.live !== undefined,
        isQuarantined: state.quarantine !== undefined,
        status: state.last?.status,
        notifiedMs: toWall(state.notifiedMs),
        confirmedMs: toWall(state.confirmedMs),
        sourceMs,
      };
      const quietMs = quietAfterMs(state, run?.parts.publishingMs ?? 1_000, watchdogMs);
      return [state.opcua.tag.id, tagCondition(evidence, clock.nowMs(), { quietMs, staleAfterMs })];
    }),
  );
}
