import { api, type HealthAnswer, type LatestReading } from './api.ts';

export type LiveState = 'live' | 'reconnecting' | 'signed-out';

const HEALTH_EVERY_MS = 5000;

type ChangeListener = (changed: ReadonlySet<string>) => void;

/** One event stream for the whole page, whatever is shown. Ages count by the platform's clock, not the browser's. */
export class LiveFeed {
  readonly latest = new Map<string, LatestReading>();
  state: LiveState = 'reconnecting';
  /** As asked for every few seconds. */
  health: HealthAnswer | undefined;
  #clockOffsetMs = 0;
  #source: EventSource | undefined;
  readonly #changeListeners = new Set<ChangeListener>();
  readonly #stateListeners = new Set<() => void>();
  readonly #healthListeners = new Set<(health: HealthAnswer) => void>();

  /** Fills in what the store knows, then follows. */
  async start(): Promise<void> {
    this.#follow();
    setInterval(() => void this.#askHealth(), HEALTH_EVERY_MS);
    const [latest] = await Promise.all([api.latest(), this.#askHealth()]);
    this.#take(latest);
  }

  nowMs(): number {
    return Date.now() + this.#clockOffsetMs;
  }

  ageS(reading: LatestReading): number {
    return (this.nowMs() - Date.parse(reading.sourceTime)) / 1000;
  }

  onChange(listener: ChangeListener, signal: AbortSignal): void {
    this.#changeListeners.add(listener);
    signal.addEventListener('abort', () => this.#changeListeners.delete(listener));
  }

  onHealth(listener: (health: HealthAnswer) => void, signal: AbortSignal): void {
    this.#healthListeners.add(listener);
    signal.addEventListener('abort', () => this.#healthListeners.delete(listener));
  }

  /** Whether the source of readings works, as its station says. */
  isHealthy(source: string): boolean {
    return (
      this.health?.stations.some(({ station, state }) => station === `source:${source}` && state === 'ok') ??
      false
    );
  }

  onState(listener: () => void): void {
    this.#stateListeners.add(listener);
  }

  /** Unknown health (no answer) makes old values look stale, which is what they then are. */
  async #askHealth(): Promise<void> {
    // Without an answer nothing is known of the stations; the stream's own state says that the platform is away.
    this.health = await api.health().catch(() => undefined);
    if (this.health) for (const listener of this.#healthListeners) listener(this.health);
  }

  #follow(): void {
    const source = new EventSource('/api/v1/stream');
    source.onopen = () => this.#become('live');
    source.onmessage = ({ data }) => this.#take(JSON.parse(String(data)) as LatestReading[]);
    source.onerror = () => void this.#lose(source);
    this.#source = source;
  }

  /** The browser reconnects by itself unless the answer was a refusal; then it matters whether the token is still good. */
  async #lose(source: EventSource): Promise<void> {
    if (source !== this.#source) return;
    this.#become('reconnecting');
    if (source.readyState !== EventSource.CLOSED) return;
    const isSignedOut = await api.session().then(
      () => false,
      (failure: { status?: number }) => failure.status === 401,
    );
    if (isSignedOut) this.#become('signed-out');
    else setTimeout(() => this.#follow(), 2000);
  }

  #become(state: LiveState): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.#stateListeners) listener();
  }

  #take(readings: readonly LatestReading[]): void {
    const changed = new Set<string>();
    for (const reading of readings) {
      const known = this.latest.get(reading.tag);
      if (known && Date.parse(known.sourceTime) > Date.parse(reading.sourceTime)) continue;
      this.latest.set(reading.tag, reading);
      changed.add(reading.tag);
    }
    const newest = readings[0];
    if (newest) this.#clockOffsetMs = Date.parse(newest.sourceTime) + newest.ageS * 1000 - Date.now();
    for (const listener of this.#changeListeners) listener(changed);
  }
}
