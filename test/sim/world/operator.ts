/**
 * The hand that in a whole cluster is the metadata group's: it knows which members a group should have and drives each group's
 * leader there, one joint change at a time.
 *
 *   wanted ≠ configured ─► create missing replicas ─► add as learners ─► caught up ─► one joint change ─► remove the replicas let go
 *
 * It also knows when the cluster is whole: every group has the members it should have, and each has what is committed. Only then
 * may the next disk be lost.
 */
import {
  type GroupId,
  type MachineKind,
  type MemberId,
  memberId,
  type NodeId,
  nodeOf,
  type Random,
  type ReplicaId,
} from '@flowmesh/base';
import type { ConfChangeSingle, ConfState } from '@flowmesh/raft';
import type { Model } from '../check/model.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { NodeProcess } from './node-process.ts';

export interface OperatorWorld {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly model: Model;
  /** The running process of a node. */
  process(node: NodeId): NodeProcess | undefined;
  processes(): readonly NodeProcess[];
  note(who: string, what: string): void;
}

const EVERY_MS = 150;
const EMPTY_CONF: ConfState = {
  voters: [],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

export class Operator {
  /** Members that each group should have. */
  readonly wanted = new Map<GroupId, MemberId[]>();
  private readonly first = new Map<GroupId, readonly MemberId[]>();
  private readonly kinds = new Map<GroupId, MachineKind>();
  private readonly world: OperatorWorld;
  private revision = 1;
  private readonly creating = new Set<string>();
  private readonly removals = new Set<string>();

  constructor(world: OperatorWorld) {
    this.world = world;
    this.plan();
  }

  /** A new group on `nodes`: every node is to create its replica with the same first configuration. */
  found(group: GroupId, nodes: readonly NodeId[], machine: MachineKind): void {
    this.kinds.set(group, machine);
    const replica = this.revision as ReplicaId;
    const members = nodes.map((node) => memberId({ node, replica })).sort((a, b) => a - b);
    this.wanted.set(group, members);
    this.first.set(group, members);
  }

  /** Lets `from` go and takes a replica on `to` in, under a new identity. They may be the same node. */
  replace(group: GroupId, from: MemberId, to: NodeId): void {
    this.revision++;
    const member = memberId({ node: to, replica: this.revision as ReplicaId });
    const members = (this.wanted.get(group) ?? []).filter((wanted) => wanted !== from);
    members.push(member);
    this.wanted.set(
      group,
      members.sort((a, b) => a - b),
    );
    this.world.note('operator', `group ${group}: ${text(from)} → ${text(member)}`);
  }

  /** `lost` will never come back; `fresh` takes its place everywhere. */
  replaceNode(lost: NodeId, fresh: NodeId): void {
    for (const [group, members] of this.wanted) {
      for (const member of members) if (nodeOf(member) === lost) this.replace(group, member, fresh);
    }
  }

  /** Why the cluster is not whole; undefined if it is. */
  trouble(): string | undefined {
    for (const [group, members] of this.wanted) {
      const leader = this.leader(group);
      if (leader === undefined) return `group ${group} has no serving leader`;
      const { conf } = leader.status();
      if (!settled(conf, members)) return `group ${group} is not configured as wanted`;
      const model = this.world.model.group(group);
      for (const member of members) {
        const replica = model.replicas.get(member);
        if (replica === undefined || replica.durable.last < model.lastCommitted)
          return `${text(member)} of group ${group} is behind`;
      }
    }
    return undefined;
  }

  /** The replica that serves in the highest term. */
  leader(group: GroupId) {
    let best: ReturnType<NonNullable<NodeProcess['replicas']>['get']>;
    for (const process of this.world.processes()) {
      const replica = process.replicas?.get(group);
      if (replica?.serving === true && (best === undefined || replica.term > best.term)) best = replica;
    }
    return best;
  }

  private plan(): void {
    this.world.time.after(EVERY_MS * (0.7 + 0.6 * this.world.random.unit()), undefined, 'operator', () => {
      for (const group of this.wanted.keys()) this.reconcile(group);
      this.plan();
    });
  }

  private reconcile(group: GroupId): void {
    const wanted = this.wanted.get(group) ?? [];
    const leader = this.leader(group);
    this.createFirst(group, wanted);
    if (leader === undefined) return;
    const process = this.world.process(nodeOf(leader.member));
    const status = leader.status();
    const { conf } = status;
    if (process === undefined || conf.votersOutgoing.length > 0) return;
    if (settled(conf, wanted)) {
      this.removeOthers(group, wanted);
      return;
    }
    const missing = wanted.filter((member) => !conf.voters.includes(member));
    for (const member of missing) this.createLearner(group, member);
    const unknown = missing.find((member) => !conf.learners.includes(member));
    if (unknown !== undefined) {
      this.change(process, group, [{ kind: 'add-learner', member: unknown }]);
      return;
    }
    const caughtUp = missing.every((member) =>
      status.progress.some((progress) => progress.member === member && progress.match >= status.commit),
    );
    if (!caughtUp) return;
    const changes: ConfChangeSingle[] = missing.map((member) => ({ kind: 'add-voter', member }));
    for (const member of [...conf.voters, ...conf.learners]) {
      if (!wanted.includes(member)) changes.push({ kind: 'remove', member });
    }
    this.change(process, group, changes);
  }

  private change(process: NodeProcess, group: GroupId, changes: readonly ConfChangeSingle[]): void {
    process.run('change', () => {
      const error = process.replicas?.get(group)?.changeMembers(changes);
      const what = changes.map((change) => `${change.kind} ${text(change.member)}`).join(', ');
      this.world.note(process.name, `group ${group}: ${what}: ${error?.code ?? 'proposed'}`);
    });
  }

  /** Members of the first configuration that their nodes have not created yet. */
  private createFirst(group: GroupId, wanted: readonly MemberId[]): void {
    const first = this.first.get(group) ?? [];
    const model = this.world.model.group(group);
    for (const member of first) {
      if (wanted.includes(member) && model.replicas.get(member)?.known !== true)
        this.create(group, member, { ...EMPTY_CONF, voters: first });
    }
  }

  private createLearner(group: GroupId, member: MemberId): void {
    const process = this.world.process(nodeOf(member));
    const present = process?.replicas?.get(group);
    if (process === undefined || present?.member === member) return;
    if (present !== undefined) {
      // A replica of this node that was let go: its place is needed.
      this.remove(process, group, present.member);
      return;
    }
    this.create(group, member, EMPTY_CONF);
  }

  private create(group: GroupId, member: MemberId, conf: ConfState): void {
    const key = `${group}/${member}`;
    const process = this.world.process(nodeOf(member));
    const { replicas } = process ?? {};
    if (process === undefined || replicas === undefined || this.creating.has(key)) return;
    this.creating.add(key);
    // A creation that its process did not live to finish may be tried again.
    this.world.time.after(500, undefined, 'creating', () => this.creating.delete(key));
    process.run('create', () => {
      replicas.create({ group, member, conf, machine: this.kinds.get(group) ?? 'stream' }).then(
        () => this.world.note(process.name, `group ${group}: created ${text(member)}`),
        (error: unknown) => this.world.note(process.name, `group ${group}: not created: ${String(error)}`),
      );
    });
  }

  /** Replicas of members that are in no configuration any more. */
  private removeOthers(group: GroupId, wanted: readonly MemberId[]): void {
    for (const process of this.world.processes()) {
      const replica = process.replicas?.get(group);
      if (replica !== undefined && !wanted.includes(replica.member))
        this.remove(process, group, replica.member);
    }
  }

  private remove(process: NodeProcess, group: GroupId, member: MemberId): void {
    const { replicas } = process;
    const model = this.world.model.replica(group, member);
    const key = `${group}/${member}`;
    process.run('remove', () => {
      if (this.removals.has(key) || replicas?.get(group)?.member !== member) return;
      this.removals.add(key);
      this.world.time.after(500, undefined, 'removing', () => this.removals.delete(key));
      model.removing = true;
      replicas.remove(group, member).then(
        () => this.world.note(process.name, `group ${group}: removed ${text(member)}`),
        (error: unknown) => this.world.note(process.name, `group ${group}: not removed: ${String(error)}`),
      );
    });
  }
}

function settled(conf: ConfState, wanted: readonly MemberId[]): boolean {
  return (
    conf.votersOutgoing.length === 0 &&
    conf.learners.length === 0 &&
    conf.voters.length === wanted.length &&
    wanted.every((member) => conf.voters.includes(member))
  );
}

function text(member: MemberId): string {
  return `n${nodeOf(member)}.${Math.floor(member / 65_536)}`;
}
