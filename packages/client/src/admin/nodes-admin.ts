/**
 * Nodes: who there is, and the ways out of service and back. Draining moves leaderships away and keeps new ones off; a
 * decommission moves replicas away too; removing lets a node go for good.
 */
import { FlowError } from '@flowmesh/base';
import type { ClusterClient, flowmesh } from '@flowmesh/proto';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { ClusterNode } from '../routing/metadata-cache.ts';
import type { CallOptions } from '../routing/router.ts';
import type { UnaryMethod } from '../wire/node-connection.ts';
import { askAny, present } from './cluster-call.ts';

export interface NodeStatus {
  readonly id: number;
  readonly alive: boolean;
  /** normal, draining or decommissioning; removed or replaced for nodes that are gone. */
  readonly mode: string;
  readonly leaders: number;
  /** Partitions whose preferred leader it is. */
  readonly preferredLeaders: number;
  readonly replicas: number;
  /** Replicas being moved to it, and away from it. */
  readonly movingIn: number;
  readonly movingOut: number;
  /** Sentences to act on. */
  readonly troubles: readonly string[];
  /** host:port of its gRPC listener; undefined where the answering node does not tell. So for the next two. */
  readonly address: string | undefined;
  readonly peerAddress: string | undefined;
  readonly httpAddress: string | undefined;
  readonly rack: string | undefined;
  readonly version: string | undefined;
  /** Of its data directory. */
  readonly uuid: string | undefined;
  readonly metadataVoter: boolean;
  /** Undefined where unknown, as of a node that is down. */
  readonly diskTotalBytes: number | undefined;
  readonly diskFreeBytes: number | undefined;
  /** Of its replicas, as their leaders tell. */
  readonly storedBytes: number;
  /** The feature levels that it can run at. */
  readonly featureMin: number;
  readonly featureMax: number;
  /** For how long the answering node has not reached it; 0 while it is alive. */
  readonly downMs: number;
}

/** What an operation on a node did, or would do. */
export interface NodeOperation {
  readonly node: NodeStatus;
  /** Still to go: leaderships for a drain, both for a decommission. */
  readonly leaders: number;
  readonly replicas: number;
  /** What the operator should know, sentences. */
  readonly warnings: readonly string[];
}

export interface NodeOperationOptions extends CallOptions {
  /** Go on although something would suffer; what, the warnings tell. */
  readonly force?: boolean | undefined;
  /** Only tell what would be done. */
  readonly dryRun?: boolean | undefined;
}

type ModeMethod = UnaryMethod<flowmesh.v1.NodeModeRequest.$Properties, flowmesh.v1.NodeModeResponse>;

export class NodesAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** Ascending by id. `includeGone`: with nodes that were removed. */
  async list(options: CallOptions & { readonly includeGone?: boolean } = {}): Promise<readonly NodeStatus[]> {
    const request = { includeGone: options.includeGone ?? false };
    const { nodes } = await askAny(this.deps, options, (client) => client.listNodes, request);
    return nodes.map((node) => toNode(node)).sort((a, b) => a.id - b.id);
  }

  /** NOT_FOUND. */
  async get(node: number, options: CallOptions = {}): Promise<NodeStatus> {
    const nodes = await this.list(options);
    const found = nodes.find((one) => one.id === node);
    if (found !== undefined) return found;
    throw new FlowError('NOT_FOUND', `node ${node} does not exist`, {
      hint: `There are: ${nodes.map((one) => one.id).join(', ')}. See: flowmesh-admin nodes list`,
      details: { node },
    });
  }

  /** Moves its leaderships away; replicas stay. NOT_FOUND, PRECONDITION_FAILED (too few in-sync replicas elsewhere). */
  drain(node: number, options: NodeOperationOptions = {}): Promise<NodeOperation> {
    return this.operate(node, options, (client) => client.drainNode);
  }

  /** Ends a drain or a decommission. NOT_FOUND. */
  undrain(node: number, options: NodeOperationOptions = {}): Promise<NodeOperation> {
    return this.operate(node, options, (client) => client.undrainNode);
  }

  /** Moves replicas and leaderships away for good. NOT_FOUND, PRECONDITION_FAILED (no room on other nodes). */
  decommission(node: number, options: NodeOperationOptions = {}): Promise<NodeOperation> {
    return this.operate(node, options, (client) => client.decommissionNode);
  }

  /** Forgets a node: after a decommission, or with `force` when it never comes back. NOT_FOUND, PRECONDITION_FAILED. */
  remove(node: number, options: NodeOperationOptions = {}): Promise<NodeOperation> {
    return this.operate(node, options, (client) => client.removeNode);
  }

  private async operate(
    node: number,
    options: NodeOperationOptions,
    pick: (client: ClusterClient) => ModeMethod,
  ): Promise<NodeOperation> {
    const request = {
      node,
      force: options.force ?? false,
      dryRun: options.dryRun ?? false,
      requestId: this.deps.surroundings.requestId(),
    };
    const answer = await askAny(this.deps, options, pick, request);
    return {
      node: toNode(answer.node ?? { id: node }),
      leaders: answer.leaders,
      replicas: answer.replicas,
      warnings: [...answer.warnings],
    };
  }
}

/** `known`: what metadata tells, for answers without addresses. */
export function toNode(node: flowmesh.v1.NodeStatus.$Properties, known?: ClusterNode): NodeStatus {
  return {
    id: node.id ?? 0,
    alive: node.alive ?? false,
    mode: present(node.mode) ?? 'normal',
    leaders: node.leaders ?? 0,
    preferredLeaders: node.preferredLeaders ?? 0,
    replicas: node.replicas ?? 0,
    movingIn: node.movingIn ?? 0,
    movingOut: node.movingOut ?? 0,
    troubles: [...(node.troubles ?? [])],
    address: present(node.grpcAddress) ?? known?.address,
    peerAddress: present(node.peerAddress),
    httpAddress: present(node.httpAddress) ?? present(known?.httpAddress),
    rack: present(node.rack) ?? present(known?.rack),
    version: present(node.version),
    uuid: present(node.uuid),
    metadataVoter: node.metadataVoter ?? false,
    diskTotalBytes: present(node.diskTotalBytes),
    diskFreeBytes: (node.diskTotalBytes ?? 0) === 0 ? undefined : (node.diskFreeBytes ?? 0),
    storedBytes: node.storedBytes ?? 0,
    featureMin: node.featureMin ?? 0,
    featureMax: node.featureMax ?? 0,
    downMs: node.downMs ?? 0,
  };
}
