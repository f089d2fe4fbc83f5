/**
 * Cluster control of one node, put together: who leads what, the catalog and how to change it, the replicas this node has to have, the
 * peers it talks to, and who may join.
 */
import {
  type FlowError,
  type GroupId,
  isFlowError,
  METADATA_GROUP,
  NO_MEMBER,
  type NodeId,
  nodeOf,
  type TimerHandle,
} from '@flowmesh/base';
import { type CatalogCommand, type Reply, StreamMachine } from '@flowmesh/engines';
import * as limits from '../config/limits.ts';
import type { Replica, ReplicaListener } from '../replica/replica-api.ts';
import { nodesBehind } from '../services/cluster/node-features.ts';
import type { ClusterOpsPort, NodeReport } from '../services/ports.ts';
import { CatalogClient } from './catalog-client.ts';
import { ClusterOps } from './cluster-ops.ts';
import type { ClusterControlOptions } from './control-options.ts';
import { PlacementController } from './controller/placement-controller.ts';
import type { IdentifyAsk } from './discovery/identify.ts';
import { type PeerDiscovery, PeerFinder } from './discovery/peer-finder.ts';
import { DamageRecord } from './damage-record.ts';
import { DynamicConfig } from './dynamic-config.ts';
import { foundCluster } from './found-cluster.ts';
import { HealthGossip } from './health-gossip.ts';
import { JoinHandler } from './join-handler.ts';
import { LeaderBalancer } from './leader-balancer.ts';
import { LeaderTable } from './leader-table.ts';
import { letGo } from './let-go.ts';
import { MemberDriver } from './member-driver.ts';
import { type MembershipRecord, writeMembership } from './membership-record.ts';
import { NodeReports } from './node-reports.ts';
import {
  CATALOG_CLIENT_LIMITS,
  CONTROLLER_LIMITS,
  LEADER_BALANCER_LIMITS,
  MEMBER_DRIVER_LIMITS,
} from './part-limits.ts';
import { PeerBook } from './peer-book.ts';
import { Reconciler } from './reconciler.ts';

function summarise(replica: Replica): { logStartOffset: number; highWatermark: number } {
  const { machine } = replica;
  if (!(machine instanceof StreamMachine)) return { logStartOffset: 0, highWatermark: 0 };
  return { logStartOffset: machine.logStartOffset, highWatermark: machine.endOffset };
}

export class ClusterControl implements ReplicaListener {
  readonly table: LeaderTable;
  readonly catalog: CatalogClient;
  readonly joins: JoinHandler;
  readonly gossip: HealthGossip;
  readonly nodes: NodeReports;
  readonly config: DynamicConfig;
  readonly ops: ClusterOpsPort;
  private readonly damages: DamageRecord;
  private readonly driver: MemberDriver;
  private readonly balancer: LeaderBalancer;
  private readonly controller: PlacementController;
  private readonly options: ClusterControlOptions;
  private readonly reconciler: Reconciler;
  readonly finder: PeerFinder | undefined;
  private readonly book: PeerBook;
  private readonly lifetime = new AbortController();
  private readonly startedMs: number;
  private record: MembershipRecord;
  private followed = -1;
  private modes = '';
  private letGo = false;
  private seeking: TimerHandle | undefined;
  private initialising: Promise<void> | undefined;
  private loading: Promise<void> | undefined;

