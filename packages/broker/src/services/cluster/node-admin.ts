/**
 * Nodes as operators change them: drain before maintenance, decommission for good, remove.
 *
 *   normal ──drain──► draining ──undrain──► normal
 *      └──decommission──► decommissioning ──(empty)──► removed
 *
 * The catalog judges by what is wanted (are there enough other nodes?); here soft state is judged as well (are their replicas in sync
 * now?). `force` overrides the second and what the catalog lets itself be forced to; what it overrides becomes a warning.
 */
import { FlowError, METADATA_GROUP } from '@flowmesh/base';
import type { NodeId } from '@flowmesh/base';
import { tooFewVotersWithout } from '@flowmesh/engines';
import type { CatalogCommand } from '@flowmesh/engines';
import type { PartitionView } from '../metadata/partition-views.ts';
import type { Caller } from '../ports.ts';
import { callerName, findNode, pass, propose, rehearse } from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';
import { nodeLoads } from './node-loads.ts';
import type { NodeLoad } from './node-loads.ts';

export type NodeStep = 'drain' | 'undrain' | 'decommission' | 'remove';

export interface NodeChange extends Change {
  readonly step: NodeStep;
  readonly node: NodeId;
  readonly force: boolean;
  /** Checks and counts, and changes nothing. */
  readonly dryRun: boolean;
}

export interface NodeChanged {
  readonly load: NodeLoad;
  /** Leaderships and replicas that are still to go; 0 where none have to. */
  readonly leadersLeft: number;
  readonly replicasLeft: number;
  readonly warnings: readonly string[];
}

export class NodeAdmin {
  private readonly ports: AdminPorts;

  constructor(ports: AdminPorts) {
    this.ports = ports;
  }

  async list(caller: Caller, includeGone: boolean): Promise<readonly NodeLoad[]> {
    pass(this.ports.door, caller, 'cluster', '');
    return await nodeLoads(this.ports, { includeGone });
  }

  async change(change: NodeChange): Promise<NodeChanged> {
    const { ports } = this;
    const { caller, node, requestId, dryRun, signal } = change;
    pass(ports.door, caller, 'cluster-admin', `node/${node}`);
    const command = this.commandOf(change);
    const repeated = ports.catalog.machine.resultOf(requestId) !== undefined;
    let warnings: readonly string[] = [];
    if (!repeated) {
      findNode(ports.catalog, node);
      warnings = await this.judge(change);
      if (dryRun) rehearse(ports.catalog, command);
    }
    if (!dryRun) await this.run(command, signal);
    return { ...(await this.outcome(change)), warnings };
  }

  private async run(command: CatalogCommand, signal: AbortSignal): Promise<void> {
    const { catalog } = this.ports;
    if (command.kind === 'remove-node') await propose(catalog, command, 'node-removed', signal);
    else await propose(catalog, command, 'node-mode-set', signal);
  }

  private commandOf({ step, node, force, requestId, caller }: NodeChange): CatalogCommand {
    const common = { requestId, timeMs: this.ports.clock.wallMs(), by: callerName(caller), node };
    switch (step) {
      case 'drain':
        return { kind: 'set-node-mode', ...common, mode: 'draining', force };
      case 'undrain':
        return { kind: 'set-node-mode', ...common, mode: 'normal', force };
      case 'decommission':
        return { kind: 'set-node-mode', ...common, mode: 'decommissioning', force };
      case 'remove':
        return { kind: 'remove-node', ...common, force };
    }
  }

  /** Throws what soft state speaks against; what `force` overrides, and what else is worth knowing, is returned. */
  private async judge(change: NodeChange): Promise<readonly string[]> {
    const { step, node, force } = change;
    const affected: PartitionView[] = [];
    const nodes = await nodeLoads(this.ports, {
      each: (view) => {
        const inSync = view.summary?.inSync ?? [];
        if (inSync.includes(node) && inSync.length - 1 < view.minInsync) affected.push(view);
      },
    });
    const own = nodes.find((each) => each.node.id === node);
    switch (step) {
      case 'undrain':
        return [];
      case 'drain':
        return [...this.endangered(change, affected), ...leadershipText(own)];
      case 'decommission':
        return [
          ...this.endangered(change, affected),
          ...replicasText(own, nodes),
          ...(own?.metadataVoter === true
            ? [
                `node ${node} votes in the metadata group; another node takes its place first, where there is one`,
              ]
            : []),
          ...this.singleVoter(change),
        ];
      case 'remove':
        return force ? [...removalText(own), ...this.singleVoter(change)] : [];
    }
  }

