/**
 * Who is let go, judged when it is proposed and by what that leader can know: a member that was silent there for its session, or has had
 * something to give up for longer than it may take. Silent since: the leader began to serve, the member came to be one there, or its latest
 * heartbeat arrived, by that process's own clock.
 */
import type { GroupId } from '@flowmesh/base';
import { CoordinatorMachine, type GroupMember } from '@flowmesh/engines';
import { decodeCoordinatorCommand } from '../../../../packages/engines/src/coordinator/coordinator-command.ts';
import type { Replica, ReplicaManager } from '../../../../packages/broker/src/replica/replica-api.ts';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import type { EngineWorld } from '../workload.ts';

interface Session {
  /** Signs of life in order, the latest few. */
  readonly signs: { readonly at: number; readonly ms: number }[];
  revoking: GroupMember['revoking'];
  /** By the process's clock. */
  revokingSinceMs: number;
}

const SIGNS = 4;
/** Between a decision and its proposal a turn may stay open, and requests come in. */
const TURN_MS = 1;

export class SessionWatch {
  private readonly world: EngineWorld;
  private readonly groups: ReadonlySet<GroupId>;
  /** By process, then by consumer group and member. */
  private readonly sessions = new WeakMap<SimProcess, Map<string, Session>>();
  private readonly judged = new Set<string>();

  constructor(world: EngineWorld, groups: ReadonlySet<GroupId>) {
    this.world = world;
    this.groups = groups;
  }

  follow(process: SimProcess, replicas: ReplicaManager): void {
    replicas.addListener({
      onServing: (replica) => this.look(process, replica, true),
      onApplied: (replica) => this.look(process, replica, false),
    });
  }

  /** A heartbeat has reached a process. */
  arrived(process: SimProcess, shard: GroupId, group: string, member: string): void {
    const replica = process.replicas?.get(shard);
    if (replica?.serving !== true || memberOf(replica, group, member) === undefined) return;
    this.sign(process, this.session(process, group, member));
  }

  get checker(): Checker {
    return {
      name: 'alive-is-kept',
      appended: ({ group, node }, entries) => {
        if (!this.groups.has(group.id)) return;
        for (const { index, term, kind, data } of entries) {
          if (kind !== 'normal' || data.length === 0) continue;
          const command = decodeCoordinatorCommand(data);
          const key = `${group.id}/${index}/${term}`;
          if (command.kind !== 'expire-members' || this.judged.has(key)) continue;
          // Its leader appends it before anybody else does.
          this.judged.add(key);
          const process = this.world.processes().find(({ name }) => name === `n${node}`);
          const replica = process?.replicas?.get(group.id);
          if (process === undefined || replica === undefined) continue;
          for (const id of command.members)
            this.judge(process, command.group, memberOf(replica, command.group, id));
        }
      },
    };
  }

  private judge(process: SimProcess, group: string, member: GroupMember | undefined): void {
    if (member === undefined) return;
    const { id, sessionTimeoutMs, rebalanceTimeoutMs } = member;
    const session = this.session(process, group, id);
    const nowMs = process.clock.monotonicMs();
    const sign = session.signs.findLast(({ at }) => at <= this.world.time.now - TURN_MS);
    const silentMs = nowMs - (sign?.ms ?? 0);
    const givesUp = Object.keys(member.revoking).length > 0;
    const slowMs = givesUp ? nowMs - session.revokingSinceMs : 0;
    if (silentMs >= sessionTimeoutMs || slowMs > rebalanceTimeoutMs) return;
    violated(
      'alive-is-kept',
      `group ${group}: ${process.name} lets ${id} go after ${silentMs.toFixed(0)} ms of silence, its session is ${sessionTimeoutMs} ms; it has had something to give up for ${slowMs.toFixed(0)} of ${rebalanceTimeoutMs} ms`,
    );
  }

  private look(process: SimProcess, replica: Replica, serving: boolean): void {
    const { machine } = replica;
    if (!(machine instanceof CoordinatorMachine)) return;
    const nowMs = process.clock.monotonicMs();
    for (const group of machine.groups.values()) {
      for (const member of group.members.values()) {
        const session = this.session(process, group.head.id, member.id);
        if (serving || session.signs.length === 0) this.sign(process, session);
        if (serving || !overlap(session.revoking, member.revoking)) session.revokingSinceMs = nowMs;
        session.revoking = member.revoking;
      }
    }
  }

  private sign(process: SimProcess, { signs }: Session): void {
    signs.push({ at: this.world.time.now, ms: process.clock.monotonicMs() });
    if (signs.length > SIGNS) signs.shift();
  }

  private session(process: SimProcess, group: string, member: string): Session {
    const sessions = this.sessions.get(process) ?? new Map<string, Session>();
    this.sessions.set(process, sessions);
    const name = `${group}/${member}`;
    const session = sessions.get(name) ?? { signs: [], revoking: {}, revokingSinceMs: 0 };
    sessions.set(name, session);
    return session;
  }
}

function memberOf({ machine }: Replica, group: string, member: string): GroupMember | undefined {
  return machine instanceof CoordinatorMachine ? machine.groups.get(group)?.members.get(member) : undefined;
}

/** Something has been there all along: what was given up and got again has another epoch. */
function overlap(before: GroupMember['revoking'], now: GroupMember['revoking']): boolean {
  return Object.entries(now).some(([key, since]) => before[key] === since);
}
