/**
 * The cluster as a whole: what any node knows of it, what is wrong with it, and the rooms of its administration
 * (`nodes`, `partitions`, `rebalance`, `tokens`, `users`, `config`, `features`).
 */
import type { flowmesh } from '@flowmesh/proto';
import { CALL_ATTEMPT_MS } from '../limits.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { askAny, askEvery, askNode, type NodeAnswer, present } from './cluster-call.ts';
import { ConfigAdmin } from './config-admin.ts';
import { FeaturesAdmin } from './features-admin.ts';
import { NodesAdmin, type NodeStatus, toNode } from './nodes-admin.ts';
import { PartitionsAdmin } from './partitions-admin.ts';
import { RebalanceAdmin } from './rebalance-admin.ts';
import { TokensAdmin } from './tokens-admin.ts';
import { UsersAdmin } from './users-admin.ts';

export interface ClusterStatus {
  readonly clusterId: string;
  /** The node that answered. */
  readonly answeredBy: number;
  /** Of the node that answered. */
  readonly version: string;
  readonly metadataLeader: number | undefined;
  readonly metadataVoters: readonly number[];
  /** Members of the metadata group come or go: until that is over it may tolerate fewer lost nodes than it has voters for. */
  readonly metadataChanging: boolean;
  readonly metadataRevision: number;
  readonly partitions: number;
  readonly leaderlessPartitions: number;
  /** No leader, and no majority of replicas alive. */
  readonly offlinePartitions: number;
  readonly underReplicatedPartitions: number;
  /** Fewer replicas in sync than min.insync.replicas: acks=all is refused. */
  readonly underMinIsrPartitions: number;
  readonly movingPartitions: number;
  /** What the cluster may use, and what all of its nodes could. */
  readonly featureLevel: number;
  readonly featureLevelMax: number;
  /** Ascending by id. */
  readonly nodes: readonly NodeStatus[];
}

export interface Finding {
  /** NODE_DOWN, DISK_FULL, OFFLINE_PARTITION, … */
  readonly code: string;
  /** critical, warning or info. */
  readonly severity: string;
  /** What it is about: `node 3`, `stream orders partition 4`. */
  readonly subject: string;
  readonly cause: string;
  readonly impact: string;
  /** One command line that mends it; undefined where it mends itself or no command can. */
  readonly command: string | undefined;
  readonly note: string | undefined;
  /** How many things (partitions, …) this finding stands for. */
  readonly count: number;
}

export interface ClusterHealth {
  /** No finding is critical or a warning. */
  readonly healthy: boolean;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** How many things were checked. */
  readonly checks: number;
}

export interface AuditEntry {
  /** Metadata revision of the change. */
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  /** Who asked for it: a principal, or the address of the caller. */
  readonly by: string;
}

export interface MetadataExport {
  /** One JSON document, UTF-8. */
  readonly json: Uint8Array;
  readonly revision: number;
}

export interface NodeDiagnostics {
  readonly node: number;
  /** Files of a bundle, secrets masked by the node. */
  readonly parts: readonly { readonly name: string; readonly content: Uint8Array }[];
}

