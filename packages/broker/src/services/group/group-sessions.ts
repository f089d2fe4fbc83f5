/**
 * Who of the members is alive, as the leader of a shard sees it: soft state, never in the log. Every heartbeat renews a session; whoever
 * leads next gives every member a full session anew, so that a failover by itself costs nobody anything.
 *
 * A heartbeat with nothing to tell is parked here until the member's group changes; a member has one parked heartbeat, the latest.
 */
import type { Clock } from '@flowmesh/base';
import type { GroupMember } from '@flowmesh/engines';
import { type Deadline, type DeadlineWheel, NO_DEADLINE } from '../deadline-wheel.ts';
import type { CoordinatorShard } from './coordinator-shards.ts';

interface Session {
  deadlineMs: number;
  /** Since when it has had something to give up; undefined while it has not. */
  revokingSinceMs: number | undefined;
  parked: ParkedHeartbeat | undefined;
}

export class GroupSessions {
  private readonly shard: CoordinatorShard;
  private readonly clock: Clock;
  private readonly wheel: DeadlineWheel;
  private readonly sessions = new Map<string, Map<string, Session>>();

  constructor(shard: CoordinatorShard, ports: { readonly clock: Clock; readonly wheel: DeadlineWheel }) {
    this.shard = shard;
    this.clock = ports.clock;
    this.wheel = ports.wheel;
    for (const group of shard.machine.groups.values()) {
      for (const member of group.members.values()) this.touch(group.head.id, member);
    }
  }

  /** A sign of life. */
  touch(group: string, member: GroupMember): void {
    const deadlineMs = this.clock.monotonicMs() + member.sessionTimeoutMs;
    const known = this.sessionOf(group, member.id);
    if (known !== undefined) {
      known.deadlineMs = deadlineMs;
      return;
    }
    const members = this.sessions.get(group) ?? new Map<string, Session>();
    this.sessions.set(group, members);
    members.set(member.id, { deadlineMs, revokingSinceMs: undefined, parked: undefined });
  }

  /** Resolves when the member's group has changed, after `waitMs`, with the signal, or when this node leads the shard no more. */
  park(group: string, member: string, waitMs: number, signal: AbortSignal): Promise<void> {
    const session = this.sessionOf(group, member);
    if (session === undefined || signal.aborted) return Promise.resolve();
    session.parked?.end();
    return new Promise<void>((resolve) => {
      const parked = new ParkedHeartbeat(this.wheel, () => {
        signal.removeEventListener('abort', onAbort);
        if (session.parked === parked) session.parked = undefined;
        resolve();
      });
      const onAbort = (): void => parked.end();
      signal.addEventListener('abort', onAbort, { once: true });
      session.parked = parked;
      this.wheel.add(parked, waitMs);
    });
  }

  /** The group changed: members that have gone are forgotten, the others' heartbeats are answered. */
  changed(group: string): void {
    const members = this.sessions.get(group);
    const now = this.shard.machine.groups.get(group)?.members;
    for (const member of now?.values() ?? []) {
      if (members?.has(member.id) !== true) this.touch(group, member);
    }
    for (const [id, session] of members ?? []) {
      session.parked?.end();
      if (now?.has(id) !== true) members?.delete(id);
    }
    if (members?.size === 0) this.sessions.delete(group);
  }

  /** Members to be let go, by group: silent for longer than their session, or too slow in giving up what was revoked. */
  overdue(): ReadonlyMap<string, readonly string[]> {
    const nowMs = this.clock.monotonicMs();
    const due = new Map<string, string[]>();
    for (const [group, members] of this.sessions) {
      for (const [id, session] of members) {
        const member = this.shard.machine.groups.get(group)?.members.get(id);
        if (member === undefined) continue;
        const revoking = Object.keys(member.revoking).length > 0;
        session.revokingSinceMs = revoking ? (session.revokingSinceMs ?? nowMs) : undefined;
        const slow = nowMs - (session.revokingSinceMs ?? nowMs) > member.rebalanceTimeoutMs;
        if (session.deadlineMs > nowMs && !slow) continue;
        const list = due.get(group) ?? [];
        due.set(group, list);
        list.push(id);
      }
    }
    return due;
  }

  /** This node leads the shard no more. */
  close(): void {
    for (const members of this.sessions.values()) {
      for (const session of members.values()) session.parked?.end();
    }
    this.sessions.clear();
  }

  private sessionOf(group: string, member: string): Session | undefined {
    return this.sessions.get(group)?.get(member);
  }
}

class ParkedHeartbeat implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly wheel: DeadlineWheel;
  private done: (() => void) | undefined;

  constructor(wheel: DeadlineWheel, done: () => void) {
    this.wheel = wheel;
    this.done = done;
  }

  expire(): void {
    this.end();
  }

  end(): void {
    const { done } = this;
    if (done === undefined) return;
    this.done = undefined;
    this.wheel.remove(this);
    done();
  }
}