  constructor(options: ClusterControlOptions) {
    this.options = options;
    this.record = options.record;
    this.startedMs = options.clock.monotonicMs();
    const { record, replicas, transport, clock, scheduler, log } = options;
    const self = record.node;
    const connected = (node: NodeId) => transport.connected(node);
    this.catalog = new CatalogClient({
      self,
      replicas,
      forward: (node, command, signal) => transport.forward(node, command, signal),
      clock,
      scheduler,
      connected,
      peers: () => this.book.peers().map((peer) => peer.node),
      introduced: (peer) => this.book.introduced(peer),
      behind: (level) => nodesBehind(this.catalog.machine, this.nodes, level),
      limits: CATALOG_CLIENT_LIMITS,
    });
    this.table = new LeaderTable({
      self,
      clock,
      connected,
      expiryMs: limits.HEALTH_EXPIRY_MS,
      grpcAddressOf: (node) => this.catalog.machine.node(node)?.addresses.grpc,
    });
    this.damages = new DamageRecord(options.store, log);
    this.nodes = new NodeReports({
      self,
      clock,
      connected,
      own: () => this.ownReport(),
      expiryMs: limits.HEALTH_EXPIRY_MS,
      onHeard: (node, { durable }) => {
        const uuid = this.catalog.machine.node(node)?.uuid;
        if (uuid !== undefined) options.told(uuid, durable);
      },
    });
    this.gossip = this.createGossip(self);
    this.config = new DynamicConfig({
      self,
      catalog: () => this.catalog.machine,
      replicaLagTimeMaxMs: options.replicaLagTimeMaxMs,
    });
    this.driver = this.createDriver(self);
    this.reconciler = this.createReconciler(self);
    this.balancer = this.createBalancer(self);
    this.controller = this.createController();
    this.ops = new ClusterOps({
      self,
      replicas,
      catalog: () => this.catalog.machine,
      leaders: this.table,
      nodes: this.nodes,
      config: () => this.config.current(),
      balancer: this.balancer,
      driver: this.driver,
      clock,
      planStepsMax: limits.PLAN_STEPS_MAX,
    });
    this.book = new PeerBook({
      self,
      remembered: record.peers,
      setPeers: (peers) => transport.setPeers(peers),
      connected,
      remember: async (peers) => {
        this.record = { ...this.record, peers };
        await writeMembership(options.store, this.record);
      },
      log,
    });
    this.finder = options.discovery === undefined ? undefined : this.createFinder(self, options.discovery);
    this.joins = new JoinHandler({
      clusterId: record.clusterId,
      founders: record.founders,
      catalog: () => this.catalog.machine,
      propose: (command) => this.propose(command),
      connected,
      wallMs: () => clock.wallMs(),
      log,
    });
  }

  /** The metadata replica exists. Connects to peers and begins to reconcile. */
  start(): void {
    this.options.replicas.addListener(this);
    this.loading = this.damages.load();
    this.gossip.start();
    this.reconciler.start();
    this.balancer.start();
    this.controller.start();
    this.seekLeader();
    this.book.start();
    this.config.onChange(() => this.tune());
    this.followCatalog();
    this.finder?.start();
  }

  /**
   * Without a metadata leader others are asked for it now and then: it may be a node that this copy of the metadata does not know, and that
   * is let in only once somebody has told of it.
   */
  private seekLeader(): void {
    this.seeking = this.options.scheduler.after(limits.METADATA_SEEK_MS, () => {
      const leaderless = this.options.replicas.get(METADATA_GROUP)?.leader === NO_MEMBER;
      const asked = leaderless ? this.catalog.catchUp(this.lifetime.signal) : Promise.resolve();
      asked
        .catch((error: unknown) => {
          if (!isFlowError(error)) throw error;
          this.options.log.debug({ err: error }, 'the metadata leader is still unknown');
        })
        .finally(() => {
          if (!this.lifetime.signal.aborted) this.seekLeader();
        });
    });
  }

  /** Whether the asking node is a member of this cluster, with the directory that it names. */
  knows({ node, uuid }: IdentifyAsk): boolean {
    const known = node === undefined ? undefined : this.catalog.known?.node(node);
    return known?.state === 'active' && known.uuid === uuid;
  }

  /** Where the other nodes of the cluster are dialled. */
  peerAddresses(): readonly string[] {
    const { node } = this.options.record;
    return this.book
      .peers()
      .filter((peer) => peer.node !== node)
      .map((peer) => peer.address);
  }

  async stop(): Promise<void> {
    this.lifetime.abort();
    this.seeking?.cancel();
    this.gossip.stop();
    this.controller.stop();
    this.balancer.stop();
    await this.initialising;
    await this.loading;
    await this.reconciler.stop();
    await this.damages.saved();
    await this.finder?.stop();
    await this.book.stop();
  }

  /** The creation of the metadata replica is on record from now on. */
  async metadataCreated(): Promise<void> {
    this.record = { ...this.record, created: true };
    await writeMembership(this.options.store, this.record);
  }

