import { type Word, words } from './words.ts';

export type Language = 'en' | 'zh';

export const language = (): Language => (document.documentElement.lang === 'zh' ? 'zh' : 'en');

export function setLanguage(to: Language): void {
  document.documentElement.lang = to;
  localStorage.setItem('plantscope.language', to);
}

export const t = (word: Word): string => words[word][language() === 'zh' ? 1 : 0];

/** The same as a head of a column: it begins with a capital where the script has them. */
export function heading(word: Word): string {
  const text = t(word);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A word for a name that comes from data; the name itself where there is none. */
export const wordFor = (name: string): string => (name in words ? t(name as Word) : name);

export const labelOf = (label: { readonly en: string; readonly zh: string }): string => label[language()];
