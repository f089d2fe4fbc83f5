/**
 * What the metadata group decided, against what it may ever decide: an identity belongs to one directory for ever, a group to one stream,
 * a replica is given up by one kind of command only, and what a client was told stays true.
 */
import { type GroupId, type MemberId, METADATA_GROUP, type NodeId, nodeOf } from '@flowmesh/base';
import {
  CatalogMachine,
  type CatalogCommand,
  type CatalogReply,
  decodeCommand,
  levelOf,
} from '@flowmesh/engines';
import { isFlowError } from '@flowmesh/base';
import type { AppliedCommand, Checker, Seen } from './checker.ts';
import type { GroupModel, Model, ReplicaModel } from './model.ts';
import { confText, sameConf } from './quorum.ts';
import { violated } from './violation.ts';

/** Commands that may give replicas up. */
const BURIES: ReadonlySet<CatalogCommand['kind']> = new Set([
  'finish-move',
  'delete-stream',
  'replace-replica',
]);

type Conf = Seen['after']['conf'];

interface Result {
  readonly index: number;
  readonly words: string;
}

export class CatalogHistory {
  private readonly model: Model;
  private lastIndex = 0;
  private readonly repliesByIndex = new Map<number, string>();
  private readonly results = new Map<string, Result>();
  private readonly uuidOf = new Map<NodeId, string>();
  private readonly streamOf = new Map<GroupId, string>();
  private readonly placedIn = new Map<GroupId, Set<MemberId>>();
  private readonly gone = new Set<NodeId>();
  private readonly buried = new Set<string>();
  /** Members released by FinishMove, and the highest term of their group at that time. */
  private readonly released = new Map<string, number>();
  /** Answers that clients were given. */
  private readonly told = new Map<string, string>();

  constructor(model: Model) {
    this.model = model;
  }

  /** The cluster has let this node go for ever. */
  isGone(node: NodeId): boolean {
    return this.gone.has(node);
  }

  /** A client was answered. */
  acknowledge(requestId: string, reply: CatalogReply): void {
    const words = JSON.stringify(reply);
    const known = this.results.get(requestId);
    if (known?.words !== words) {
      violated(
        'acknowledged-command',
        `request ${requestId} was answered with ${words}, committed is ${known?.words ?? 'nothing of it'}`,
      );
    }
    this.told.set(requestId, words);
  }

  /** Everything that clients were told is still known to a copy that is up to date. */
  checkTold(machine: CatalogMachine, by: string): void {
    for (const [requestId, words] of this.told) {
      const found = JSON.stringify(machine.resultOf(requestId));
      if (found !== words)
        violated('acknowledged-command', `${by} says ${found} of request ${requestId}, told was ${words}`);
    }
  }

  applied(replica: ReplicaModel, { index, command, reply, machine }: AppliedCommand): void {
    if (!(machine instanceof CatalogMachine)) return;
    const words = JSON.stringify(reply.ok ? reply.value : reply.error.code);
    const known = this.repliesByIndex.get(index);
    if (known !== undefined && known !== words)
      violated('equal-state', `${replica.name}: command ${index} came to ${words}, elsewhere to ${known}`);
    this.repliesByIndex.set(index, words);
    if (index <= this.lastIndex) return;
    this.lastIndex = index;
    const decoded = decodeCommand(command);
    if (isFlowError(decoded) || !reply.ok) return;
    const level = levelOf(decoded);
    if (level > machine.featureLevel)
      violated('knows-its-level', `a ${decoded.kind} of level ${level} at level ${machine.featureLevel}`);
    this.keepResult(decoded, index, words);
    this.checkNodes(machine);
    this.checkPartitions(machine);
    this.checkTombstones(machine, decoded);
  }

  /** The data of a replica are about to be deleted. */
  removing(replica: ReplicaModel): void {
    if (!this.buried.has(nameOf(replica.group.id, replica.member)))
      violated('deleted-without-tombstone', `${replica.name} is being removed, and no command gave it up`);
  }

  stepped({ before, after }: Seen): void {
    const { group } = before;
    if (!before.running || !sameConf(before.conf, after.conf)) this.checkMembers(before, after.conf);
    if (before.running && before.role === 'leader' && after.role === 'leader')
      checkNewVoters(group, before.conf, after.conf);
    if (after.role !== 'leader' || before.role === 'leader') return;
    const since = this.released.get(nameOf(group.id, before.member));
    if (since !== undefined && after.term > since)
      violated('released-is-out', `${before.name} leads term ${after.term}; it was let go in term ${since}`);
  }