export class ClusterAdmin {
  readonly nodes: NodesAdmin;
  readonly partitions: PartitionsAdmin;
  readonly rebalance: RebalanceAdmin;
  readonly tokens: TokensAdmin;
  readonly users: UsersAdmin;
  readonly config: ConfigAdmin;
  readonly features: FeaturesAdmin;
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
    this.nodes = new NodesAdmin(deps);
    this.partitions = new PartitionsAdmin(deps);
    this.rebalance = new RebalanceAdmin(deps);
    this.tokens = new TokensAdmin(deps);
    this.users = new UsersAdmin(deps);
    this.config = new ConfigAdmin(deps);
    this.features = new FeaturesAdmin(deps);
  }

  /** As any living node sees it. */
  async status(options: CallOptions = {}): Promise<ClusterStatus> {
    await this.deps.router.metadata([], options);
    return this.toStatus(await askAny(this.deps, options, (client) => client.status, {}));
  }

  /** As the node at `address` (host:port) sees it; `answeredBy` tells which node that is. UNAVAILABLE, TIMEOUT. */
  async statusAt(address: string, options: CallOptions = {}): Promise<ClusterStatus> {
    const limits = { address, timeoutMs: options.timeoutMs ?? CALL_ATTEMPT_MS, signal: options.signal };
    return this.toStatus(await askNode(this.deps, limits, (client) => client.status, {}));
  }

  /** What is wrong, why, what it means, and the command that mends it. `explain`: with findings that are no fault (info). */
  async health(options: CallOptions & { readonly explain?: boolean } = {}): Promise<ClusterHealth> {
    const request = { explain: options.explain ?? false };
    const { healthy, findings, checks } = await askAny(
      this.deps,
      options,
      (client) => client.health,
      request,
    );
    return { healthy, findings: findings.map(toFinding), checks };
  }

  /** The latest audited changes, newest first; `limit` defaults to 100. */
  async audit(options: CallOptions & { readonly limit?: number } = {}): Promise<readonly AuditEntry[]> {
    const request = { limit: options.limit ?? 100 };
    const { entries } = await askAny(this.deps, options, (client) => client.listAudit, request);
    return entries.map((entry) => ({
      revision: entry.revision ?? 0,
      time: entry.timeMs ?? 0,
      kind: entry.kind ?? '',
      subject: entry.subject ?? '',
      detail: entry.detail ?? '',
      by: entry.by ?? '',
    }));
  }

  /** The metadata of the whole cluster: nodes, streams, partitions, configuration. No records. */
  async exportMetadata(options: CallOptions = {}): Promise<MetadataExport> {
    const { json, revision } = await askAny(this.deps, options, (client) => client.exportMetadata, {});
    return { json: Uint8Array.from(json), revision };
  }

  /** What every node knows of itself. Nodes that do not answer are in the result as failures; `logLines` defaults to 1,000. */
  async diagnostics(
    options: CallOptions & { readonly logLines?: number } = {},
  ): Promise<readonly NodeAnswer<NodeDiagnostics>[]> {
    const request = { logLines: options.logLines ?? 1_000 };
    const answers = await askEvery(this.deps, options, (client) => client.diagnostics, request);
    return answers.map((answer) =>
      answer.kind === 'failed' ? answer : { ...answer, value: toDiagnostics(answer.value) },
    );
  }

  private toStatus(status: flowmesh.v1.StatusResponse): ClusterStatus {
    return {
      clusterId: status.clusterId,
      answeredBy: status.nodeId,
      version: status.version,
      metadataLeader: present(status.metadataLeader),
      metadataVoters: [...status.metadataVoters].sort((a, b) => a - b),
      metadataChanging: status.metadataChanging,
      metadataRevision: status.metadataRevision,
      partitions: status.partitions,
      leaderlessPartitions: status.leaderlessPartitions,
      offlinePartitions: status.offlinePartitions,
      underReplicatedPartitions: status.underReplicatedPartitions,
      underMinIsrPartitions: status.underMinIsrPartitions,
      movingPartitions: status.movingPartitions,
      featureLevel: status.featureLevel,
      featureLevelMax: status.featureLevelMax,
      nodes: status.nodes
        .map((node) => toNode(node, this.deps.router.cache.node(node.id ?? 0)))
        .sort((a, b) => a.id - b.id),
    };
  }
}

function toFinding(finding: flowmesh.v1.Finding.$Properties): Finding {
  return {
    code: finding.code ?? '',
    severity: finding.severity ?? '',
    subject: finding.subject ?? '',
    cause: finding.cause ?? '',
    impact: finding.impact ?? '',
    command: present(finding.command),
    note: present(finding.note),
    count: finding.count ?? 0,
  };
}

function toDiagnostics(response: flowmesh.v1.DiagnosticsResponse): NodeDiagnostics {
  return {
    node: response.nodeId,
    parts: response.parts.map((part) => ({
      name: part.name ?? '',
      content: Uint8Array.from(part.content ?? []),
    })),
  };
}
