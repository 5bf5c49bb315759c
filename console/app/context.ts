import type { LiveFeed } from './live.ts';
import type { PlantView } from './plant-view.ts';
import type { TimeRange } from './time-range.ts';

/** What a page gets. Whatever it starts ends with `signal`. */
export interface PageContext {
  readonly view: PlantView;
  readonly live: LiveFeed;
  /** Path after the page's name. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
  readonly range: TimeRange;
  readonly signal: AbortSignal;
  /** Changes the address and shows the page anew. */
  go(changes: Readonly<Record<string, string | undefined>>, how?: 'push' | 'replace'): void;
}

export interface Page {
  /** Without one, the page has no range picker. */
  readonly hasRange: boolean;
  render(context: PageContext): HTMLElement | Promise<HTMLElement>;
}
