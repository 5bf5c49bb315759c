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
