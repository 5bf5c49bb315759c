export type Child = Node | string | number | undefined | null | false | readonly Child[];

type Props = Readonly<Record<string, unknown>>;

/** Builds an element. `on…` props are listeners, `class` and `aria-…` are attributes, undefined is left out, and so is a flag that is false. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  props?: Props,
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  setProps(element, props ?? {});
  append(element, children);
  return element;
}

const svgNamespace = 'http://www.w3.org/2000/svg';

export function svg<K extends keyof SVGElementTagNameMap>(
  name: K,
  props?: Props,
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(svgNamespace, name);
  setProps(element, props ?? {});
  append(element, children);
  return element;
}

function setProps(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (value === false && !/^(aria|data)-/.test(name)) continue;
    if (name.startsWith('on') && typeof value === 'function') {
      element.addEventListener(name.slice(2).toLowerCase(), value as EventListener);
    } else {
      const isFlag = value === true && !/^(aria|data)-/.test(name);
      element.setAttribute(name, isFlag ? '' : String(value));
    }
  }
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === null || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

/** Sets the text only where it differs: a live page must not make the browser lay out what stayed the same. */
export function setText(node: Node, text: string): boolean {
  if (node.textContent === text) return false;
  node.textContent = text;
  return true;
}
