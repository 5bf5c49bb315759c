import { open } from 'lmdb';
import type { LaneState, PlatformSettings, SentPeriods, UplinkState } from './state.ts';

/** Keeps cursors and settings in the operational state of the process that sends. */
export function lmdbUplinkState(folder: string): UplinkState & { close(): Promise<void> } {
  const database = open<LaneState | PlatformSettings | SentPeriods, string>({
    path: folder,
    compression: false,
  });
  const put = async (key: string, value: LaneState | PlatformSettings | SentPeriods) => {
    await database.put(key, value);
  };
  return {
    lane: (key) => database.get(`lane ${key}`) as LaneState | undefined,
    saveLane: (key, state) => put(`lane ${key}`, state),
    sent: (key) => database.get(`sent ${key}`) as SentPeriods | undefined,
    saveSent: (key, sent) => put(`sent ${key}`, sent),
    settings: (platform) => (database.get(`settings ${platform}`) as PlatformSettings | undefined) ?? {},
    saveSettings: (platform, settings) => put(`settings ${platform}`, settings),
    close: () => database.close(),
  };
}
