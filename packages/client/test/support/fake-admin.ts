/**
 * The Cluster service of a fake cluster: fixed facts, so that tests can pin what is made of them. Drains, decommissions and
 * rebalances take one step whenever they are asked about.
 */
import { FlowError } from '@flowmesh/base';
import type { ClusterHandlers, flowmesh } from '@flowmesh/proto';
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { FakeCluster, FakeNode } from './fake-cluster.ts';
import { answered } from './fake-errors.ts';

const T0 = 1_700_000_000_000;
const GIB = 1024 ** 3;

interface NodeState {
  mode: string;
  leaders: number;
  replicas: number;
  gone: boolean;
}

type Handler<Method> =
  Method extends handleUnaryCall<infer Req, infer Res> ? (request: Req, node: FakeNode) => Res : never;
type Table = { [Name in keyof Omit<ClusterHandlers, 'metadata'>]: Handler<ClusterHandlers[Name]> };

const TO_MOVE: flowmesh.v1.PlanRebalanceResponse.$Properties = {
  moves: [
    { stream: 'orders', partition: 0, from: [1, 2], to: [3, 2], reason: 'replicas', bytes: GIB },
    { stream: 'orders', partition: 1, from: [1, 2], to: [2, 3], reason: 'leaders', bytes: 0 },
  ],
  bytes: GIB,
  before: {
    replicaSkew: 0.5,
    leaderSkew: 1,
    nodes: [{ node: 1, replicas: 3, leaders: 2, bytes: GIB }],
  },
  after: { replicaSkew: 0, leaderSkew: 0, nodes: [] },
  truncated: false,
};

/** Eight partitions on three nodes. */
const NOTHING_TO_MOVE: flowmesh.v1.PlanRebalanceResponse.$Properties = {
  moves: [],
  bytes: 0,
  before: { replicaSkew: 0, leaderSkew: 0.375, nodes: [] },
  after: { replicaSkew: 0, leaderSkew: 0.375, nodes: [] },
  truncated: false,
};

export class FakeAdmin {
  /** Every call but the reads that commands make on their way. */
  readonly calls: { readonly node: number; readonly method: string; readonly request: object }[] = [];
  /** What a method fails with, at every node or one: `drainNode`, `diagnostics@2`. */
  readonly fail = new Map<string, FlowError>();
  findings: flowmesh.v1.Finding.$Properties[] = [];
  warnings: string[] = [];
  readonly tokens: flowmesh.v1.JoinTokenInfo.$Properties[] = [];
  readonly users = new Map<string, flowmesh.v1.UserInfo.$Properties>();
  readonly config = new Map<string, Map<string, string>>();
  featureLevel = 1;
  metadataChanging = false;
  moving = false;
  private readonly cluster: FakeCluster;
  private readonly states = new Map<number, NodeState>();
  /** So many questions about the rebalance meet a node that only knows of the one before. */
  rebalancesBehind = 0;
  private rebalance = { state: 'none', done: 0, left: 0 };
  /** Nothing is to be moved. */
  even = false;
  /** Partitions that each node is the preferred leader of. */
  preferredLeaders = 1;

  constructor(cluster: FakeCluster) {
    this.cluster = cluster;
  }

  handlers(node: FakeNode): Omit<ClusterHandlers, 'metadata'> {
    const wrapped = Object.entries(this.table()).map(([method, handler]) => [
      method,
      (call: { request: object }, callback: (error: object | null, value?: object) => void) =>
        answered(callback, () => {
          this.calls.push({ node: node.id, method, request: call.request });
          const failure = this.fail.get(method) ?? this.fail.get(`${method}@${node.id}`);
          if (failure !== undefined) throw failure;
          return (handler as (request: object, at: FakeNode) => object)(call.request, node);
        }),
    ]);
    return Object.fromEntries(wrapped) as Omit<ClusterHandlers, 'metadata'>;
  }

