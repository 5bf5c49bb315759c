import { findCycle } from '../../model/dependency-cycle.ts';
import { PlantscopeError } from '../../model/error.ts';

export interface MeterNode {
  readonly id: string;
  readonly name: string;
  readonly carrier: string;
  /** Unit of its energy; all meters of one carrier in one tree share it. */
  readonly unit: string;
  /** Meter upstream of it; the root has none. */
  readonly parent?: string;
  /** Known loss between it and its sub-meters, share of its own energy (transformer, line). Default 0. */
  readonly lossShare?: number;
}

/** Energy of a meter over a window; `energy` undefined where nothing is known. */
export interface MeterEnergy {
  readonly energy: number | undefined;
  /** 0 to 1. */
  readonly completeness: number;
}

export interface BalanceRow {
  readonly id: string;
  readonly name: string;
  readonly carrier: string;
  readonly unit: string;
  readonly depth: number;
  readonly parent: string | undefined;
  readonly measured: number | undefined;
  /** Sum over the direct sub-meters; undefined where it has none, or one of them has no value. */
  readonly childrenSum: number | undefined;
  /** measured × lossShare. */
  readonly knownLoss: number | undefined;
  /** measured - childrenSum - knownLoss: above 0 something is not sub-metered, below 0 a meter is wrong. */
  readonly unexplained: number | undefined;
  readonly unexplainedPct: number | undefined;
  /** Least completeness of the meter and its direct sub-meters. */
  readonly completeness: number;
}

/**
 * The balance of each meter against its direct sub-meters, parents before children.
 * @throws PlantscopeError `meter-tree-invalid` naming the meter: unknown parent, cycle, mixed carrier or unit
 */
export function meterBalance(
  nodes: readonly MeterNode[],
  energies: ReadonlyMap<string, MeterEnergy>,
): BalanceRow[] {
  checkTree(nodes);
  const rows: BalanceRow[] = [];
  const visit = (node: MeterNode, depth: number): void => {
    const children = nodes.filter((candidate) => candidate.parent === node.id);
    rows.push(balanceRow(node, depth, children, energies));
    for (const child of children) visit(child, depth + 1);
  };
  for (const root of nodes.filter((node) => node.parent === undefined)) visit(root, 0);
  return rows;
}

function balanceRow(
  node: MeterNode,
  depth: number,
  children: readonly MeterNode[],
  energies: ReadonlyMap<string, MeterEnergy>,
): BalanceRow {
  const of = (id: string): MeterEnergy => energies.get(id) ?? { energy: undefined, completeness: 0 };
  const measured = of(node.id).energy;
  const parts = children.map((child) => of(child.id));
  const childrenSum =
    parts.length > 0 && parts.every((part) => part.energy !== undefined)
      ? parts.reduce((sum, part) => sum + (part.energy ?? 0), 0)
      : undefined;
  const knownLoss = measured === undefined ? undefined : measured * (node.lossShare ?? 0);
  const unexplained =
    measured === undefined || childrenSum === undefined
      ? undefined
      : withoutResidue(measured - childrenSum - (knownLoss ?? 0), measured);
  return {
    id: node.id,
    name: node.name,
    carrier: node.carrier,
    unit: node.unit,
    depth,
    parent: node.parent,
    measured,
    childrenSum,
    knownLoss: childrenSum === undefined ? undefined : knownLoss,
    unexplained,
    unexplainedPct: unexplained === undefined || !measured ? undefined : (100 * unexplained) / measured,
    completeness: Math.min(of(node.id).completeness, ...parts.map((part) => part.completeness)),
  };
}

/** What the last binary digits of a sum leave over is no energy. */
const withoutResidue = (difference: number, measured: number): number =>
  Math.abs(difference) < 1e-9 * Math.abs(measured) ? 0 : difference;

function checkTree(nodes: readonly MeterNode[]): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  if (byId.size !== nodes.length) throw refused('an id is used twice', twiceUsed(nodes));
  const cycle = findCycle(
    new Map(nodes.map((node) => [node.id, node.parent === undefined ? [] : [node.parent]])),
  );
  if (cycle) throw refused(`${cycle.join(' -> ')} is a cycle`, cycle[0] ?? '');
  for (const node of nodes) {
    if (node.parent === undefined) continue;
    const parent = byId.get(node.parent);
    if (!parent) throw refused(`its parent "${node.parent}" does not exist`, node.id);
    if (parent.carrier !== node.carrier)
      throw refused(`it is ${node.carrier} below ${parent.carrier}`, node.id);
    if (parent.unit !== node.unit)
      throw refused(`it counts ${node.unit}, its parent ${parent.unit}`, node.id);
  }
}

const twiceUsed = (nodes: readonly MeterNode[]): string =>
  nodes.find((node, index) => nodes.findIndex((other) => other.id === node.id) !== index)?.id ?? '';

const refused = (what: string, id: string): PlantscopeError =>
  new PlantscopeError('meter-tree-invalid', `Meter "${id}": ${what}`, { where: `meter "${id}"` });
