import type { StatusCode } from '../../model/status.ts';
import { qualityOf } from '../../model/status.ts';

/**
 * What a silent tag means. `fresh`: heard of lately. `unchanged`: the server confirmed that the value still stands.
 * `stale`: connected, but the value is older than the plant file allows, or nobody confirmed it. `bad`: the source itself says so.
 */
export type TagCondition =
  | 'disconnected'
  | 'quarantined'
  | 'waiting'
  | 'bad'
  | 'stale'
  | 'unchanged'
  | 'fresh';

export interface TagEvidence {
  readonly isConnected: boolean;
  readonly isQuarantined: boolean;
  /** Of the newest reading; undefined where there is none yet. */
  readonly status: StatusCode | undefined;
  readonly notifiedMs: number | undefined;
  /** When a notification or a check read last agreed with the value we hold. */
  readonly confirmedMs: number | undefined;
  /** Newest source time seen, by notification or check read. */
  readonly sourceMs: number | undefined;
}

/** Judges one tag, first match wins. */
export function tagCondition(
  evidence: TagEvidence,
  nowMs: number,
  limits: { readonly quietMs: number; readonly staleAfterMs: number | undefined },
): TagCondition {
  const { status, notifiedMs, confirmedMs, sourceMs } = evidence;
  if (!evidence.isConnected) return 'disconnected';
  if (evidence.isQuarantined) return 'quarantined';
  if (status === undefined) return 'waiting';
  if (qualityOf(status) === 'bad') return 'bad';
  const { quietMs, staleAfterMs } = limits;
  if (staleAfterMs !== undefined && nowMs - (sourceMs ?? 0) > staleAfterMs) return 'stale';
  if (nowMs - (notifiedMs ?? 0) <= quietMs) return 'fresh';
  return nowMs - (confirmedMs ?? 0) <= 3 * quietMs ? 'unchanged' : 'stale';
}
