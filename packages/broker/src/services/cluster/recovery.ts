/**
 * The unsafe way out: one surviving replica becomes the whole of a group that has lost its majority for good. It is refused as long as
 * the group is alive or could come to life, says what is at risk, and is on record in the audit.
 */
import { FlowError, nodeOf } from '@flowmesh/base';
import type { MemberId, NodeId } from '@flowmesh/base';
import type { CatalogCommand } from '@flowmesh/engines';
import { callerName, findNode, pass, propose, rehearse } from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';
import type { PartitionAdmin, PartitionPlace, PartitionReport } from './partition-admin.ts';

export interface Recovery extends Change, PartitionPlace {
  readonly survivor: NodeId;
  readonly reason: string;
  readonly dryRun: boolean;
}

export class RecoveryAdmin {
  private readonly ports: AdminPorts;
  private readonly partitions: PartitionAdmin;

  constructor(ports: AdminPorts, partitions: PartitionAdmin) {
    this.ports = ports;
    this.partitions = partitions;
  }

  async recover(
    recovery: Recovery,
  ): Promise<{ readonly report: PartitionReport; readonly risks: readonly string[] }> {
    const { catalog, clock, door } = this.ports;
    const { caller, requestId, survivor, reason, dryRun, signal } = recovery;
    pass(door, caller, 'cluster-admin', recovery.stream);
    const report = this.partitions.reportOf(recovery);
    // A repetition finds the group alive already.
    if (catalog.machine.resultOf(requestId)?.kind === 'group-recovered') return { report, risks: [] };
    this.refuseWhileAlive(report);
    const member = this.survivorOf(report, survivor);
    const risks = this.risksOf(report, survivor);
    const command: CatalogCommand = {
      kind: 'recover-group',
      requestId,
      timeMs: clock.wallMs(),
      by: callerName(caller),
      group: report.view.group,
      survivor: member,
      reason,
    };
    if (dryRun) rehearse(catalog, command);
    else await propose(catalog, command, 'group-recovered', signal);
    return { report: this.partitions.reportOf(recovery), risks };
  }

  private refuseWhileAlive({ view }: PartitionReport): void {
    const name = `${view.name}/${view.partition}`;
    if (view.leader !== undefined) {
      throw new FlowError('PRECONDITION_FAILED', `the group is alive: node ${view.leader} leads ${name}`, {
        hint:
          'Recovery is for a group that has lost its majority for ever. A leader that has just lost it steps down within seconds: ' +
          'look again with flowmesh-admin partitions list, and repeat the order then.',
        details: { leader: view.leader },
      });
    }
    if (view.state === 'offline') return;
    throw new FlowError(
      'PRECONDITION_FAILED',
      `the group is alive: a majority of the replicas of ${name} can be reached`,
      {
        hint: 'An election is under way or blocked; see the logs of its nodes, or wait a few seconds.',
      },
    );
  }

  private survivorOf({ view }: PartitionReport, survivor: NodeId): MemberId {
    const { catalog, leaders } = this.ports;
    findNode(catalog, survivor);
    const { placed } = view;
    const members = [...placed.replicas, ...(placed.move?.releasing ?? [])];
    const member = members.find((each) => nodeOf(each) === survivor);
    const name = `${view.name}/${view.partition}`;
    if (member === undefined) {
      throw new FlowError('PRECONDITION_FAILED', `node ${survivor} has no replica of ${name}`, {
        hint: `Its replicas are on nodes ${members.map((each) => nodeOf(each)).join(', ')}.`,
        details: { node: survivor },
      });
    }
    if (!leaders.alive(survivor)) {
      throw new FlowError(
        'PRECONDITION_FAILED',
        `node ${survivor} cannot be reached, so its replica cannot carry on`,
        {
          hint: 'Start it, or choose a replica on a node that is up.',
          details: { node: survivor },
        },
      );
    }
    return member;
  }

  private risksOf({ view }: PartitionReport, survivor: NodeId): readonly string[] {
    const { nodes, leaders } = this.ports;
    const others = view.replicas.filter((node) => node !== survivor);
    const away = others.filter((node) => !leaders.alive(node));
    const risks = away.map(
      (node) =>
        `node ${node} cannot be reached for ${Math.ceil(nodes.downMs(node) / 1_000)} s; acknowledged records that only it and others than node ${survivor} have are lost, and its replica is discarded for ever`,
    );
    const reachable = others.filter((node) => leaders.alive(node));
    for (const node of reachable)
      risks.push(
        `the replica on node ${node} is discarded too, even if it is further than that of node ${survivor}`,
      );
    risks.push(
      view.summary === undefined
        ? 'this node has not heard how far the partition was, so it cannot say what is missing'
        : `the partition was known to reach offset ${view.summary.highWatermark}; what of it node ${survivor} lacks is lost, and those offsets are given out again`,
    );
    if (view.summary !== undefined && !view.summary.inSync.includes(survivor))
      risks.push(`node ${survivor} was not in sync when last heard of: it is certain to lack records`);
    return risks;
  }
}
