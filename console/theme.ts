// Runs before the first paint, as a classic script, so that a dark page never flashes white.
{
  const kept = localStorage.getItem('plantscope.theme');
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept;
  const language = localStorage.getItem('plantscope.language');
  document.documentElement.lang = language ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
}