  private checkMembers(replica: ReplicaModel, conf: Seen['after']['conf']): void {
    const { group } = replica;
    const placed = this.placedIn.get(group.id);
    if (placed === undefined) {
      if (group.id !== METADATA_GROUP)
        violated('members-as-placed', `${replica.name}: the catalog knows no such group`);
      return;
    }
    for (const member of [...conf.voters, ...conf.votersOutgoing, ...conf.learners, ...conf.learnersNext]) {
      if (!placed.has(member))
        violated('members-as-placed', `${replica.name}: ${confText(conf)}; ${member} was never placed there`);
    }
  }

  private keepResult({ requestId }: CatalogCommand, index: number, words: string): void {
    const known = this.results.get(requestId);
    if (known !== undefined && known.words !== words) {
      violated(
        'same-request-same-result',
        `request ${requestId} came to ${known.words} at ${known.index} and to ${words} at ${index}`,
      );
    }
    if (known === undefined) this.results.set(requestId, { index, words });
  }

  private checkNodes(machine: CatalogMachine): void {
    const active = new Map<string, NodeId>();
    for (const { id, uuid, state } of machine.nodes()) {
      const known = this.uuidOf.get(id);
      if (known !== undefined && known !== uuid)
        violated('identity', `node ${id} is directory ${uuid} now and was ${known}`);
      this.uuidOf.set(id, uuid);
      const twin = active.get(uuid);
      if (twin !== undefined) violated('identity', `directory ${uuid} is node ${twin} and node ${id}`);
      if (state === 'active') active.set(uuid, id);
      else this.gone.add(id);
      if (state === 'active' && this.gone.has(id)) violated('identity', `node ${id} came back`);
    }
  }

  private checkPartitions(machine: CatalogMachine): void {
    for (const { group, stream, replicas, learners, move, initial } of machine.partitions()) {
      const owner = this.streamOf.get(group);
      if (owner !== undefined && owner !== stream)
        violated('identity', `group ${group} belongs to stream ${stream} now and belonged to ${owner}`);
      if (stream !== undefined) this.streamOf.set(group, stream);
      let placed = this.placedIn.get(group);
      if (placed === undefined) this.placedIn.set(group, (placed = new Set()));
      for (const member of [...initial, ...replicas, ...learners, ...(move?.releasing ?? [])])
        placed.add(member);
      const wanted = [...replicas, ...learners];
      for (const member of wanted) {
        if (this.buried.has(nameOf(group, member)))
          violated('identity', `group ${group} wants member ${member}, which was given up`);
      }
      if (new Set(wanted.map((member) => nodeOf(member))).size !== wanted.length)
        violated('identity', `group ${group} wants two replicas on one node: ${wanted.join(' ')}`);
    }
  }

  private checkTombstones(machine: CatalogMachine, command: CatalogCommand): void {
    for (const { group, member } of machine.tombstones()) {
      const name = nameOf(group, member);
      if (this.buried.has(name)) continue;
      this.buried.add(name);
      if (!BURIES.has(command.kind))
        violated('deleted-without-tombstone', `a ${command.kind} gave member ${member} of group ${group} up`);
      if (command.kind === 'finish-move') this.checkReleased(this.model.group(group), member);
    }
  }

  /** Who is let go is in no configuration in force any more. */
  private checkReleased(group: GroupModel, member: MemberId): void {
    let best: ReplicaModel | undefined;
    for (const replica of group.replicas.values()) {
      if (replica.running && (best === undefined || replica.applied > best.applied)) best = replica;
    }
    const conf = best?.conf;
    if (conf !== undefined && [...conf.voters, ...conf.votersOutgoing].includes(member)) {
      violated(
        'released-is-out',
        `member ${member} of group ${group.id} was let go; ${best?.name} has ${confText(conf)}`,
      );
    }
    this.released.set(nameOf(group.id, member), Math.max(0, ...group.leaders.keys()));
  }
}

/** Whoever is given a vote has a log: a quorum of empty members could commit nothing. */
function checkNewVoters(group: GroupModel, before: Conf, after: Conf): void {
  const voted = [...before.voters, ...before.votersOutgoing];
  for (const member of after.voters) {
    if (before.voters.length === 0 || voted.includes(member)) continue;
    const replica = group.replicas.get(member);
    if (replica === undefined || replica.durable.last === 0)
      violated('voters-have-logs', `member ${member} of group ${group.id} has nothing and becomes a voter`);
  }
}

/** The history at the doors of the product. */
export function catalogChecks(history: CatalogHistory): Checker {
  return {
    name: 'identity, released-is-out, members-as-placed, deleted-without-tombstone, same-request-same-result',
    applied: (replica, applied) => history.applied(replica, applied),
    removing: (replica) => history.removing(replica),
    stepped: (seen) => history.stepped(seen),
  };
}

function nameOf(group: GroupId, member: MemberId): string {
  return `${group}/${member}`;
}
