/** Whether a topic matches an MQTT filter. @see MQTT 3.1.1 clause 4.7 (a leading wildcard does not match `$` topics) */
export function matchesFilter(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false;
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (let index = 0; index < wanted.length; index++) {
    if (wanted[index] === '#') return true;
    if (index >= levels.length || (wanted[index] !== '+' && wanted[index] !== levels[index])) return false;
  }
  return wanted.length === levels.length;
}

/** Whether every topic that `inner` matches is matched by `outer` too. */
export function coversFilter(outer: string, inner: string): boolean {
  const wide = outer.split('/');
  const narrow = inner.split('/');
  for (let index = 0; index < wide.length; index++) {
    if (wide[index] === '#') return !(index === 0 && inner.startsWith('$'));
    const level = narrow[index];
    if (level === undefined || level === '#') return false;
    if (wide[index] === '+' ? index === 0 && level.startsWith('$') : wide[index] !== level) return false;
  }
  return wide.length === narrow.length;
}

/** Verdicts kept for topics that came before; the topics of a plant are few, those of a stranger are not. */
const MOST_KEPT = 20_000;

/** Whether a topic matches any of many filters: one look-up for plain topics and for those that came before. */
export class TopicFilters {
  readonly #plain: ReadonlySet<string>;
  readonly #wild: readonly string[];
  readonly #kept = new Map<string, boolean>();

  constructor(filters: readonly string[]) {
    this.#plain = new Set(filters.filter((filter) => !isWild(filter)));
    this.#wild = filters.filter(isWild);
  }

  matches(topic: string): boolean {
    if (this.#plain.has(topic)) return true;
    if (this.#wild.length === 0) return false;
    const kept = this.#kept.get(topic);
    if (kept !== undefined) return kept;
    const isMatch = this.#wild.some((filter) => matchesFilter(filter, topic));
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(topic, isMatch);
    return isMatch;
  }
}

const isWild = (filter: string): boolean => /[+#]/.test(filter);