  peerUp(node: NodeId): void {
    this.nodes.changed(node);
    this.gossip.onPeerUp();
    this.table.nodeChanged(node);
    this.reconciler.kick();
  }

  peerDown(node: NodeId): void {
    this.nodes.changed(node);
    this.table.nodeChanged(node);
  }

  // ---- from replicas

  onApplied(replica: Replica): void {
    if (replica.group === METADATA_GROUP) this.followCatalog();
  }

  onFailed({ group, member }: Replica, { code, message }: FlowError): void {
    if (code !== 'CORRUPTION') return;
    this.damages.note({ group, member, cause: message, atMs: this.options.clock.wallMs() });
  }

  /** What a person should know of this node now, and what it had until the groups concerned are whole again. */
  private troubles(): readonly string[] {
    this.damages.review((group) => this.isWhole(group));
    return [...this.options.troubles(), ...this.damages.troubles()];
  }

  private isWhole(group: GroupId): boolean {
    const partition = this.catalog.machine.partitionOfGroup(group);
    // Without the metadata nothing can be said of any group.
    if (partition === undefined) return this.catalog.machine.clusterId !== undefined;
    if (partition.move !== undefined || this.options.replicas.get(group)?.failure !== undefined) return false;
    const inSync = this.table.summaryOf(group)?.inSync ?? [];
    return partition.replicas.every((member) => inSync.includes(nodeOf(member)));
  }

  private followCatalog(): void {
    const { machine } = this.catalog;
    this.book.follow(machine);
    if (machine.revision === this.followed) return;
    this.followed = machine.revision;
    this.config.follow();
    const modes = machine
      .activeNodes()
      .map(({ id, mode }) => `${id}${mode}`)
      .join();
    if (modes !== this.modes) {
      this.modes = modes;
      this.tune();
      this.balancer.kick();
    }
    this.leaveIfLetGo();
  }

  /** What replicas need to know of the cluster. */
  private tune(): void {
    const { replicaLagTimeMaxMs, moveBytesPerSecond } = this.config.current();
    const draining = new Set<NodeId>();
    for (const { id, mode } of this.catalog.machine.activeNodes()) if (mode !== 'normal') draining.add(id);
    this.options.replicas.tune({
      lagTimeMaxMs: replicaLagTimeMaxMs,
      moveBytesPerSecond: moveBytesPerSecond < 0 ? Number.POSITIVE_INFINITY : moveBytesPerSecond,
      draining,
      givenUp: (group, member) => this.catalog.machine.isTombstoned(group, member),
    });
  }

  /** A node that was removed or replaced has no identity to go on with. */
  private leaveIfLetGo(): void {
    const error = letGo(this.catalog.machine, this.options.record.node);
    if (error === undefined || this.letGo) return;
    this.letGo = true;
    this.options.fatal(error);
  }

  /** Whether another node may be handed leadership. */
  private mayLead(node: NodeId): boolean {
    const known = this.catalog.machine.node(node);
    return (
      known?.state === 'active' &&
      known.mode === 'normal' &&
      this.table.alive(node) &&
      this.nodes.reportOf(node)?.avoidLeading !== true
    );
  }

  /** Why this node is to lead nothing. */
  private reasonToLeave(): string | undefined {
    const mode = this.catalog.machine.node(this.options.record.node)?.mode ?? 'normal';
    return mode === 'normal' ? this.options.vitals().unwell : `this node is ${mode}`;
  }

  onServing(replica: Replica): void {
    if (replica.group !== METADATA_GROUP) return;
    this.initialising ??= foundCluster({
      ...this.options,
      catalog: this.catalog.machine,
      propose: (command) => this.propose(command),
    }).finally(() => {
      this.initialising = undefined;
    });
  }

  private ownReport(): NodeReport {
    const { replicas, clock, vitals } = this.options;
    let storedBytes = 0;
    let leading = 0;
    for (const replica of replicas.all()) {
      storedBytes += replica.store.sizeBytes();
      if (replica.serving) leading++;
    }
    const { unwell, ...rest } = vitals();
    const uptimeMs = Math.floor(clock.monotonicMs() - this.startedMs);
    return { ...rest, avoidLeading: unwell !== undefined, storedBytes, leading, uptimeMs };
  }

