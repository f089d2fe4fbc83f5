/** When each command was proposed, by whom, and what the clock of that process said: entries are appended at their leader first. */
import type { GroupId, NodeId } from '@flowmesh/base';
import type { Checker } from '../check/checker.ts';
import type { NodeClock } from '../time/node-clock.ts';

export interface Proposed {
  readonly at: number;
  readonly node: NodeId;
  readonly monotonicMs: number;
}

/** Terms stay far below this in any run. */
const TERM_SPAN = 65_536;

export class Proposals {
  private readonly time: { readonly now: number };
  private readonly clockOf: (node: NodeId) => NodeClock | undefined;
  private readonly groups = new Map<GroupId, Map<number, Proposed>>();

  constructor(time: { readonly now: number }, clockOf: (node: NodeId) => NodeClock | undefined) {
    this.time = time;
    this.clockOf = clockOf;
  }

  of(group: GroupId, index: number, term: number): Proposed | undefined {
    return this.groups.get(group)?.get(index * TERM_SPAN + term);
  }

  get checker(): Checker {
    return {
      name: 'proposals',
      appended: ({ group, node }, entries) => {
        const known = this.groups.get(group.id) ?? new Map<number, Proposed>();
        this.groups.set(group.id, known);
        for (const { index, term } of entries) {
          const key = index * TERM_SPAN + term;
          const clock = known.has(key) ? undefined : this.clockOf(node);
          if (clock === undefined) continue;
          known.set(key, { at: this.time.now, node, monotonicMs: clock.monotonicMs() });
        }
      },
    };
  }
}
