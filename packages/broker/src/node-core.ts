/**
 * The node from its data directory upward: place in the cluster, transport, replicas, cluster control, services, gateway. Everything that is
 * started is put on the list of closers at once, so that a start that fails half-way leaves nothing behind.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { FlowError, isFlowError, METADATA_GROUP, must, NO_MEMBER, type NodeId } from '@flowmesh/base';
import { fastCrc32c, nodeCodecs } from '@flowmesh/compression';
import { type CatalogMachine, FEATURES, makeMachine, type NodeIntroduction } from '@flowmesh/engines';
import { ClusterControl } from './cluster/cluster-control.ts';
import type { NodeVitals } from './cluster/control-options.ts';
import { letGo } from './cluster/let-go.ts';
import { PeerLivesRecord } from './cluster/lives-record.ts';
import type { MembershipRecord } from './cluster/membership-record.ts';
import { isFirstFounder, metadataBootstrap } from './cluster/settle.ts';
import { isLoopback } from './config/check.ts';
import { kafkaListeners } from './config/kafka-listeners.ts';
import * as limits from './config/limits.ts';
import { containerMemoryLimit, memoryShare } from './config/memory-share.ts';
import type { TlsConfig } from './config/tls.ts';
import type { DiskMonitor } from './disk-monitor.ts';
import { grpcCredentials } from './gateways/grpc/credentials.ts';
import { DEFAULT_GRPC_OPTIONS, GrpcGateway } from './gateways/grpc/grpc-gateway.ts';
import { DEFAULT_KAFKA_OPTIONS, KafkaGateway } from './gateways/kafka/kafka-gateway.ts';
import { nodeDiagnostics } from './node-diagnostics.ts';
import { type Place, type PlaceOptions, stopped, takePlace } from './node-place.ts';
import { NodeSampler } from './node-sampler.ts';
import { registerGroupMetrics } from './observability/group-metrics.ts';
import { registerKvMetrics } from './observability/kv-metrics.ts';
import { detailedMetrics, type PartitionSample } from './observability/detailed-metrics.ts';
import type { NodeMetrics } from './observability/metrics.ts';
import type { Logger } from './observability/logger.ts';
import type { RecentLog } from './observability/recent-log.ts';
import { type QueueMetrics, registerQueueMetrics } from './observability/queue-metrics.ts';
import { DEFAULT_REPLICA_LIMITS } from './replica/replica-env.ts';
import { NodeReplicas } from './replica/replica-manager.ts';
import type { PartitionView } from './services/metadata/partition-views.ts';
import { decodeEnvelope } from './services/forward/envelope.ts';
import type { LeaderCalls } from './services/forward/leader-calls.ts';
import { makeServices, type NodeServices } from './services/node-services.ts';
import { AccessDoor } from './services/access/access-door.ts';
import { Authenticator } from './services/access/authenticator.ts';
import { ListenerTls } from './services/access/listener-tls.ts';
import { OPEN_DOOR } from './services/ports.ts';
import { DEFAULT_STREAM_LIMITS } from './services/stream/stream-service.ts';
import { systemClock, systemRandom, systemScheduler } from './system.ts';
import { GrpcTransport } from './transport/grpc-transport.ts';
import { DEFAULT_TRANSPORT_LIMITS } from './transport/limits.ts';
import { PeerLives } from './transport/peer-lives.ts';
import { VERSION } from './version.ts';

/** Values of a stream by partition for HTTP; set once there is something to tell. */
export interface DetailedSource {
  of: (stream: string) => string | undefined;
}

export interface CoreOptions extends PlaceOptions {
  readonly metrics: NodeMetrics;
  readonly detailed: DetailedSource;
  /** The latest log lines. */
  readonly recent: RecentLog;
  readonly disk: DiskMonitor;
  readonly fatal: (error: FlowError) => void;
  /** Why this node should lead nothing for now: undefined while its disk is well. */
  readonly unwell: () => string | undefined;
  /** Of this node's local administrator; undefined where it has none. */
  readonly adminToken: string | undefined;
}

export interface NodeCore {
  readonly id: NodeId;
  readonly introduction: NodeIntroduction;
  /** host:port for Kafka's clients by listener. */
  readonly kafkaAddresses: ReadonlyMap<string, string>;
  /** Leaders elsewhere, calls drained: what is done before the closers close. */
  prepareStop(): Promise<void>;
}