  private propose(command: CatalogCommand): Promise<Reply> {
    return this.catalog.propose(command, this.lifetime.signal);
  }

  private createFinder(self: NodeId, discovery: PeerDiscovery): PeerFinder {
    const { record, introduction, transport, clock, scheduler, log } = this.options;
    return new PeerFinder({
      clusterId: record.clusterId,
      uuid: introduction.uuid,
      node: self,
      address: introduction.addresses.peer,
      pool: discovery.pool,
      identify: (address, ask) => discovery.identify(address, ask),
      peers: () => this.book.peers(),
      connected: (node) => transport.connected(node),
      found: (peer) => this.book.found(peer),
      introduced: (peer) => this.book.introduced(peer),
      clock,
      scheduler,
      log,
      intervalMs: discovery.intervalMs,
      pauseMs: limits.PEER_FINDER_PAUSE_MS,
      concurrency: limits.PEER_FINDER_CONCURRENCY,
    });
  }

  private createGossip(self: NodeId): HealthGossip {
    const { replicas, transport, scheduler, log } = this.options;
    return new HealthGossip({
      self,
      replicas,
      table: this.table,
      nodes: this.nodes,
      broadcast: (payload) => transport.broadcastHealth(payload),
      scheduler,
      summarise,
      troubles: () => this.troubles(),
      scanIntervalMs: limits.HEALTH_SCAN_INTERVAL_MS,
      scansPerRefresh: Math.ceil(limits.HEALTH_REFRESH_INTERVAL_MS / limits.HEALTH_SCAN_INTERVAL_MS),
      onMalformed: (from, error) => log.warn({ from, err: error }, 'health message refused'),
    });
  }

  private createDriver(self: NodeId): MemberDriver {
    const { replicas, scheduler, clock, log, transport } = this.options;
    return new MemberDriver({
      replicas,
      moving: () => this.catalog.machine.moving(),
      partitionOf: (group) => this.catalog.machine.partitionOfGroup(group),
      metadata: () => this.catalog.machine.partitionOfGroup(METADATA_GROUP),
      propose: (command) => this.propose(command),
      clock,
      scheduler,
      log,
      changesMax: () => Math.min(limits.MEMBER_CHANGES_MAX, this.config.current().moveConcurrencyPerNode),
      caughtUpEntriesMax: limits.CAUGHT_UP_ENTRIES_MAX,
      connected: (node) => node === self || transport.connected(node),
      mayLead: (node) => this.mayLead(node),
      limits: MEMBER_DRIVER_LIMITS,
    });
  }

  private createReconciler(self: NodeId): Reconciler {
    const { replicas, introduction, scheduler, clock, log } = this.options;
    return new Reconciler({
      self,
      introduction,
      catalog: () => this.catalog.machine,
      replicas,
      propose: (command) => this.propose(command),
      driver: this.driver,
      scheduler,
      wallMs: () => clock.wallMs(),
      log,
      intervalMs: limits.RECONCILE_INTERVAL_MS,
      concurrency: limits.RECONCILE_CONCURRENCY,
      onRemoved: (group: GroupId) => this.table.forget(group),
    });
  }

  private createBalancer(self: NodeId): LeaderBalancer {
    const { replicas, scheduler, clock, log } = this.options;
    return new LeaderBalancer({
      self,
      replicas,
      partitionOf: (group) => this.catalog.machine.partitionOfGroup(group),
      leave: () => this.reasonToLeave(),
      mayLead: (node) => this.mayLead(node),
      upMs: (node) => this.nodes.upMs(node),
      enabled: () => this.config.current().leaderBalancerEnabled,
      clock,
      scheduler,
      log,
      limits: LEADER_BALANCER_LIMITS,
    });
  }

  private createController(): PlacementController {
    const { replicas, scheduler, clock, log } = this.options;
    return new PlacementController({
      catalog: () => this.catalog.machine,
      replicas,
      leaders: this.table,
      nodes: this.nodes,
      config: () => this.config.current(),
      propose: (command) => this.propose(command),
      clock,
      scheduler,
      log,
      limits: CONTROLLER_LIMITS,
    });
  }
}