  /** `affected`: partitions that would refuse acks=all without this node. */
  private endangered(
    { step, node, force }: NodeChange,
    affected: readonly PartitionView[],
  ): readonly string[] {
    const [first] = affected;
    if (first === undefined) return [];
    const others = (first.summary?.inSync.length ?? 1) - 1;
    const name = `${first.name}/${first.partition}`;
    const what = `${affected.length} partition${affected.length === 1 ? '' : 's'} below min.insync.replicas (${name}: ${others} other in-sync replicas, ${first.minInsync} needed)`;
    if (force) return [`forced: this leaves ${what}; appends with acks=all are refused there`];
    throw new FlowError('PRECONDITION_FAILED', `to ${step} node ${node} would leave ${what}`, {
      hint: `Wait until the other replicas are in sync (flowmesh-admin partitions list --state under-replicated), lower min.insync.replicas, or accept it: flowmesh-admin nodes ${step} ${node} --force`,
      details: {
        stream: first.name,
        partition: first.partition,
        count: affected.length,
        minInsyncReplicas: first.minInsync,
      },
    });
  }

  /** What the catalog refuses without force. */
  private singleVoter({ node, force }: NodeChange): readonly string[] {
    const { machine } = this.ports.catalog;
    const voters = machine.partitionOfGroup(METADATA_GROUP)?.replicas.length ?? 0;
    const left = tooFewVotersWithout({ nodes: machine.activeNodes(), voters }, node);
    if (!force || left === undefined) return [];
    return [
      `forced: metadata is left with ${left === 1 ? '1 node' : `${left} nodes`} and tolerates no failed node until one is added`,
    ];
  }

  private async outcome({ node, step }: NodeChange): Promise<Omit<NodeChanged, 'warnings'>> {
    const nodes = await nodeLoads(this.ports, { includeGone: true });
    const load = nodes.find((each) => each.node.id === node);
    if (load === undefined) throw new FlowError('NOT_FOUND', `there is no node ${node}`);
    const leaves = step === 'decommission' || step === 'remove';
    return {
      load,
      leadersLeft: step === 'undrain' ? 0 : load.leaders,
      replicasLeft: leaves ? load.replicas + load.movingOut : 0,
    };
  }
}

function leadershipText(own: NodeLoad | undefined): string[] {
  if (own === undefined || own.leaders === 0) return [];
  return [`${own.leaders} leadership${own.leaders === 1 ? ' moves' : 's move'} to other nodes`];
}

function replicasText(own: NodeLoad | undefined, nodes: readonly NodeLoad[]): string[] {
  if (own === undefined || own.replicas === 0) return [];
  const mib = Math.ceil(own.storedBytes / (1_024 * 1_024));
  const warnings = [
    `${own.replicas} replica${own.replicas === 1 ? '' : 's'} (${mib} MiB) are copied to other nodes and then deleted here`,
  ];
  const away = nodes.filter((each) => !each.alive && each !== own);
  if (away.length > 0)
    warnings.push(
      `${away.map((each) => `node ${each.node.id}`).join(', ')} cannot be reached and takes nothing meanwhile`,
    );
  return warnings;
}

function removalText(own: NodeLoad | undefined): string[] {
  if (own === undefined) return [];
  const warnings: string[] = [];
  if (own.alive)
    warnings.push(
      `node ${own.node.id} is alive: it will be shut out of the cluster and must start with an empty directory`,
    );
  if (own.replicas > 0)
    warnings.push(
      `${own.replicas} replicas are lost with it and copied again from the others, where there are others`,
    );
  return warnings;
}
