/**
 * The node from its data directory upward: place in the cluster, transport, replicas, cluster control, services, gateway. Everything that is
 * started is put on the list of closers at once, so that a start that fails half-way leaves nothing behind.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { FlowError, isFlowError, METADATA_GROUP, NO_MEMBER, type NodeId, nodeId } from '@flowmesh/base';
import { fastCrc32c, nodeCodecs } from '@flowmesh/compression';
import { CatalogMachine, FEATURES, type NodeIntroduction, StreamMachine } from '@flowmesh/engines';
import { Admission } from './cluster/admission.ts';
import { ClusterControl, type NodeVitals } from './cluster/cluster-control.ts';
import { GroupOps } from './cluster/group-ops.ts';
import { answerToWire, askFromWire, askToJoin, type JoinAnswer, type JoinAsk } from './cluster/join-wire.ts';
import { PeerStartsRecord } from './cluster/lives-record.ts';
import type { MembershipRecord } from './cluster/membership-record.ts';
import type { NodeDirectory } from './cluster/node-directory.ts';
import { isFirstFounder, metadataBootstrap, recordOf, settle } from './cluster/settle.ts';
import type { Closers } from './closers.ts';
import * as limits from './config/limits.ts';
import type { NodeConfig } from './config/schema.ts';
import type { DiskMonitor } from './disk-monitor.ts';
import { DEFAULT_GRPC_OPTIONS, GrpcGateway } from './gateways/grpc/grpc-gateway.ts';
import { nodeDiagnostics } from './node-diagnostics.ts';
import { NodeSampler } from './node-sampler.ts';
import { detailedMetrics, type PartitionSample } from './observability/detailed-metrics.ts';
import type { HealthBook } from './observability/health.ts';
import type { Logger } from './observability/logger.ts';
import type { NodeMetrics } from './observability/metrics.ts';
import type { RecentLog } from './observability/recent-log.ts';
import { DEFAULT_REPLICA_LIMITS } from './replica/replica-env.ts';
import { NodeReplicas } from './replica/replica-manager.ts';
import type { PartitionView } from './services/metadata/partition-views.ts';
import { makeServices } from './services/node-services.ts';
import { OPEN_DOOR } from './services/ports.ts';
import { DEFAULT_STREAM_LIMITS } from './services/stream/stream-service.ts';
import { systemClock, systemRandom, systemScheduler } from './system.ts';
import { GrpcTransport } from './transport/grpc-transport.ts';
import { PeerListener } from './transport/peer-listener.ts';
import { PeerLives } from './transport/peer-lives.ts';
import { VERSION } from './version.ts';

/** Values of a stream by partition for HTTP; set once there is something to tell. */
export interface DetailedSource {
  of: (stream: string) => string | undefined;
}

export interface CoreOptions {
  readonly config: NodeConfig;
  readonly log: Logger;
  readonly health: HealthBook;
  readonly metrics: NodeMetrics;
  readonly detailed: DetailedSource;
  /** The latest log lines. */
  readonly recent: RecentLog;
  readonly disk: DiskMonitor;
  readonly closers: Closers;
  /** Ports that are bound or chosen already. */
  readonly ports: { readonly grpc: number; readonly http: number };
  readonly directory: NodeDirectory;
  readonly fatal: (error: FlowError) => void;
  /** Why this node should lead nothing for now: undefined while its disk is well. */
  readonly unwell: () => string | undefined;
  /** Ends a start that waits for the cluster. */
  readonly signal: AbortSignal;
}

export interface NodeCore {
  readonly id: NodeId;
  readonly introduction: NodeIntroduction;
  /** Leaders elsewhere, calls drained: what is done before the closers close. */
  prepareStop(): Promise<void>;
}

type JoinDesk = (ask: JoinAsk) => Promise<JoinAnswer>;

const METADATA_SILENCE_MS = 10_000;

function hostPort(host: string, port: number): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
}

async function notYet(): Promise<JoinAnswer> {
  throw new FlowError('UNAVAILABLE', 'this node is still starting', {
    hint: 'The asking node tries again by itself.',
  });
}

export async function startCore(options: CoreOptions): Promise<NodeCore> {
  const { config, closers, directory } = options;
  let desk: JoinDesk = notYet;
  const { id: clusterId } = config.cluster;
  const listener = await PeerListener.listen({
    host: config.listeners.peer.host,
    port: config.listeners.peer.port,
    onJoin: async (request) => answerToWire(await desk(askFromWire(request)), clusterId),
  });
  closers.add('peer listener', () => listener.close());
  const introduction = introduce(options, listener.port);
  const record =
    directory.membership ??
    (await join(options, introduction, (open) => {
      desk = open;
    }));
  return await runNode(options, { listener, introduction, record }, (open) => {
    desk = open;
  });
}

