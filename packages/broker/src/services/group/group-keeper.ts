/**
 * What the leader of a coordinator shard does for its groups by itself: lets silent members go, and has partitions assigned anew whenever
 * members, subscriptions or streams have changed. The assignment is computed when the command is applied; what streams there are travels in it.
 */
import { METADATA_GROUP, type Clock, type Scheduler } from '@flowmesh/base';
import {
  type CoordinatorEffect,
  CoordinatorMachine,
  type Group,
  matchesPattern,
  sameTopology,
  type TopologyStream,
} from '@flowmesh/engines';
import type { Replica, ReplicaManager } from '../../replica/replica-api.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { CatalogPort, Door } from '../ports.ts';
import { type CoordinatorShard, type CoordinatorShards, proposeTo } from './coordinator-shards.ts';
import { GroupSessions } from './group-sessions.ts';
import { streamsReadBy } from './topic-regex.ts';

const LOOK_EVERY_MS = 200;
const PROPOSE_TIMEOUT_MS = 10_000;

export interface GroupKeeperPorts {
  readonly shards: CoordinatorShards;
  readonly replicas: ReplicaManager;
  readonly catalog: CatalogPort;
  readonly door: Door;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly wheel: DeadlineWheel;
  /** A transaction of a shard that this node leads may have been decided. */
  readonly onTransaction: (shard: CoordinatorShard, id: string) => void;
}

interface Kept {
  readonly shard: CoordinatorShard;
  readonly sessions: GroupSessions;
  /** Groups with an assignment, or an expiry, under way. */
  readonly assigning: Set<string>;
  readonly expiring: Set<string>;
}

export class GroupKeeper {
  private readonly ports: GroupKeeperPorts;
  private readonly kept = new Map<CoordinatorShard, Kept>();
  /** Streams may have come, gone or grown since groups were looked at last. */
  private streamsChanged = false;
  private closed = false;

  constructor(ports: GroupKeeperPorts) {
    this.ports = ports;
    ports.shards.table.onServing((shard) => this.keep(shard));
    ports.replicas.addListener({
      onEffects: (replica, effects) => this.onEffects(replica, effects as readonly CoordinatorEffect[]),
      onApplied: (replica) => {
        if (replica.group === METADATA_GROUP) this.streamsChanged = true;
      },
    });
    this.lookLater();
  }

  sessionsOf(shard: CoordinatorShard): GroupSessions {
    return this.keep(shard).sessions;
  }

  close(): void {
    this.closed = true;
    for (const { sessions } of this.kept.values()) sessions.close();
    this.kept.clear();
  }

  private keep(shard: CoordinatorShard): Kept {
    const known = this.kept.get(shard);
    if (known !== undefined) return known;
    const kept: Kept = {
      shard,
      sessions: new GroupSessions(shard, this.ports),
      assigning: new Set(),
      expiring: new Set(),
    };
    this.kept.set(shard, kept);
    shard.watch({
      onAdvance: () => undefined,
      onLost: () => {
        kept.sessions.close();
        this.kept.delete(shard);
      },
    });
    for (const group of shard.machine.groups.values()) this.assign(kept, group.head.id);
    return kept;
  }

  private onEffects(replica: Replica, effects: readonly CoordinatorEffect[]): void {
    if (!(replica.machine instanceof CoordinatorMachine)) return;
    for (const kept of this.kept.values()) {
      if (kept.shard.replica !== replica) continue;
      for (const effect of effects) this.onEffect(kept, effect);
    }
  }

  private onEffect(kept: Kept, effect: CoordinatorEffect): void {
    switch (effect.kind) {
      case 'group-changed':
        kept.sessions.changed(effect.group);
        this.assign(kept, effect.group);
        return;
      case 'transaction-changed':
        this.ports.onTransaction(kept.shard, effect.id);
    }
  }

  private lookLater(): void {
    this.ports.scheduler.after(LOOK_EVERY_MS, () => {
      if (this.closed) return;
      this.look();
      this.lookLater();
    });
  }

  private look(): void {
    const streams = this.streamsChanged;
    this.streamsChanged = false;
    for (const kept of this.kept.values()) {
      for (const [group, members] of kept.sessions.overdue()) this.expire(kept, group, members);
      for (const group of kept.shard.machine.groups.values()) {
        if (streams) this.matchAnew(kept, group);
        if (streams || group.head.assignedEpoch < group.head.epoch) this.assign(kept, group.head.id);
      }
    }
  }

  /** Regular expressions may match other streams now. What is not told now is found again when streams change next. */
  private matchAnew(kept: Kept, { head, members }: Group): void {
    for (const { id: member, regex, matched } of members.values()) {
      if (regex === '') continue;
      const again = (): void => {
        this.streamsChanged = true;
      };
      const caller = kept.sessions.callerOf(head.id, member);
      if (caller === undefined) {
        // What it may read is known once it calls, or it is let go before long.
        again();
        continue;
      }
      const now = streamsReadBy(this.ports, caller, regex);
      if (now.join(' ') === matched.join(' ')) continue;
      const match = { kind: 'match-streams', group: head.id, member, regex, matched: now } as const;
      proposeTo(kept.shard, match, PROPOSE_TIMEOUT_MS).catch(again);
    }
  }

  private expire(kept: Kept, group: string, members: readonly string[]): void {
    if (kept.expiring.has(group)) return;
    kept.expiring.add(group);
    const done = (): void => void kept.expiring.delete(group);
    proposeTo(kept.shard, { kind: 'expire-members', group, members }, PROPOSE_TIMEOUT_MS).then(done, done);
  }

  /** One at a time for a group; what changes meanwhile is seen when it is done. */
  private assign(kept: Kept, name: string): void {
    if (kept.assigning.has(name) || !kept.shard.alive) return;
    const group = kept.shard.machine.groups.get(name);
    if (group === undefined || group.members.size + group.shareMembers.size === 0) return;
    const { machine } = this.ports.catalog;
    const streams = this.topologyOf(group);
    const { head } = group;
    const newer = machine.revision >= head.topologyRevision && !sameTopology(streams, head.topology);
    if (head.assignedEpoch === head.epoch && !newer) return;
    kept.assigning.add(name);
    const assign = { kind: 'assign', group: name, streams, revision: machine.revision } as const;
    proposeTo(kept.shard, assign, PROPOSE_TIMEOUT_MS).then(
      () => {
        kept.assigning.delete(name);
        this.assign(kept, name);
      },
      // It is looked at again before long.
      () => void kept.assigning.delete(name),
    );
  }

  /** Streams that somebody in the group subscribes to, ascending by name. */
  private topologyOf(group: Group): readonly TopologyStream[] {
    const names = new Set<string>();
    const patterns = new Set<string>();
    for (const member of group.members.values()) {
      for (const name of [...member.streams, ...member.matched]) names.add(name);
      if (member.pattern !== '') patterns.add(member.pattern);
    }
    for (const { streams } of group.shareMembers.values()) for (const name of streams) names.add(name);
    const { machine } = this.ports.catalog;
    if (patterns.size > 0) {
      for (const { name } of machine.resources('stream')) {
        for (const pattern of patterns) if (matchesPattern(pattern, name)) names.add(name);
      }
    }
    const streams: TopologyStream[] = [];
    for (const name of [...names].sort()) {
      const stream = machine.streamByName(name);
      if (stream === undefined) continue;
      streams.push({ name, uuid: stream.uuid, partitions: stream.groups.length });
    }
    return streams;
  }
}