const METADATA_SILENCE_MS = 10_000;

export async function startCore(options: CoreOptions): Promise<NodeCore> {
  return await runNode(options, await takePlace(options));
}

async function runNode(options: CoreOptions, place: Place): Promise<NodeCore> {
  const { health, closers } = options;
  const { record, introduction, desk } = place;
  const seen = await PeerLivesRecord.open(options.directory.store, options.log);
  closers.add('lives of peers', () => seen.close());
  const lives = new PeerLives({ remembered: seen.remembered, remember: (latest) => seen.save(latest) });
  const { transport, replicas, handler } = connect(options, place, lives);
  closers.add('transport', () => transport.close());
  closers.add('replicas', () => replicas.stop());
  await replicas.start();
  health.set({ name: 'replicas', concerns: 'all', ok: true, detail: 'recovered' });

  const control = new ClusterControl({
    record,
    introduction,
    discovery: place.discovery,
    joinTokenRequired: !isLoopback(options.config.listeners.peer.host),
    initialMembers: options.config.cluster.initialMembers,
    replicas,
    transport,
    store: options.directory.store,
    clock: systemClock,
    scheduler: systemScheduler,
    log: options.log,
    troubles: () => troublesOf(options, replicas),
    vitals: () => ({ ...vitalsOf(options), kafkaAddresses: place.kafkaAddresses }),
    told: (uuid, durable) => lives.told(uuid, durable),
    replicaLagTimeMaxMs: options.config.raft.replicaLagTimeMaxMs,
    fatal: options.fatal,
  });
  control.config.onChange(({ logLevel }) => {
    options.log.level = logLevel === '' ? options.config.log.level : logLevel;
  });
  handler.control = control;
  closers.add('cluster control', () => control.stop());
  await createMetadata(replicas, record, control);
  control.start();
  desk.joins = (ask) => control.joins.handle(ask);
  desk.heard = (ask) => control.finder?.heard(ask);
  desk.knows = (ask) => control.knows(ask);
  desk.know(() => control.peerAddresses());

  await catchUp(options, control);
  const gateways = serve(options, { record, replicas, control }, { transport, handler });
  for (const gateway of gateways) {
    await gateway.start();
    closers.add('gateway', () => gateway.stop(0));
  }
  await place.checkClients();
  watchHealth(options, { record, replicas, control });
  return {
    id: record.node,
    introduction,
    kafkaAddresses: place.kafkaAddresses,
    prepareStop: async () => {
      await replicas.handOver(limits.STOP_TRANSFER_TIMEOUT_MS);
      await Promise.all(gateways.map((gateway) => gateway.stop(limits.STOP_DRAIN_TIMEOUT_MS)));
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

/** What arrives from peers goes here; cluster control comes a little later than the transport. */
class PeerEvents {
  control: ClusterControl | undefined;
  replicas: NodeReplicas | undefined;
  calls: LeaderCalls | undefined;

  /** Undefined while this node has no copy of the metadata yet: peers may be there before it. */
  metadata(): CatalogMachine | undefined {
    return this.control?.catalog.known;
  }
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
      recovered: directory.store.recovered,
    },
    listener,
    limits: {
      ...DEFAULT_TRANSPORT_LIMITS,
      receiveBudgetBytes: memoryShare(containerMemoryLimit()).receiveBudgetBytes,
    },
    lives,
    letGo: (node) => letGo(handler.metadata(), node),
    level: () => handler.metadata()?.featureLevel ?? 0,
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
        // Who was let go stays away; an old copy is set aside, and joins anew in the place of its original.
        if (error.code === 'AMNESIA') directory.condemn(error.message);
        fatal(error);
      },
      openSnapshot: async (pull) => {
        if (handler.replicas === undefined) throw new FlowError('UNAVAILABLE', 'this node is still starting');
        return await handler.replicas.openSnapshot(pull);
      },
      onForward: async (command) => {
        const { control, calls } = handler;
        // What is meant for services that are not there yet must not be taken for a command of the metadata.
        if (control === undefined || (calls === undefined && decodeEnvelope(command) !== undefined))
          throw new FlowError('UNAVAILABLE', 'this node is still starting');
        // Who forwards gives up by itself, and what it asks for may be repeated.
        const answer = calls?.onForward(command, new AbortController().signal);
        return await (answer ?? control.catalog.onForward(command));
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
    onSnapshotInstalled: (durationMs) => metrics.snapshotInstalled(durationMs),
    log,
    machineFor: (_group, kind) => makeMachine(kind),
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

/** Clients of one protocol come in here. */
interface Gateway {
  start(): Promise<number>;
  /** By force after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

/** Undefined where nobody has to say who they are. */
function accessOf(
  { config, adminToken }: CoreOptions,
  { catalog }: ClusterControl,
): Authenticator | undefined {
  if (config.security.authentication === 'off') return undefined;
  return new Authenticator({ catalog, scheduler: systemScheduler, localToken: adminToken });
}

/** Calls `recheck` whenever some user has changed. */
function watchUsers(replicas: NodeReplicas, control: ClusterControl, recheck: () => void): void {
  let seen = 0;
  replicas.addListener({
    onApplied: (replica) => {
      if (replica.group !== METADATA_GROUP) return;
      const { userChanges } = control.catalog.machine;
      if (userChanges === seen) return;
      seen = userChanges;
      recheck();
    },
  });
}

function listenerTls(config: TlsConfig, path: string, log: Logger): ListenerTls {
  return new ListenerTls({
    config,
    path,
    onReload: (listener) => log.info({ listener }, 'certificate reloaded'),
    onFault: (error) => log.error({ err: error }, 'the new certificate cannot be used; the former one stays'),
  });
}

interface Served {
  readonly record: MembershipRecord;
  readonly replicas: NodeReplicas;
  readonly control: ClusterControl;
}

function serve(
  options: CoreOptions,
  { record, replicas, control }: Served,
  { transport, handler }: { readonly transport: GrpcTransport; readonly handler: PeerEvents },
): readonly Gateway[] {
  const { config, health, metrics, disk, log, closers, ports } = options;
  const secured = accessOf(options, control);
  let queueMetrics: QueueMetrics | undefined;
  const services = makeServices({
    node: { clusterId: record.clusterId, nodeId: record.node, version: VERSION },
    catalog: control.catalog,
    leaders: control.table,
    troubles: control.table,
    nodes: control.nodes,
    ops: control.ops,
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
    forward: (node, message, signal) => transport.forward(node, message, signal),
    door: secured === undefined ? OPEN_DOOR : new AccessDoor(control.catalog),
    replicas,
    disk,
    metrics,
    clock: systemClock,
    scheduler: systemScheduler,
    codecs: nodeCodecs,
    crc32c: fastCrc32c,
    newUuid: randomUUID,
    classic: config.groups,
    limits: DEFAULT_STREAM_LIMITS,
    receiversMax: limits.RECEIVERS_MAX,
    onFault: (error, api) => log.warn({ err: error, api }, 'the node could not do what nobody waits for'),
    jobFinished: (queue, durationMs) => queueMetrics?.jobFinished(queue, durationMs),
  });
  handler.calls = services.coordination.calls;
  queueMetrics = registerQueueMetrics(metrics.registry, limits.METRICS_SERIES_MAX, () =>
    services.queues.figures(),
  );
  closers.add('services', () => services.close());
  registerKvMetrics(metrics.registry, limits.METRICS_SERIES_MAX, () => ({
    buckets: services.kv.figures(),
    watchers: services.kv.watchCount,
  }));
  const { lags } = services.coordination;
  registerGroupMetrics(metrics.registry, limits.METRICS_SERIES_MAX, () => lags.figures());
  options.detailed.of = (stream) => {
    const views = services.cluster.partitionsOf(stream, limits.METRICS_DETAILED_PARTITIONS_MAX);
    return views === undefined ? undefined : detailedMetrics(stream, views.map(partitionSample));
  };
  const readiness = {
    ready: () => health.serving(),
    onChange: (listener: () => void) => health.onChange(listener),
  };
  const kafka = kafkaGateways(options, services, { control, secured });
  const grpc = new GrpcGateway(
    {
      ...services,
      readiness,
      metrics,
      clock: systemClock,
      onFault: (error, api) => log.error({ err: error, api }, 'call failed unexpectedly'),
      security:
        secured === undefined
          ? undefined
          : {
              authenticator: secured,
              onRefused: (error, address) => log.info({ err: error, address }, 'gRPC call refused'),
            },
    },
    {
      ...DEFAULT_GRPC_OPTIONS,
      host: config.listeners.grpc.host,
      port: ports.grpc,
      credentials: grpcCredentials(config.listeners.grpc.tls),
    },
  );
  if (secured !== undefined) {
    watchUsers(replicas, control, () => {
      for (const gateway of [grpc, ...kafka]) gateway.recheck();
    });
  }
  return [grpc, ...kafka];
}

/** One for each listener for Kafka's clients. */
function kafkaGateways(
  { config, metrics, log, ports }: CoreOptions,
  services: NodeServices,
  { control, secured }: { readonly control: ClusterControl; readonly secured: Authenticator | undefined },
): readonly KafkaGateway[] {
  return kafkaListeners(config).map(({ name, path, listener: { host, tls } }) => {
    const security =
      secured === undefined
        ? undefined
        : { authenticator: secured, lifetimeMs: config.security.sessionLifetimeMs };
    const port = must(ports.kafka.get(name), 'every listener has a port');
    return new KafkaGateway(
      {
        ...services,
        leaders: control.table,
        nodes: control.nodes,
        listener: name,
        security,
        tls: tls === undefined ? undefined : listenerTls(tls, path, log),
        metrics,
        clock: systemClock,
        newUuid: randomUUID,
        onRefused: (error, address) => log.info({ err: error, address }, 'Kafka connection ended'),
        onFault: (error, api) => log.error({ err: error, api }, 'call failed unexpectedly'),
      },
      { ...DEFAULT_KAFKA_OPTIONS, host, port, path },
    );
  });
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

function vitalsOf({ disk, directory, unwell }: CoreOptions): NodeVitals {
  const { totalBytes, freeBytes } = disk.state();
  return {
    diskTotalBytes: totalBytes,
    diskFreeBytes: freeBytes,
    rssBytes: process.memoryUsage.rss(),
    durable: directory.store.durable(),
    version: VERSION,
    features: FEATURES,
    unwell: unwell(),
  };
}

function clusterDetail(heard: boolean, listed: boolean): string {
  if (!heard) return 'waiting for the metadata of the cluster';
  return listed ? 'the metadata is known' : 'waiting to be listed among the nodes of the cluster';
}

/** Keeps the health book and the metrics true until the node closes. */
function watchHealth(options: CoreOptions, { record, replicas, control }: Served): void {
  const { health, metrics, disk, closers } = options;
  let leaderSeenMs = Number.NEGATIVE_INFINITY;
  const check = (): void => {
    const nowMs = systemClock.monotonicMs();
    const known = control.catalog.machine.clusterId !== undefined;
    const leader = control.table.leaderOf(METADATA_GROUP);
    if (leader !== undefined) leaderSeenMs = nowMs;
    const heard = known && leaderSeenMs > Number.NEGATIVE_INFINITY;
    // A node that is not in the catalog yet is given no replicas, and streams that need it are refused.
    const listed = heard && control.catalog.machine.node(record.node) !== undefined;
    health.set({ name: 'cluster', concerns: 'all', ok: listed, detail: clusterDetail(heard, listed) });
    const silent = nowMs - leaderSeenMs > METADATA_SILENCE_MS;
    const quorum =
      leader === undefined ? 'the metadata group has no leader' : `node ${leader.node} leads the metadata`;
    health.set({
      name: 'quorum',
      concerns: 'write',
      ok: !silent,
      detail: silent ? quorum : 'the metadata group answers',
    });
    // Drained nodes go on as followers and are ready for a restart to go by: a fact, and no failure.
    const mode = known ? control.catalog.machine.node(record.node)?.mode : undefined;
    if (mode !== undefined) {
      const drained = mode === 'normal' ? '' : `, leads ${control.nodes.own().leading} groups`;
      health.set({ name: 'mode', concerns: 'all', ok: true, detail: `${mode}${drained}` });
    }
    if (listed) health.started();
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