/** How this node presents itself: an initial member as listed, all others as configured. */
function introduce({ config, directory, ports }: CoreOptions, peerPort: number): NodeIntroduction {
  const { grpc, peer, http } = config.listeners;
  const listed = config.cluster.initialMembers.find((member) => member.id === config.node.initialId);
  return {
    uuid: directory.uuid,
    addresses: {
      peer: peer.advertised ?? listed?.peerAddress ?? hostPort(peer.host, peerPort),
      grpc: grpc.advertised ?? listed?.grpcAddress ?? hostPort(grpc.host, ports.grpc),
      http: http.advertised ?? listed?.httpAddress ?? hostPort(http.host, ports.http),
    },
    rack: config.node.rack,
    version: VERSION,
    features: FEATURES,
  };
}

/** A new directory: founds or joins the cluster, however long that takes, and writes down what came of it. */
async function join(
  { config, directory, log, health, signal }: CoreOptions,
  introduction: NodeIntroduction,
  openDesk: (desk: JoinDesk) => void,
): Promise<MembershipRecord> {
  health.set({ name: 'cluster', concerns: 'all', ok: false, detail: 'waiting for the cluster' });
  const { initialId } = config.node;
  const mayFound = initialId !== undefined && directory.mayFound;
  const admission = new Admission({
    clusterId: config.cluster.id,
    introduction,
    initialMembers: config.cluster.initialMembers,
    seeds: config.cluster.seeds,
    initialId: mayFound ? nodeId(initialId) : undefined,
    replaces: directory.replaces,
    ask: (address, ask) => askToJoin(address, ask, limits.JOIN_ATTEMPT_TIMEOUT_MS),
    clock: systemClock,
    scheduler: systemScheduler,
    log,
    retryMs: limits.JOIN_RETRY_MS,
    reportIntervalMs: limits.JOIN_REPORT_INTERVAL_MS,
    signal,
  });
  openDesk(async () => admission.answer());
  const admitted = await admission.run();
  openDesk(notYet);
  if (admitted === undefined) throw stopped();
  const record = recordOf(config.cluster.id, admitted);
  await settle(directory, record);
  log.info(
    { node: record.node, as: admitted.kind, uuid: directory.uuid },
    'node has its place in the cluster',
  );
  return record;
}

interface Place {
  readonly listener: PeerListener;
  readonly introduction: NodeIntroduction;
  readonly record: MembershipRecord;
}

async function runNode(
  options: CoreOptions,
  place: Place,
  openDesk: (desk: JoinDesk) => void,
): Promise<NodeCore> {
  const { health, closers } = options;
  const { record, introduction } = place;
  const starts = await PeerStartsRecord.open(options.directory.store, options.log);
  closers.add('starts of peers', () => starts.close());
  const lives = new PeerLives({ remembered: starts.remembered, remember: (seen) => starts.save(seen) });
  const { transport, replicas, handler } = connect(options, place, lives);
  closers.add('transport', () => transport.close());
  closers.add('replicas', () => replicas.stop());
  await replicas.start();
  health.set({ name: 'replicas', concerns: 'all', ok: true, detail: 'recovered' });

  const control = new ClusterControl({
    record,
    introduction,
    initialMembers: options.config.cluster.initialMembers,
    replicas,
    transport,
    store: options.directory.store,
    clock: systemClock,
    scheduler: systemScheduler,
    log: options.log,
    troubles: () => troublesOf(options, replicas),
    vitals: () => vitalsOf(options),
  });
  handler.control = control;
  closers.add('cluster control', () => control.stop());
  await createMetadata(replicas, record, control);
  control.start();
  openDesk((ask) => control.joins.handle(ask));

  await catchUp(options, control);
  const gateway = serve(options, { record, replicas, control });
  await gateway.start();
  closers.add('gateway', () => gateway.stop(0));
  watchHealth(options, replicas, control);
  return {
    id: record.node,
    introduction,
    prepareStop: async () => {
      await replicas.handOver(limits.STOP_TRANSFER_TIMEOUT_MS);
      await gateway.stop(limits.STOP_DRAIN_TIMEOUT_MS);
    },
  };
}

/**
 * Clients are let in once this node's copy of the metadata is current: an old one would deny streams that exist. Without a metadata
 * leader an old copy has to do after a while, since data groups may be alive.
 */
