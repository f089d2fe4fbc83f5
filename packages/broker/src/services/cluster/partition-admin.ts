/** Partitions as operators see and change them: where they are, moving them, who leads them. */
import { FlowError } from '@flowmesh/base';
import type { GroupId, NodeId } from '@flowmesh/base';
import { qualifiedNameOf } from '@flowmesh/engines';
import type { CatalogCommand } from '@flowmesh/engines';
import { allPartitionViews, partitionViews, preferredElsewhere } from '../metadata/partition-views.ts';
import type { PartitionView } from '../metadata/partition-views.ts';
import type { PartitionState } from '../partition-state.ts';
import type { Caller, ElectionCounts, EpochStart, ReplicaDetail } from '../ports.ts';
import {
  callerName,
  findGroup,
  findNode,
  findStream,
  notLeader,
  pass,
  propose,
  rehearse,
} from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';
import { addingOf, removingOf } from './node-loads.ts';

export type PartitionFilter = PartitionState | 'moving' | 'not-preferred';

export const PARTITION_FILTERS = [
  'online',
  'under-replicated',
  'under-min-isr',
  'leaderless',
  'offline',
  'moving',
  'not-preferred',
] as const satisfies readonly PartitionFilter[];

/** A move under way, in words. */
export interface MoveView {
  readonly reason: string;
  readonly adding: readonly NodeId[];
  readonly removing: readonly NodeId[];
  readonly startedAtMs: number;
  readonly step: string;
  readonly cancellable: boolean;
}

export interface PartitionReport {
  readonly view: PartitionView;
  readonly offlineReplicas: readonly NodeId[];
  readonly move: MoveView | undefined;
}

export interface PartitionDetails extends PartitionReport {
  readonly epochs: readonly EpochStart[];
  readonly replicaDetails: readonly ReplicaDetail[];
}

export interface PartitionQuestion {
  /** Empty: all. */
  readonly streams: readonly string[];
  readonly node: NodeId | undefined;
  readonly filter: PartitionFilter | undefined;
  /** The place after which the page begins. */
  readonly after: { readonly stream: string; readonly partition: number } | undefined;
  readonly size: number;
}

export interface PartitionPage {
  readonly partitions: readonly PartitionReport[];
  readonly total: number;
  readonly next: { readonly stream: string; readonly partition: number } | undefined;
}

export interface PartitionPlace {
  readonly stream: string;
  readonly partition: number;
}

const CANCEL_MAX = 1_000;

export class PartitionAdmin {
  private readonly ports: AdminPorts;

  constructor(ports: AdminPorts) {
    this.ports = ports;
  }

  /** By stream name and number. */
  async list(caller: Caller, question: PartitionQuestion): Promise<PartitionPage> {
    const { door, catalog } = this.ports;
    pass(door, caller, 'cluster', '');
    if (question.node !== undefined) findNode(catalog, question.node);
    const page: PartitionView[] = [];
    let total = 0;
    let more = false;
    for await (const views of this.candidates(question.streams)) {
      for (const view of views) {
        if (!matches(view, question)) continue;
        total++;
        if (!isAfter(view, question.after)) continue;
        if (page.length === question.size) more = true;
        else page.push(view);
      }
    }
    const last = page.at(-1);
    return {
      partitions: page.map((view) => this.report(view)),
      total,
      next: more && last !== undefined ? { stream: last.name, partition: last.partition } : undefined,
    };
  }

  /** NOT_LEADER where another node leads it: only the leader knows the details. Without any leader, what is known here. */
  describe(caller: Caller, place: PartitionPlace): PartitionDetails {
    const { door, ops, leaders, node } = this.ports;
    pass(door, caller, 'cluster', place.stream);
    const report = this.reportOf(place);
    const { group } = report.view;
    const replicaDetails = ops.replicaDetails(group);
    const leader = leaders.leaderOf(group);
    if (replicaDetails === undefined && leader !== undefined && leader.node !== node.nodeId)
      throw notLeader(this.ports, group);
    return {
      ...report,
      epochs: ops.epochs(group) ?? [],
      replicaDetails: [...(replicaDetails ?? [])].sort((a, b) => a.node - b.node),
    };
  }

