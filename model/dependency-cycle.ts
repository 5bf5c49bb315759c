/**
 * A cycle in a graph of names, first name repeated at the end (`a`, `b`, `a`); undefined where there is none.
 * Names that are no node of their own have no dependencies.
 */
export function findCycle(dependencies: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (name: string): string[] | undefined => {
    if (finished.has(name)) return undefined;
    const at = path.indexOf(name);
    if (at >= 0) return [...path.slice(at), name];
    path.push(name);
    for (const next of dependencies.get(name) ?? []) {
      const cycle = visit(next);
      if (cycle) return cycle;
    }
    path.pop();
    finished.add(name);
    return undefined;
  };
  for (const name of dependencies.keys()) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The names in an order in which each comes after what it depends on. The graph must have no cycle. */
export function inDependencyOrder(dependencies: ReadonlyMap<string, readonly string[]>): string[] {
  const order = new Set<string>();
  const visit = (name: string): void => {
    if (order.has(name)) return;
    for (const next of dependencies.get(name) ?? []) visit(next);
    if (dependencies.has(name)) order.add(name);
  };
  for (const name of dependencies.keys()) visit(name);
  return [...order];
}
