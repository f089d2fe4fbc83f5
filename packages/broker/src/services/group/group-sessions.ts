/**
 * Who of the members is alive, as the leader of a shard sees it: soft state, never in the log. Every heartbeat renews a session; whoever
 * leads next gives every member a full session anew, so that a failover by itself costs nobody anything.
 *
 * A heartbeat with nothing to tell is parked here until the member's group changes, and so are joins and syncs of classic groups until what
 * they wait for has come; a member has one parked call, the latest. While it waits for others its session does not run out.
 */
import type { Clock } from '@flowmesh/base';
import type { Group } from '@flowmesh/engines';
import { type Deadline, type DeadlineWheel, NO_DEADLINE } from '../deadline-wheel.ts';
import type { Caller } from '../ports.ts';
import type { CoordinatorShard } from './coordinator-shards.ts';

/** By what it is about, with the epoch or generation that it is of. */
type Duties = Readonly<Record<string, number>>;

interface Session {
  deadlineMs: number;
  timeoutMs: number;
  /** What others wait for it to do, as looked at last, and since when some of that has been there at every look. */
  owing: Duties;
  owingSinceMs: number;
  /** Who it was that called as this member; undefined: it has not called since this node leads. */
  caller: Caller | undefined;
  /** Classic members: the generation whose assignment it has fetched. */
  syncedIn: number;
  parked: ParkedCall | undefined;
}

/** A member, of whichever protocol, as far as its session goes. */
export interface SessionMember {
  readonly id: string;
  readonly sessionTimeoutMs: number;
}

export interface Parking {
  readonly waitMs: number;
  readonly signal: AbortSignal;
  /** Not to be woken before this holds, and not to be taken for silent until then. Absent: any change wakes. */
  readonly until?: () => boolean;
}

/** `displaced`: the member has called again. */
export type Woken = 'woken' | 'displaced';

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
      for (const member of group.classicMembers.values()) this.touch(group.head.id, member);
      for (const member of group.shareMembers.values()) this.touch(group.head.id, member);
      // Who has fetched the assignment of a generation that stands is not known: whoever has not will not read either.
      if (group.classic?.phase === 'stable') this.assumeSynced(group);
    }
  }

  /** A sign of life. */
  touch(group: string, member: SessionMember): void {
    const timeoutMs = member.sessionTimeoutMs;
    const deadlineMs = this.clock.monotonicMs() + timeoutMs;
    const known = this.sessionOf(group, member.id);
    if (known !== undefined) {
      known.deadlineMs = deadlineMs;
      known.timeoutMs = timeoutMs;
      return;
    }
    const members = this.sessions.get(group) ?? new Map<string, Session>();
    this.sessions.set(group, members);
    members.set(member.id, {
      deadlineMs,
      timeoutMs,
      owing: {},
      owingSinceMs: 0,
      caller: undefined,
      syncedIn: -1,
      parked: undefined,
    });
  }

  /** A sign of life, and who gave it. */
  heard(group: string, member: SessionMember, caller: Caller): void {
    this.touch(group, member);
    const session = this.sessionOf(group, member.id);
    if (session !== undefined) session.caller = caller;
  }

  callerOf(group: string, member: string): Caller | undefined {
    return this.sessionOf(group, member)?.caller;
  }

  /** The member has fetched its assignment of this generation. */
  synced(group: string, member: string, generation: number): void {
    const session = this.sessionOf(group, member);
    if (session !== undefined) session.syncedIn = generation;
  }

  /** Resolves when the member's group has changed, after `waitMs`, with the signal, or when this node leads the shard no more. */
  park(group: string, member: string, { waitMs, signal, until }: Parking): Promise<Woken> {
    const session = this.sessionOf(group, member);
    if (session === undefined || signal.aborted) return Promise.resolve('woken');
    session.parked?.end('displaced');
    return new Promise<Woken>((resolve) => {
      const parked = new ParkedCall(this.wheel, until, (woken) => {
        signal.removeEventListener('abort', onAbort);
        if (session.parked === parked) session.parked = undefined;
        if (until !== undefined) session.deadlineMs = this.clock.monotonicMs() + session.timeoutMs;
        resolve(woken);
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
    const now = this.shard.machine.groups.get(group);
    for (const member of now?.members.values() ?? []) {
      if (members?.has(member.id) !== true) this.touch(group, member);
    }
    for (const member of now?.classicMembers.values() ?? []) {
      if (members?.has(member.id) !== true) this.touch(group, member);
    }
    for (const member of now?.shareMembers.values() ?? []) {
      if (members?.has(member.id) !== true) this.touch(group, member);
    }
    for (const [id, session] of members ?? []) {
      const isMember =
        now?.members.has(id) === true ||
        now?.classicMembers.has(id) === true ||
        now?.shareMembers.has(id) === true;
      session.parked?.groupChanged();
      if (isMember) continue;
      session.parked?.end();
      members?.delete(id);
    }
    if (members?.size === 0) this.sessions.delete(group);
  }

  /** Members to be let go, by group: silent for longer than their session, or too slow in doing what others wait for. */
  overdue(): ReadonlyMap<string, readonly string[]> {
    const nowMs = this.clock.monotonicMs();
    const due = new Map<string, string[]>();
    for (const [group, members] of this.sessions) {
      for (const [id, session] of members) {
        const known = this.shard.machine.groups.get(group);
        const member = known?.members.get(id) ?? known?.classicMembers.get(id);
        const isShared = known?.shareMembers.has(id) === true;
        if (known === undefined || session.parked?.waitsForOthers === true) continue;
        if (member === undefined && !isShared) continue;
        const owing = dutiesOf(known, id, session);
        if (!overlap(session.owing, owing)) session.owingSinceMs = nowMs;
        session.owing = owing;
        // Nothing is waited for that a member of a share group has to do.
        const slow = member !== undefined && nowMs - session.owingSinceMs > member.rebalanceTimeoutMs;
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

  private assumeSynced({ head, classic, classicMembers }: Group): void {
    for (const id of classicMembers.keys()) this.synced(head.id, id, classic?.generation ?? -1);
  }

  private sessionOf(group: string, member: string): Session | undefined {
    return this.sessions.get(group)?.get(member);
  }
}

/** What others wait for the member to do: to give up partitions, or to fetch its assignment. */
function dutiesOf({ members, classic }: Group, id: string, { syncedIn }: Session): Duties {
  const native = members.get(id);
  if (native !== undefined) return native.revoking;
  const assigned = classic?.phase === 'syncing' || classic?.phase === 'stable';
  return assigned && syncedIn !== classic.generation ? { assignment: classic.generation } : {};
}

/** Something of the one is still in the other; a partition that was given up and came back is not the same. */
function overlap(before: Duties, now: Duties): boolean {
  return Object.entries(now).some(([duty, since]) => Object.hasOwn(before, duty) && before[duty] === since);
}

class ParkedCall implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly wheel: DeadlineWheel;
  private readonly until: (() => boolean) | undefined;
  private done: ((woken: Woken) => void) | undefined;

  constructor(wheel: DeadlineWheel, until: (() => boolean) | undefined, done: (woken: Woken) => void) {
    this.wheel = wheel;
    this.until = until;
    this.done = done;
  }

  get waitsForOthers(): boolean {
    return this.until !== undefined;
  }

  groupChanged(): void {
    if (this.until?.() !== false) this.end();
  }

  expire(): void {
    this.end();
  }

  end(woken: Woken = 'woken'): void {
    const { done } = this;
    if (done === undefined) return;
    this.done = undefined;
    this.wheel.remove(this);
    done(woken);
  }
}