  /** Requests of one method, as they came. */
  requests(method: keyof ClusterHandlers): object[] {
    return this.calls.filter((call) => call.method === method).map((call) => call.request);
  }

  state(id: number): NodeState {
    let state = this.states.get(id);
    if (state === undefined) {
      state = { mode: 'normal', leaders: 1, replicas: 2, gone: false };
      this.states.set(id, state);
    }
    return state;
  }

  private table(): Table {
    return {
      status: (_request, node) => this.status(node),
      health: (request) => {
        const findings = this.findings.filter((one) => request.explain || one.severity !== 'info');
        return { healthy: findings.every((one) => one.severity === 'info'), findings, checks: 21 };
      },
      listNodes: (request) => ({ nodes: this.nodes(request.includeGone) }),
      drainNode: (request) => this.mode(request, 'draining'),
      undrainNode: (request) => this.mode(request, 'normal'),
      decommissionNode: (request) => this.mode(request, 'decommissioning'),
      removeNode: (request) => this.remove(request),
      ...this.partitionTable(),
      ...this.rebalanceTable(),
      ...this.settingsTable(),
      recoverPartition: (request) => ({
        partition: this.partition(request.stream, request.partition),
        risks: ['node 2, with entries up to 90, is not reached', 'node 3 is not reached'],
      }),
      listAudit: (request) => ({
        entries: [
          { revision: 9, timeMs: T0, kind: 'drain', subject: 'node 3', detail: '', by: '127.0.0.1:4' },
          { revision: 8, timeMs: T0 - 1, kind: 'config', subject: 'cluster', detail: 'a=1', by: 'ada' },
        ].slice(0, request.limit),
      }),
      exportMetadata: () => ({ json: Buffer.from('{"clusterId":"fake"}\n'), revision: 42 }),
      diagnostics: (request, node) => ({
        nodeId: node.id,
        parts: [
          { name: 'config.json', content: Buffer.from('{"joinToken":"***"}') },
          { name: 'log.jsonl', content: Buffer.from(`${request.logLines} lines\n`) },
        ],
      }),
    };
  }

  private partitionTable() {
    return {
      listPartitions: (request) => this.list(request),
      describePartition: (request, node) => {
        this.cluster.leading(node, request.stream, request.partition);
        return {
          ...this.partition(request.stream, request.partition),
          epochs: [{ epoch: 1, startOffset: 0 }],
          replicaDetails: [
            { node: 1, member: 17, role: 'leader', inSync: true, lagEntries: 0, state: '' },
            { node: 2, member: 33, role: 'voter', inSync: true, lagEntries: 3, state: 'replicate' },
          ],
        };
      },
      movePartition: (request) => ({
        partition: { ...this.partition(request.stream, request.partition), move: MOVE },
        bytes: GIB,
      }),
      cancelMoves: () => ({ cancelled: 1, refused: ['orders/1: its change of members is under way'] }),
      transferLeader: (request, node) => {
        const target = this.cluster.leading(node, request.stream, request.partition);
        const to = request.to || (target.leader % this.cluster.nodes.length) + 1;
        this.cluster.setLeader(request.stream, request.partition, to);
        return { leader: to, leaderEpoch: target.epoch };
      },
      electPreferred: (request, node) => this.elect(request.stream, node),
    } satisfies Partial<Table>;
  }

  private rebalanceTable() {
    return {
      planRebalance: () => (this.even ? NOTHING_TO_MOVE : TO_MOVE),
      startRebalance: () => {
        this.rebalance = { state: 'running', done: 0, left: 2 };
        return this.progress();
      },
      getRebalance: () => {
        if (this.rebalancesBehind-- > 0)
          return { id: 'rebalance-0', state: 'done', startedAtMs: T0 - 1, endedAtMs: T0 };
        if (this.rebalance.state === 'running') {
          this.rebalance.done++;
          this.rebalance.left--;
          if (this.rebalance.left === 0) this.rebalance.state = 'done';
        }
        return this.progress();
      },
      cancelRebalance: () => {
        this.rebalance.state = 'cancelled';
        return this.progress();
      },
    } satisfies Partial<Table>;
  }

