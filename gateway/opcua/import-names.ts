/** Letters that Unicode does not take apart into a Latin letter and a mark. */
const latin: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', œ: 'oe', ł: 'l', đ: 'd', ı: 'i' };

/** Marks fall away; letters that are not Latin stay and are cut out by the callers. */
const unmarked = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßøæœłđı]/g, (letter) => latin[letter] ?? letter);

/** An id of a plant file, from a name of people. @param fallback where nothing of it is left */
export function slug(name: string, fallback: string): string {
  const text = unmarked(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 56)
    .replace(/-+$/, '');
  return text === '' ? fallback : text;
}

/** A name of a tag, from a name of people; `value` where nothing of it is left. */
export function camelCase(name: string): string {
  const words = unmarked(name)
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const joined = words
    .map((word, index) => (index === 0 ? word : word[0]?.toUpperCase() + word.slice(1)))
    .join('');
  const text = joined.replace(/^[^A-Za-z]+/, '');
  return text === '' ? 'value' : (text[0] ?? '').toLowerCase() + text.slice(1);
}

/** Appends a number where the name is taken, and takes it. */
export function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted;
  const separator = /[A-Z]/.test(wanted) || !wanted.includes('-') ? '' : '-';
  for (let number = 2; taken.has(id); number++) id = `${wanted}${separator}${number}`;
  taken.add(id);
  return id;
}
