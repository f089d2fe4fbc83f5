/**
 * Who asks where to go while an election is under way is best told its outcome: clients that hear of no leader back off, most of them for much
 * longer than the election takes. So the answer waits for it, but not for groups that have been without a leader for long: those have
 * lost their majority, and nobody is to be held up for them.
 */
import type { Clock, GroupId } from '@flowmesh/base';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { LeaderPort } from '../ports.ts';
import { leadersMissing } from './leader-wait.ts';

export interface LeaderPatiencePorts {
  readonly leaders: Pick<LeaderPort, 'leaderOf' | 'onLeaderChange'>;
  readonly wheel: DeadlineWheel;
  readonly clock: Clock;
}

/** One answer waits no longer. */
const WAIT_MS_MAX = 1_000;
/** After so long without a leader a group is waited for no more. */
const ELECTION_MS_MAX = 3_000;
/** Groups without a leader that are remembered; with more of them nobody waits. */
const GROUPS_MAX = 10_000;

export class LeaderPatience {
  private readonly ports: LeaderPatiencePorts;
  /** When it was first seen to have no leader. */
  private readonly since = new Map<GroupId, number>();
  readonly close: () => void;

  constructor(ports: LeaderPatiencePorts) {
    this.ports = ports;
    this.close = ports.leaders.onLeaderChange((group) => {
      if (ports.leaders.leaderOf(group) !== undefined) this.since.delete(group);
    });
  }

  /** Resolves when all of them have leaders, or when there is nothing more to wait for: whether it waited at all. CANCELLED with the signal. */
  async wait(groups: readonly GroupId[], signal: AbortSignal): Promise<boolean> {
    const awaited = groups.filter((group) => this.isElecting(group));
    if (awaited.length > 0) await leadersMissing(this.ports, awaited, WAIT_MS_MAX, signal);
    return awaited.length > 0;
  }

  private isElecting(group: GroupId): boolean {
    const { leaders, clock } = this.ports;
    if (leaders.leaderOf(group) !== undefined) return false;
    const nowMs = clock.monotonicMs();
    const sinceMs = this.since.get(group) ?? nowMs;
    if (this.since.size < GROUPS_MAX) this.since.set(group, sinceMs);
    return this.since.has(group) && nowMs - sinceMs < ELECTION_MS_MAX;
  }
}
