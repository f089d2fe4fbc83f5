import { memberId, nodeId, type NodeId, replicaId } from '@flowmesh/base';
import type { ProgressStatus } from '@flowmesh/raft';
import { describe, expect, it } from 'vitest';
import { LogHold } from '../../src/replica/log-hold.ts';
import { DEFAULT_REPLICA_LIMITS } from '../../src/replica/replica-env.ts';

const LEARNER = memberId({ node: nodeId(3), replica: replicaId(7) });
const NONE = Number.POSITIVE_INFINITY;

function progress(state: ProgressStatus['state'], match: number, next: number): ProgressStatus {
  return { member: LEARNER, match, next, state, paused: false, recentActive: true, learner: true };
}

class Leader {
  readonly lost = new Set<NodeId>();
  lastIndex = 10_000;
  logBytes = 1_000;
  private readonly hold = new LogHold({
    limits: { ...DEFAULT_REPLICA_LIMITS, logHoldBytes: 1_000_000, logKeepEntries: 100 },
    connected: (node) => !this.lost.has(node),
  });

  heldFrom(...members: readonly ProgressStatus[]): number {
    return this.hold.heldFrom({ progress: members, lastIndex: this.lastIndex }, this.logBytes);
  }
}

describe('the end of the log that is kept', () => {
  it('begins where the first offer of a snapshot ended, through later offers and probes, until the member has caught up', () => {
    const leader = new Leader();
    expect(leader.heldFrom(progress('replicate', 10, 11))).toBe(NONE);
    expect(leader.heldFrom(progress('snapshot', 0, 501))).toBe(501);
    expect(leader.heldFrom(progress('probe', 0, 1))).toBe(501);
    expect(leader.heldFrom(progress('snapshot', 0, 4_001))).toBe(501);
    expect(leader.heldFrom(progress('replicate', 600, 800))).toBe(601);
    expect(leader.heldFrom(progress('replicate', 9_900, 9_950))).toBe(NONE);
    expect(leader.heldFrom(progress('replicate', 9_000, 9_950))).toBe(NONE);
  });

  it('is not kept for members that are gone, or not reached', () => {
    const leader = new Leader();
    leader.heldFrom(progress('snapshot', 0, 501));
    leader.lost.add(nodeId(3));
    expect(leader.heldFrom(progress('snapshot', 0, 501))).toBe(NONE);
    leader.lost.clear();
    expect(leader.heldFrom(progress('snapshot', 0, 501))).toBe(501);
    expect(leader.heldFrom()).toBe(NONE);
    expect(leader.heldFrom(progress('probe', 0, 1))).toBe(NONE);
  });

  it('has a limit', () => {
    const leader = new Leader();
    leader.heldFrom(progress('snapshot', 0, 501));
    leader.logBytes = 1_000_001;
    expect(leader.heldFrom(progress('snapshot', 0, 501))).toBe(NONE);
  });
});
