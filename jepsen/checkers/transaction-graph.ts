/**
 * Transactions and what must have come before what, and the shortest cycles in it. A cycle's name says what kinds of dependencies it needs
 * (A. Adya, "Weak Consistency", 1999):
 *
 *   G0 writes alone · G1c-wr reads of what was written alone · G1c both · G-single one overwritten read · G2 several
 *
 * `-realtime`: it needs the order of real time as well.
 */

export type Dependency =
  /** The other overwrote what it wrote, read what it wrote, overwrote what it read; began after it had ended. */
  'ww' | 'wr' | 'rw' | 'realtime';

export interface Cycle {
  readonly kind: string;
  readonly nodes: readonly number[];
  /** From each node to the next one. */
  readonly why: readonly Dependency[];
}

/** Weaker dependencies do not hide stronger ones: the first kind that a cycle can be made of names it. */
const SEARCHES: readonly {
  readonly name: string;
  readonly plain: readonly Dependency[];
  readonly needs: readonly Dependency[];
}[] = [
  { name: 'G0', plain: ['ww'], needs: ['ww'] },
  { name: 'G1c-wr', plain: ['wr'], needs: ['wr'] },
  { name: 'G1c', plain: ['ww', 'wr'], needs: ['wr'] },
  { name: 'G-single', plain: ['ww', 'wr'], needs: ['rw'] },
  { name: 'G2', plain: ['ww', 'wr', 'rw'], needs: ['rw'] },
];

export class TransactionGraph {
  /** By node and target: the strongest reason. */
  private readonly edges: Map<number, Dependency>[];

  constructor(nodes: number) {
    this.edges = Array.from({ length: nodes }, () => new Map());
  }

  add(from: number, to: number, why: Dependency): void {
    if (from === to) return;
    const own = this.edges[from] as Map<number, Dependency>;
    const known = own.get(to);
    if (known === undefined || RANK[why] < RANK[known]) own.set(to, why);
  }

  /** The shortest cycle of each kind in each knot of transactions that depend on each other. */
  cycles(): readonly Cycle[] {
    const found: Cycle[] = [];
    for (const knot of this.knots()) {
      const inside = new Set(knot);
      const plain = this.cyclesIn(knot, inside, false);
      found.push(...(plain.length > 0 ? plain : this.cyclesIn(knot, inside, true)));
    }
    return found;
  }

  private cyclesIn(
    knot: readonly number[],
    inside: ReadonlySet<number>,
    realtime: boolean,
  ): readonly Cycle[] {
    for (const { name, plain, needs } of SEARCHES) {
      const passable = new Set<Dependency>(realtime ? [...plain, 'realtime'] : plain);
      let best: Cycle | undefined;
      for (const from of knot) {
        for (const [to, why] of this.edges[from] as Map<number, Dependency>) {
          if (!inside.has(to) || !needs.includes(why)) continue;
          const path = this.path(to, from, inside, passable, best?.nodes.length ?? Number.POSITIVE_INFINITY);
          if (path === undefined) continue;
          const nodes = [from, ...path.slice(0, -1)];
          const whys = nodes.map((node, i) => this.why(node, nodes[(i + 1) % nodes.length] as number));
          best = { kind: realtime ? `${name}-realtime` : name, nodes, why: whys };
        }
      }
      if (best !== undefined) return [best];
    }
    return [];
  }

  private why(from: number, to: number): Dependency {
    return this.edges[from]?.get(to) ?? 'realtime';
  }

  /** The shortest way that is shorter than `below`, both ends included. */
  private path(
    from: number,
    to: number,
    inside: ReadonlySet<number>,
    passable: ReadonlySet<Dependency>,
    below: number,
  ): readonly number[] | undefined {
    const cameFrom = new Map<number, number>([[from, from]]);
    let edge = [from];
    for (let length = 1; edge.length > 0 && length < below; length++) {
      const next: number[] = [];
      for (const node of edge) {
        for (const [target, why] of this.edges[node] as Map<number, Dependency>) {
          if (!passable.has(why) || !inside.has(target) || cameFrom.has(target)) continue;
          cameFrom.set(target, node);
          if (target === to) return pathBack(cameFrom, from, to);
          next.push(target);
        }
      }
      edge = next;
    }
    return undefined;
  }

  /** Strongly connected components of more than one node (R. Tarjan, 1972), without recursion. */
  private knots(): readonly (readonly number[])[] {
    const order = new Map<number, number>();
    const low = new Map<number, number>();
    const onStack = new Set<number>();
    const stack: number[] = [];
    const knots: number[][] = [];
    for (let root = 0; root < this.edges.length; root++) {
      if (order.has(root)) continue;
      const work = [this.visit(root, order, low, stack, onStack)];
      while (work.length > 0) {
        const top = work.at(-1) as Visit;
        const step = top.targets.next();
        if (step.done !== true) {
          const target = step.value;
          if (!order.has(target)) work.push(this.visit(target, order, low, stack, onStack));
          else if (onStack.has(target)) lower(low, top.node, order.get(target) as number);
          continue;
        }
        work.pop();
        const parent = work.at(-1);
        if (parent !== undefined) lower(low, parent.node, low.get(top.node) as number);
        if (low.get(top.node) !== order.get(top.node)) continue;
        const knot = stack.splice(stack.lastIndexOf(top.node));
        for (const node of knot) onStack.delete(node);
        if (knot.length > 1) knots.push(knot);
      }
    }
    return knots;
  }

  private visit(
    node: number,
    order: Map<number, number>,
    low: Map<number, number>,
    stack: number[],
    onStack: Set<number>,
  ): Visit {
    low.set(node, order.size);
    order.set(node, order.size);
    stack.push(node);
    onStack.add(node);
    return { node, targets: (this.edges[node] as Map<number, Dependency>).keys() };
  }
}

interface Visit {
  readonly node: number;
  readonly targets: Iterator<number, undefined>;
}

const RANK: Readonly<Record<Dependency, number>> = { ww: 0, wr: 1, rw: 2, realtime: 3 };

function lower(low: Map<number, number>, node: number, to: number): void {
  if (to < (low.get(node) ?? Number.POSITIVE_INFINITY)) low.set(node, to);
}

function pathBack(cameFrom: ReadonlyMap<number, number>, from: number, to: number): readonly number[] {
  const path = [to];
  for (let node = to; node !== from; ) {
    node = cameFrom.get(node) as number;
    path.push(node);
  }
  return path.reverse();
}
