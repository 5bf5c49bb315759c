import { open } from 'lmdb';
import { checkLmdbFolder, type DamageNotice } from '../../../lmdb/file-check.ts';
import type { LaneState, PlatformSettings, SentPeriods, UplinkState } from './state.ts';

const damageNotice: DamageNotice = {
  ...{ code: 'state-unreadable', owner: 'the uplink' },
  lost: 'What the platforms have taken already and what they set is in it.',
};

/** Keeps cursors and settings in the operational state of the process that sends. @throws PlantscopeError `state-unreadable` */
export function lmdbUplinkState(folder: string): UplinkState & { close(): Promise<void> } {
  checkLmdbFolder(folder, damageNotice);
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
