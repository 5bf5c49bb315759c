import { hourMs } from '../../model/window.ts';
import { type ExceedanceEpisode, exceedanceEpisodes } from '../../scenarios/environment/exceedance.ts';
import type { SeriesOfHours } from './outlet-rows.ts';

export interface OutletEpisode extends ExceedanceEpisode {
  readonly asset: string;
  readonly pollutant: string;
}

/** Episodes of one series. Only valid hours with a limit are judged; start-up and shutdown are not. */
export function episodesOf({ asset, pollutant, rows }: SeriesOfHours): OutletEpisode[] {
  const intervals = rows.flatMap(({ timeMs, fields }) => {
    const { limit, limitLow } = fields;
    if (typeof limit !== 'number') return [];
    const isValid =
      typeof fields.value === 'number' && fields.status !== 'invalid' && fields.transient !== true;
    const value = isValid ? Number(fields.value) : undefined;
    // Below the low limit of pH is as far beyond as above the high one: mirrored, so that one rule judges both.
    const isLow = typeof limitLow === 'number' && value !== undefined && value < limitLow;
    return [
      {
        ...{ startMs: timeMs, endMs: timeMs + hourMs },
        ...(isLow ? { limit: -limitLow, value: -value } : { limit, value }),
      },
    ];
  });
  return exceedanceEpisodes(intervals).map((episode) => ({ asset, pollutant, ...upright(episode) }));
}

const upright = (episode: ExceedanceEpisode): ExceedanceEpisode =>
  episode.limit < 0
    ? { ...episode, limit: -episode.limit, peak: -episode.peak, multiple: -episode.multiple }
    : episode;
