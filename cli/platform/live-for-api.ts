import type { LiveReadings as ApiLive } from '../../api/ports.ts';
import type { LiveReadings } from '../../ingest/live-readings.ts';

/** The newest readings of ingest, as the API asks for them. */
export const liveForApi = (live: LiveReadings): ApiLive => ({
  latest: (tags) => (tags ? tags.flatMap((tag) => live.latest(tag) ?? []) : live.all()),
  subscribe: (listener) => live.subscribe(listener),
});