async function catchUp({ signal, health, log }: CoreOptions, control: ClusterControl): Promise<void> {
  health.set({
    name: 'cluster',
    concerns: 'all',
    ok: false,
    detail: 'waiting for the metadata of the cluster',
  });
  const startedMs = systemClock.monotonicMs();
  for (;;) {
    const attempt = AbortSignal.any([signal, AbortSignal.timeout(limits.METADATA_ATTEMPT_TIMEOUT_MS)]);
    const behind = await control.catalog.catchUp(attempt).then(
      () => undefined,
      (error: unknown) => (isFlowError(error) ? error : Promise.reject(error)),
    );
    if (signal.aborted) throw stopped();
    const known = control.catalog.machine.clusterId !== undefined;
    if (known && behind === undefined) return;
    if (known && systemClock.monotonicMs() - startedMs > limits.METADATA_CATCH_UP_MAX_MS) {
      log.warn({ err: behind }, 'no metadata leader: serving with the metadata that this node knew last');
      return;
    }
    await new Promise<void>((resolve) => void systemScheduler.after(limits.METADATA_RETRY_MS, resolve));
  }
}

function stopped(): FlowError {
  return new FlowError('CANCELLED', 'the node was stopped while it waited for the cluster');
}

/** What arrives from peers goes here; cluster control comes a little later than the transport. */
class PeerEvents {
  control: ClusterControl | undefined;
  replicas: NodeReplicas | undefined;
}

function connect(
  { config, log, metrics, directory, disk, fatal }: CoreOptions,
  { listener, record }: Place,
  lives: PeerLives,
): { transport: GrpcTransport; replicas: NodeReplicas; handler: PeerEvents } {
  const handler = new PeerEvents();
  const transport = new GrpcTransport({
    self: {
      clusterId: record.clusterId,
      node: record.node,
      uuid: directory.uuid,
      session: randomUUID(),
      starts: directory.starts,
    },
    listener,
    lives,
    clock: systemClock,
    scheduler: systemScheduler,
    random: systemRandom(),
    log,
    metrics,
    handler: {
      onMessages: (from, messages) => handler.replicas?.onMessages(from, messages),
      onHealth: (from, payload) => handler.control?.gossip.onHealth(from, payload),
      onPeerUp: (node) => handler.control?.peerUp(node),
      onPeerDown: (node) => {
        handler.replicas?.onPeerDown(node);
        handler.control?.peerDown(node);
      },
      onUnreachable: (group, to) => handler.replicas?.onUnreachable(group, to),
      onDisowned: (error) => {
        directory.condemn(error.message);
        fatal(error);
      },
      openSnapshot: async (pull) => {
        if (handler.replicas === undefined) throw new FlowError('UNAVAILABLE', 'this node is still starting');
        return await handler.replicas.openSnapshot(pull);
      },
      onForward: async (command) => {
        if (handler.control === undefined) throw new FlowError('UNAVAILABLE', 'this node is still starting');
        return await handler.control.catalog.onForward(command);
      },
    },
  });
  const { tickMs, replicaLagTimeMaxMs, ...raft } = config.raft;
  const replicas = new NodeReplicas({
    node: record.node,
    store: directory.store,
    transport,
    clock: systemClock,
    scheduler: systemScheduler,
    random: systemRandom(),
    limits: { ...DEFAULT_REPLICA_LIMITS, ...raft, lagTimeMaxMs: replicaLagTimeMaxMs },
    tickMs,
    snapshotFetchesMax: limits.SNAPSHOT_FETCHES_MAX,
    log,
    machineFor: (group) => (group === METADATA_GROUP ? new CatalogMachine() : new StreamMachine()),
    diskFull: () => disk.full(),
    fatal,
  });
  handler.replicas = replicas;
  return { transport, replicas, handler };
}

async function createMetadata(
  replicas: NodeReplicas,
  record: MembershipRecord,
  control: ClusterControl,
): Promise<void> {
  const metadata = replicas.get(METADATA_GROUP);
  if (metadata === undefined) {
    const bootstrap = metadataBootstrap(record);
    await replicas.create(bootstrap, isFirstFounder(record, record.node) ? bootstrap.member : undefined);
  }
  if (!record.created) await control.metadataCreated();
}

interface Served {
  readonly record: MembershipRecord;
  readonly replicas: NodeReplicas;
  readonly control: ClusterControl;
}

