export interface Place {
  readonly name: string;
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

export function placeOf(location: { readonly pathname: string; readonly search: string }): Place {
  const [name = '', ...rest] = location.pathname.split('/').filter((part) => part !== '');
  return { name, rest: rest.map(decodeURIComponent), query: new URLSearchParams(location.search) };
}

/** Address of a page, keeping what is not named. Commas and colons stay readable. */
export function addressOf(pathname: string, query: URLSearchParams): string {
  const text = query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return text === '' ? pathname : `${pathname}?${text}`;
}

/** Links of ours change the address without loading the page anew. */
export function followLinks(onMove: () => void): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (
      !link ||
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey
    )
      return;
    if (
      link.origin !== location.origin ||
      link.target !== '' ||
      link.hasAttribute('download') ||
      /^\/docs\b/.test(link.pathname)
    )
      return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    event.preventDefault();
    if (link.href !== location.href) history.pushState(null, '', link.href);
    onMove();
  });
  addEventListener('popstate', onMove);
}
