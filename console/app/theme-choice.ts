import type { Word } from './words.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const themeWord: Readonly<Record<Theme, Word>> = {
  auto: 'themeAuto',
  light: 'themeLight',
  dark: 'themeDark',
};

export const theme = (): Theme =>
  themes.find((one) => one === document.documentElement.dataset.theme) ?? 'auto';

export function nextTheme(): void {
  const next = themes[(themes.indexOf(theme()) + 1) % themes.length] ?? 'auto';
  document.documentElement.dataset.theme = next;
  localStorage.setItem('plantscope.theme', next);
  document.dispatchEvent(new Event('themechoice'));
}

/** A colour of the style sheet, for what is drawn on a canvas. */
export const cssColor = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

export const seriesColor = (index: number): string => cssColor(`series-${(index % 8) + 1}`);
