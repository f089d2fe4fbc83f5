/**
 * Who votes in the metadata group: three or five nodes, as many racks as there are, as few changes as possible. A leaving node
 * goes; a dead one is replaced, but without a replacement it stays, because a smaller group would tolerate no more. An away
 * node stays. While the voters that are live are no majority nothing can be decided, so nothing is planned. Nor does the group
 * shrink because nodes are away or drain for a while: a leaving voter waits for them, since all metadata could come to lie on one disk.
 */
import type { NodeId } from '@flowmesh/base';
import type { PlannerNode } from './planner-types.ts';

/** The voters there should be, those that stay first and in their order. A second call with the result changes nothing. */
export function planMetadataVoters(
  nodes: readonly PlannerNode[],
  current: readonly NodeId[],
  wanted: 3 | 5,
): readonly NodeId[] {
  const known = new Map(nodes.map((node) => [node.id, node]));
  const isIn = (id: NodeId, states: readonly PlannerNode['state'][]): boolean => {
    const node = known.get(id);
    return node !== undefined && states.includes(node.state);
  };
  const live = current.filter((id) => isIn(id, ['normal', 'draining', 'leaving']));
  if (live.length <= current.length / 2) return current;
  const racks = new Map(
    nodes.map((node) => [node.id, node.rack === '' ? `node ${node.id}` : `rack ${node.rack}`]),
  );
  const choice = new VoterChoice(racks, (id) => isIn(id, ['normal']));
  const kept = current.filter((id) => isIn(id, ['normal', 'draining', 'away']));
  const dead = current.filter((id) => !isIn(id, ['normal', 'draining', 'away', 'leaving']));
  const fresh = nodes
    .filter((node) => node.state === 'normal' && !current.includes(node.id))
    .map((node) => node.id)
    .sort((a, b) => a - b);
  const waits = nodes.some((node) => mayServeLater(node, current));
  const leaving = waits ? current.filter((id) => isIn(id, ['leaving'])) : [];
  const replaceable = kept.length + fresh.length + dead.length;
  const size = Math.max(
    largestOdd(Math.min(wanted, replaceable)),
    largestOdd(Math.min(wanted, current.length, replaceable + leaving.length)),
  );
  if (size === 0) return current;
  let voters = kept;
  while (voters.length > size) voters = choice.withoutWorst(voters);
  while (voters.length < size) {
    const next = choice.best(voters, fresh) ?? choice.best(voters, leaving) ?? choice.best(voters, dead);
    if (next === undefined) break;
    voters = [...voters, next];
  }
  return choice.parted(voters, fresh);
}

/** It can vote, or be chosen, once it is back to normal. Who stays away is dead some time later and waited for no longer. */
function mayServeLater({ id, state }: PlannerNode, current: readonly NodeId[]): boolean {
  return state === 'away' || (state === 'draining' && !current.includes(id));
}

function largestOdd(count: number): number {
  if (count <= 0) return 0;
  return count % 2 === 1 ? count : count - 1;
}

class VoterChoice {
  private readonly racks: ReadonlyMap<NodeId, string>;
  private readonly isNormal: (id: NodeId) => boolean;

  constructor(racks: ReadonlyMap<NodeId, string>, isNormal: (id: NodeId) => boolean) {
    this.racks = racks;
    this.isNormal = isNormal;
  }

  /** Drops one: from the fullest rack, among equals one that is not normal, then the one that came last. */
  withoutWorst(voters: readonly NodeId[]): NodeId[] {
    const isWorse = (id: NodeId, than: NodeId): boolean => {
      const difference = this.mates(voters, id) - this.mates(voters, than);
      if (difference !== 0) return difference > 0;
      return this.isNormal(id) === this.isNormal(than) || !this.isNormal(id);
    };
    const worst = voters.reduce((found, id) => (isWorse(id, found) ? id : found));
    return voters.filter((id) => id !== worst);
  }

  /** Of `from` the one with the fewest voters in its rack. */
  best(voters: readonly NodeId[], from: readonly NodeId[]): NodeId | undefined {
    let best: NodeId | undefined;
    for (const id of from) {
      if (voters.includes(id)) continue;
      if (best === undefined || this.mates(voters, id) < this.mates(voters, best)) best = id;
    }
    return best;
  }

  /** Exchanges voters of a rack that has another one while a fresh node of an emptier rack is there. */
  parted(voters: readonly NodeId[], fresh: readonly NodeId[]): readonly NodeId[] {
    let result = voters;
    for (let i = 0; i < voters.length; i++) {
      const crowded = this.withoutWorst(result);
      const gone = result.find((id) => !crowded.includes(id));
      const next = this.best(
        crowded,
        fresh.filter((id) => !result.includes(id)),
      );
      if (gone === undefined || next === undefined) return result;
      if (this.mates(crowded, next) >= this.mates(crowded, gone)) return result;
      result = [...crowded, next];
    }
    return result;
  }

  private mates(voters: readonly NodeId[], id: NodeId): number {
    const rack = this.racks.get(id) ?? `node ${id}`;
    return voters.filter((other) => other !== id && this.racks.get(other) === rack).length;
  }
}