  private user(name: string): flowmesh.v1.UserInfo.$Properties {
    const user = this.users.get(name);
    if (user === undefined) throw new FlowError('NOT_FOUND', `there is no user ${name}`);
    return user;
  }

  private settingsTable() {
    return {
      createJoinToken: (request) => {
        const id = `00000000000000${(this.tokens.length + 10).toString()}`;
        const expiresAtMs = T0 + (request.ttlMs || 86_400_000);
        this.tokens.push({
          id,
          createdAtMs: T0,
          expiresAtMs,
          usesMax: request.uses || 1,
          description: request.description,
          state: 'valid',
        });
        return { id, token: `fmjt_${id}_secret`, expiresAtMs };
      },
      listJoinTokens: () => ({ tokens: this.tokens }),
      revokeJoinToken: (request) => {
        const token = this.tokens.find((one) => one.id === request.id);
        if (token === undefined) throw new FlowError('NOT_FOUND', `there is no join token ${request.id}`);
        token.state = 'revoked';
        return {};
      },
      createUser: (request) => {
        if (this.users.has(request.name)) throw new FlowError('ALREADY_EXISTS', 'there is such a user');
        const { name, roles } = request;
        const user = { name, roles, enabled: true, grants: [], createdAtMs: T0, changedRevision: 1 };
        this.users.set(name, { ...user, credentials: toldOf(request.credentials) });
        return this.user(name);
      },
      alterUser: (request) => {
        const user = this.user(request.name);
        if (request.replaceRoles) user.roles = request.roles;
        if (request.state !== '') user.enabled = request.state === 'enable';
        if (request.credentials.length > 0) user.credentials = toldOf(request.credentials);
        return user;
      },
      changeGrants: (request) => {
        const user = this.user(request.name);
        const removed = new Set(request.remove.map((grant) => JSON.stringify(grant)));
        const kept = (user.grants ?? []).filter((grant) => !removed.has(JSON.stringify(grant)));
        user.grants = [...kept, ...request.add];
        return user;
      },
      deleteUser: (request) => {
        this.users.delete(this.user(request.name).name ?? '');
        return {};
      },
      listUsers: (request) => ({
        users: request.name === '' ? [...this.users.values()] : [this.user(request.name)],
      }),
      getConfig: (request) => ({ entries: this.entries(request.scope) }),
      setConfig: (request) => this.setConfig(request),
      finaliseFeatures: (request) => {
        this.featureLevel = request.level;
        return { level: request.level };
      },
    } satisfies Partial<Table>;
  }

  private status(node: FakeNode): flowmesh.v1.StatusResponse.$Properties {
    return {
      clusterId: 'fake',
      nodeId: node.id,
      version: '0.1.0',
      metadataLeader: 1,
      metadataVoters: [3, 1, 2],
      metadataChanging: this.metadataChanging,
      metadataRevision: 42,
      partitions: 2,
      underReplicatedPartitions: 0,
      featureLevel: this.featureLevel,
      featureLevelMax: 2,
      nodes: this.nodes(false),
    };
  }

  private nodes(includeGone: boolean): flowmesh.v1.NodeStatus.$Properties[] {
    return this.cluster.nodes
      .filter((one) => includeGone || !this.state(one.id).gone)
      .map((one) => {
        const state = this.state(one.id);
        if (state.mode !== 'normal' && state.leaders > 0) state.leaders--;
        else if (state.mode === 'decommissioning' && state.replicas > 0) state.replicas--;
        return this.nodeStatus(one);
      });
  }