function serve(options: CoreOptions, { record, replicas, control }: Served): GrpcGateway {
  const { config, health, metrics, disk, log, closers, ports } = options;
  const services = makeServices({
    node: { clusterId: record.clusterId, nodeId: record.node, version: VERSION },
    catalog: control.catalog,
    leaders: control.table,
    troubles: control.table,
    nodes: control.nodes,
    ops: new GroupOps({
      self: record.node,
      replicas,
      leaders: control.table,
      catalog: () => control.catalog.machine,
      scheduler: systemScheduler,
      transferTimeoutMs: limits.LEADER_TRANSFER_TIMEOUT_MS,
    }),
    diagnostics: nodeDiagnostics({
      node: record.node,
      config,
      health,
      metrics,
      recent: options.recent,
      replicas,
      catalog: () => control.catalog.machine,
    }),
    randomBytes,
    door: OPEN_DOOR,
    replicas,
    disk,
    metrics,
    clock: systemClock,
    scheduler: systemScheduler,
    codecs: nodeCodecs,
    crc32c: fastCrc32c,
    newUuid: randomUUID,
    limits: DEFAULT_STREAM_LIMITS,
  });
  closers.add('services', () => services.close());
  options.detailed.of = (stream) => {
    const views = services.cluster.partitionsOf(stream, limits.METRICS_DETAILED_PARTITIONS_MAX);
    return views === undefined ? undefined : detailedMetrics(stream, views.map(partitionSample));
  };
  const readiness = {
    ready: () => health.serving(),
    onChange: (listener: () => void) => health.onChange(listener),
  };
  return new GrpcGateway(
    {
      ...services,
      readiness,
      metrics,
      clock: systemClock,
      onFault: (error, api) => log.error({ err: error, api }, 'call failed unexpectedly'),
    },
    { ...DEFAULT_GRPC_OPTIONS, host: config.listeners.grpc.host, port: ports.grpc },
  );
}

function partitionSample(view: PartitionView): PartitionSample {
  const { summary } = view;
  return {
    partition: view.partition,
    leader: view.leader ?? 0,
    leaderEpoch: view.leaderEpoch,
    replicas: view.replicas.length,
    inSync: summary?.inSync.length ?? 0,
    underMinIsr: view.state === 'under-min-isr',
    offline: view.state === 'offline',
    logStartOffset: summary?.logStartOffset ?? 0,
    highWatermark: summary?.highWatermark ?? 0,
    sizeBytes: summary?.sizeBytes ?? 0,
  };
}

function troublesOf({ disk, directory }: CoreOptions, replicas: NodeReplicas): readonly string[] {
  const troubles: string[] = [];
  const full = disk.trouble();
  if (full !== undefined) troubles.push(full);
  if (directory.incident !== undefined) troubles.push(directory.incident);
  for (const replica of replicas.all()) {
    if (replica.failure === undefined) continue;
    troubles.push(
      `replica of group ${replica.group} failed (${replica.failure.message}) and is being replaced`,
    );
    if (troubles.length >= limits.TROUBLES_MAX) break;
  }
  return troubles;
}

function vitalsOf({ disk, unwell }: CoreOptions): NodeVitals {
  const { totalBytes, freeBytes } = disk.state();
  return {
    diskTotalBytes: totalBytes,
    diskFreeBytes: freeBytes,
    rssBytes: process.memoryUsage.rss(),
    version: VERSION,
    features: FEATURES,
    unwell: unwell(),
  };
}

/** Keeps the health book and the metrics true until the node closes. */
function watchHealth(options: CoreOptions, replicas: NodeReplicas, control: ClusterControl): void {
  const { health, metrics, disk, closers } = options;
  let leaderSeenMs = Number.NEGATIVE_INFINITY;
  const check = (): void => {
    const nowMs = systemClock.monotonicMs();
    const known = control.catalog.machine.clusterId !== undefined;
    const leader = control.table.leaderOf(METADATA_GROUP);
    if (leader !== undefined) leaderSeenMs = nowMs;
    const heard = known && leaderSeenMs > Number.NEGATIVE_INFINITY;
    const detail = heard ? 'the metadata is known' : 'waiting for the metadata of the cluster';
    health.set({ name: 'cluster', concerns: 'all', ok: heard, detail });
    const silent = nowMs - leaderSeenMs > METADATA_SILENCE_MS;
    const quorum =
      leader === undefined ? 'the metadata group has no leader' : `node ${leader.node} leads the metadata`;
    health.set({
      name: 'quorum',
      concerns: 'write',
      ok: !silent,
      detail: silent ? quorum : 'the metadata group answers',
    });
    if (heard) health.started();
  };
  const unwatch = control.table.onLeaderChange((group) => {
    if (group === METADATA_GROUP) check();
  });
  replicas.addListener({
    onApplied: (replica) => {
      if (replica.group === METADATA_GROUP && health.currentPhase === 'starting') check();
    },
    onStopServing: (_replica, unanswered) => metrics.proposalsFailed(unanswered),
    onLeader: (_replica, leader) => {
      if (leader !== NO_MEMBER) metrics.leaderChanged();
    },
  });
  const sampler = new NodeSampler({
    metrics,
    replicas,
    catalog: () => control.catalog.machine,
    disk,
    alive: (node) => control.table.alive(node),
    clock: systemClock,
    scheduler: systemScheduler,
    intervalMs: limits.METRICS_INTERVAL_MS,
    onSample: check,
  });
  sampler.start();
  closers.add('sampler', () => {
    unwatch();
    sampler.stop();
  });
}