  /** Decided when it returns, not done. `bytes`: to be copied. */
  async move(
    change: Change & PartitionPlace & { readonly to: readonly NodeId[]; readonly dryRun: boolean },
  ): Promise<{ readonly report: PartitionReport; readonly bytes: number }> {
    const { catalog, door, clock } = this.ports;
    const { caller, to, requestId } = change;
    pass(door, caller, 'cluster-admin', change.stream);
    const { view } = this.reportOf(change);
    // A repetition finds the partition where it was asked to be.
    if (catalog.machine.resultOf(requestId)?.kind === 'replicas-moved')
      return { report: this.report(view), bytes: 0 };
    this.checkTargets(view, to);
    const command: CatalogCommand = {
      kind: 'move-replicas',
      requestId,
      timeMs: clock.wallMs(),
      by: callerName(caller),
      moves: [{ group: view.group, from: view.replicas, to }],
      reason: 'manual',
    };
    if (change.dryRun) rehearse(catalog, command);
    else await propose(catalog, command, 'replicas-moved', change.signal);
    const fresh = to.filter((node) => !view.replicas.includes(node)).length;
    return { report: this.reportOf(change), bytes: fresh * (view.summary?.sizeBytes ?? 0) };
  }

  /** Goes back to the replicas from before, for up to a thousand moves a call. */
  async cancelMoves(
    change: Change & { readonly stream: string | undefined; readonly partitions: readonly number[] },
  ): Promise<{ readonly cancelled: number; readonly refused: readonly string[] }> {
    const { catalog, door, clock } = this.ports;
    const { caller, requestId } = change;
    pass(door, caller, 'cluster-admin', change.stream ?? '');
    const known = catalog.machine.resultOf(requestId);
    if (known?.kind === 'moves-cancelled') return this.cancelled(known);
    const asked = this.movingGroups(change.stream, change.partitions);
    const groups = asked.slice(0, CANCEL_MAX);
    if (groups.length === 0) return { cancelled: 0, refused: [] };
    const reply = await propose(
      catalog,
      { kind: 'cancel-moves', requestId, timeMs: clock.wallMs(), by: callerName(caller), groups },
      'moves-cancelled',
      change.signal,
    );
    const outcome = this.cancelled(reply);
    const left = asked.length - groups.length;
    return left === 0
      ? outcome
      : { ...outcome, refused: [...outcome.refused, `${left} more moves: cancel again for the rest`] };
  }

  /** To be asked of the leader. `to` undefined: the best in-sync replica. */
  async transferLeader(
    caller: Caller,
    place: PartitionPlace & { readonly to: NodeId | undefined },
    signal: AbortSignal,
  ): Promise<{ readonly leader: NodeId; readonly term: number }> {
    const { catalog, door, ops, leaders, node } = this.ports;
    pass(door, caller, 'cluster-admin', place.stream);
    const { group } = findGroup(catalog, place.stream, place.partition);
    if (place.to !== undefined) findNode(catalog, place.to);
    const leader = leaders.leaderOf(group);
    if (leader !== undefined && leader.node === place.to) return { leader: leader.node, term: leader.term };
    if (leader?.node !== node.nodeId) throw notLeader(this.ports, group);
    return await ops.transferLeader(group, place.to, signal);
  }

  /** Of what this node leads. */
  electPreferred(caller: Caller, stream: string | undefined): ElectionCounts {
    const { catalog, door, ops } = this.ports;
    pass(door, caller, 'cluster-admin', stream ?? '');
    return ops.electPreferred(stream === undefined ? undefined : new Set(findStream(catalog, stream).groups));
  }

  reportOf({ stream, partition }: PartitionPlace): PartitionReport {
    const { catalog, leaders } = this.ports;
    const found = findGroup(catalog, stream, partition).stream;
    const view = partitionViews({ machine: catalog.machine, leaders }, found)[partition] as PartitionView;
    return this.report(view);
  }