  private nodeStatus(node: FakeNode): flowmesh.v1.NodeStatus.$Properties {
    const state = this.state(node.id);
    const alive = node.server !== undefined;
    return {
      id: node.id,
      alive,
      leaders: state.leaders,
      replicas: state.replicas,
      troubles: alive ? [] : ['does not answer'],
      grpcAddress: node.address,
      peerAddress: `127.0.0.1:600${node.id}`,
      httpAddress: `127.0.0.1:700${node.id}`,
      rack: 'a',
      mode: state.gone ? 'removed' : state.mode,
      version: '0.1.0',
      uuid: `${node.id}`.repeat(32),
      diskTotalBytes: 100 * GIB,
      diskFreeBytes: 40 * GIB,
      storedBytes: 10 * GIB,
      metadataVoter: true,
      preferredLeaders: this.preferredLeaders,
      featureMin: 1,
      featureMax: 2,
      downMs: alive ? 0 : 5_000,
      movingIn: 0,
      movingOut: state.mode === 'decommissioning' ? state.replicas : 0,
    };
  }

  private mode(request: flowmesh.v1.NodeModeRequest, mode: string): flowmesh.v1.NodeModeResponse.$Properties {
    const node = this.nodeNamed(request.node);
    const state = this.state(request.node);
    const { leaders, replicas } = state;
    if (!request.dryRun) state.mode = mode;
    return {
      node: { ...this.nodeStatus(node), mode },
      leaders,
      replicas: mode === 'decommissioning' ? replicas : 0,
      warnings: this.warnings,
    };
  }

  private remove(request: flowmesh.v1.NodeModeRequest): flowmesh.v1.NodeModeResponse.$Properties {
    const node = this.nodeNamed(request.node);
    const state = this.state(request.node);
    if (state.replicas > 0 && !request.force) {
      throw new FlowError('PRECONDITION_FAILED', `node ${request.node} has ${state.replicas} replicas`, {
        hint: `Move them first: flowmesh-admin nodes decommission ${request.node}`,
      });
    }
    if (!request.dryRun) state.gone = true;
    return { node: this.nodeStatus(node), leaders: 0, replicas: state.replicas, warnings: this.warnings };
  }

  private nodeNamed(id: number): FakeNode {
    const node = this.cluster.nodes.find((one) => one.id === id && !this.state(id).gone);
    if (node === undefined) throw new FlowError('NOT_FOUND', `node ${id} does not exist`);
    return node;
  }

  private partition(stream: string, partition: number): flowmesh.v1.PartitionDetail.$Properties {
    const found = this.cluster.streams.get(stream)?.partitions[partition];
    if (found === undefined) throw new FlowError('NOT_FOUND', `stream ${stream} does not exist`);
    const offline = this.cluster.nodes.filter((one) => one.server === undefined).map((one) => one.id);
    const inSync = [1, 2, 3].filter((id) => !offline.includes(id));
    return {
      stream,
      partition,
      groupId: partition + 1,
      leader: found.leader,
      leaderEpoch: found.epoch,
      replicas: [1, 2, 3],
      inSyncReplicas: inSync,
      offlineReplicas: offline,
      logStartOffset: found.log.logStart,
      highWatermark: found.log.end,
      sizeBytes: 1024,
      state: found.leader === 0 ? 'leaderless' : offline.length > 0 ? 'under-replicated' : 'online',
      minInsyncReplicas: 2,
      ...(this.moving ? { move: MOVE } : {}),
    };
  }

  private list(request: flowmesh.v1.ListPartitionsRequest): flowmesh.v1.ListPartitionsResponse.$Properties {
    const all = [...this.cluster.streams.values()]
      .filter((one) => request.streams.length === 0 || request.streams.includes(one.name))
      .flatMap((one) => one.partitions.map((_, index) => this.partition(one.name, index)))
      .filter((one) => this.matches(one, request.state));
    const from = request.pageToken === '' ? 0 : Number(request.pageToken);
    const size = Math.min(request.pageSize, 2);
    return {
      partitions: all.slice(from, from + size),
      nextPageToken: from + size < all.length ? String(from + size) : '',
      total: all.length,
    };
  }

