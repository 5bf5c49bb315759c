// Runs before the first paint, as a classic script, so that a dark page never flashes white.
{
  const root = document.documentElement;
  const systemDark = matchMedia('(prefers-color-scheme: dark)');
  /** The choice (auto, light, dark) is `data-theme`; what the style sheet draws by is `data-scheme`. */
  const applyScheme = (): void => {
    const { theme = 'auto' } = root.dataset;
    root.dataset.scheme = theme === 'auto' ? (systemDark.matches ? 'dark' : 'light') : theme;
  };
  const kept = localStorage.getItem('plantscope.theme');
  if (kept === 'light' || kept === 'dark') root.dataset.theme = kept;
  applyScheme();
  systemDark.addEventListener('change', applyScheme);
  document.addEventListener('themechoice', applyScheme);
  const language = localStorage.getItem('plantscope.language');
  root.lang = language ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
}