  report(view: PartitionView): PartitionReport {
    const { leaders, ops } = this.ports;
    const { move } = view.placed;
    const progress = move === undefined ? undefined : ops.moveProgress(view.group);
    return {
      view,
      offlineReplicas: view.replicas.filter((node) => !leaders.alive(node)),
      move:
        move === undefined
          ? undefined
          : {
              reason: move.reason,
              adding: progress?.adding ?? addingOf(view),
              removing: progress?.removing ?? removingOf(view),
              startedAtMs: move.startedAtMs,
              step: progress?.step ?? 'waiting for the leader',
              cancellable: move.previous.length > 0,
            },
    };
  }

  private candidates(
    streams: readonly string[],
  ): AsyncIterable<readonly PartitionView[]> | Iterable<readonly PartitionView[]> {
    const { catalog, leaders } = this.ports;
    if (streams.length === 0) return allPartitionViews(this.ports);
    return [...new Set(streams)]
      .sort((a, b) => (a < b ? -1 : 1))
      .map((name) => partitionViews({ machine: catalog.machine, leaders }, findStream(catalog, name)));
  }

  private checkTargets(view: PartitionView, to: readonly NodeId[]): void {
    const { catalog, leaders } = this.ports;
    const name = `${view.name}/${view.partition}`;
    if (to.length === view.replicas.length && to.every((node, i) => node === view.replicas[i])) {
      throw new FlowError(
        'PRECONDITION_FAILED',
        `${name} is on nodes ${to.join(', ')} already, in this order`,
        {
          hint: 'The first node is the preferred leader; name the nodes in another order to change it.',
        },
      );
    }
    for (const node of to) {
      findNode(catalog, node);
      if (view.replicas.includes(node) || leaders.alive(node)) continue;
      throw new FlowError(
        'PRECONDITION_FAILED',
        `node ${node} cannot be reached and so cannot take a replica of ${name}`,
        {
          hint: 'Start it first, or choose another node: flowmesh-admin nodes list',
          details: { node },
        },
      );
    }
  }

  private movingGroups(stream: string | undefined, partitions: readonly number[]): GroupId[] {
    const { catalog } = this.ports;
    const moving = (group: GroupId): boolean => catalog.machine.partitionOfGroup(group)?.move !== undefined;
    if (stream === undefined) {
      return [...catalog.machine.moving()]
        .filter((each) => each.stream !== undefined)
        .map((each) => each.group);
    }
    if (partitions.length === 0) return findStream(catalog, stream).groups.filter(moving);
    return [...new Set(partitions)].map((number) => {
      const { group } = findGroup(catalog, stream, number);
      if (moving(group)) return group;
      throw new FlowError('PRECONDITION_FAILED', `${stream}/${number} is not being moved`, {
        hint: 'See what is: flowmesh-admin partitions list --state moving',
      });
    });
  }

  private cancelled(reply: {
    readonly cancelled: readonly GroupId[];
    readonly refused: readonly { readonly group: GroupId; readonly message: string }[];
  }): { readonly cancelled: number; readonly refused: readonly string[] } {
    return {
      cancelled: reply.cancelled.length,
      refused: reply.refused.map(({ group, message }) => `${this.nameOf(group)}: ${message}`),
    };
  }

  private nameOf(group: GroupId): string {
    const { machine } = this.ports.catalog;
    const placed = machine.partitionOfGroup(group);
    const stream = placed?.stream === undefined ? undefined : machine.streamByUuid(placed.stream);
    return stream === undefined ? `group ${group}` : `${qualifiedNameOf(stream)}/${placed?.partition}`;
  }
}

function matches(view: PartitionView, { node, filter }: PartitionQuestion): boolean {
  if (node !== undefined && !view.replicas.includes(node) && !removingOf(view).includes(node)) return false;
  if (filter === undefined) return true;
  if (filter === 'moving') return view.placed.move !== undefined;
  if (filter === 'not-preferred') return preferredElsewhere(view);
  return view.state === filter;
}

function isAfter(view: PartitionView, after: PartitionQuestion['after']): boolean {
  if (after === undefined || view.name > after.stream) return true;
  return view.name === after.stream && view.partition > after.partition;
}