  private matches(one: flowmesh.v1.PartitionDetail.$Properties, state: string): boolean {
    if (state === '') return true;
    if (state === 'not-preferred') return one.leader !== this.preferred(one.partition ?? 0);
    if (state === 'moving') return one.move !== undefined;
    return one.state === state;
  }

  private preferred(partition: number): number {
    return (partition % this.cluster.nodes.length) + 1;
  }

  private elect(stream: string, node: FakeNode): flowmesh.v1.ElectPreferredResponse.$Properties {
    let transferred = 0;
    let already = 0;
    for (const one of this.cluster.streams.values()) {
      if (stream !== '' && stream !== one.name) continue;
      one.partitions.forEach((partition, index) => {
        if (partition.leader !== node.id) return;
        if (partition.leader === this.preferred(index)) already++;
        else {
          this.cluster.setLeader(one.name, index, this.preferred(index));
          transferred++;
        }
      });
    }
    return { transferred, already, notPossible: 0 };
  }

  private progress(): flowmesh.v1.RebalanceStatus.$Properties {
    const { state, done, left } = this.rebalance;
    const started = state === 'none' ? {} : { id: 'rebalance-1', startedAtMs: T0 };
    return {
      ...started,
      state,
      movesDone: done,
      movesRunning: state === 'running' ? 1 : 0,
      movesLeft: left,
      bytes: left * GIB,
      balance: { replicaSkew: 0.5, leaderSkew: 1, nodes: [] },
      ...(state === 'done' || state === 'cancelled' ? { endedAtMs: T0 + 1_000 } : {}),
    };
  }

  private entries(scope: string): flowmesh.v1.ConfigEntry.$Properties[] {
    if (scope.startsWith('stream:') && !this.cluster.streams.has(scope.slice(7))) {
      throw new FlowError('NOT_FOUND', `stream ${scope.slice(7)} does not exist`);
    }
    const own = this.config.get(scope) ?? new Map<string, string>();
    return Object.entries(DEFAULTS).map(([key, defaultValue]) => ({
      key,
      value: own.get(key) ?? defaultValue,
      source: own.has(key) ? (scope.split(':')[0] as string) : 'default',
      defaultValue,
      description: `About ${key}.`,
      type: 'text',
    }));
  }

  private setConfig(request: flowmesh.v1.SetConfigRequest): flowmesh.v1.SetConfigResponse.$Properties {
    const own = new Map(this.config.get(request.scope));
    for (const key of [...Object.keys(request.set), ...request.unset]) {
      if (!(key in DEFAULTS)) {
        throw new FlowError('INVALID_ARGUMENT', `there is no setting ${key}`, { hint: 'Did you mean …?' });
      }
    }
    for (const [key, value] of Object.entries(request.set)) own.set(key, value);
    for (const key of request.unset) own.delete(key);
    const before = this.config.get(request.scope);
    this.config.set(request.scope, own);
    const changed = this.entries(request.scope).filter(
      ({ key }) => key !== undefined && (request.unset.includes(key) || key in request.set),
    );
    if (request.dryRun) {
      if (before === undefined) this.config.delete(request.scope);
      else this.config.set(request.scope, before);
    }
    return { changed };
  }
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'min.insync.replicas': '2',
  'retention.ms': '604800000',
};

const MOVE: flowmesh.v1.MoveDetail.$Properties = {
  reason: 'operator',
  adding: [3],
  removing: [1],
  startedAtMs: T0,
  step: 'catching up',
  cancellable: true,
};

/** Keys are never told. */
function toldOf(
  credentials: readonly flowmesh.v1.ScramCredential.$Properties[],
): flowmesh.v1.ScramCredential.$Properties[] {
  return credentials.map(({ mechanism, iterations }) => ({
    mechanism: mechanism ?? '',
    iterations: iterations ?? 0,
  }));
}
