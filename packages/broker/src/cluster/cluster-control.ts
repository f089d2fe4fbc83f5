/**
 * Cluster control of one node, put together: who leads what, the catalog and how to change it, the replicas this node has to have, the
 * peers it talks to, and who may join.
 */
import {
  type Clock,
  type GroupId,
  isFlowError,
  METADATA_GROUP,
  type NodeId,
  type Scheduler,
} from '@flowmesh/base';
import {
  type CatalogCommand,
  FEATURES,
  type NodeIntroduction,
  type Reply,
  StreamMachine,
} from '@flowmesh/engines';
import * as limits from '../config/limits.ts';
import type { Replica, ReplicaListener, ReplicaManager } from '../replica/replica-api.ts';
import type { NodeReport } from '../services/ports.ts';
import type { Transport } from '../transport/transport.ts';
import { CatalogClient } from './catalog-client.ts';
import type { ClusterLog } from './cluster-log.ts';
import { type PeerDiscovery, PeerFinder } from './discovery/peer-finder.ts';
import { HealthGossip } from './health-gossip.ts';
import { JoinHandler } from './join-handler.ts';
import type { InitialMemberAddress } from './admission.ts';
import { LeaderTable } from './leader-table.ts';
import { MemberDriver } from './member-driver.ts';
import { type MembershipRecord, writeMembership, type RecordStore } from './membership-record.ts';
import { NodeReports } from './node-reports.ts';
import { PeerBook } from './peer-book.ts';
import { Reconciler } from './reconciler.ts';

export interface FounderAddresses extends InitialMemberAddress {
  readonly grpcAddress: string;
  readonly httpAddress: string;
}

export interface ClusterControlOptions {
  readonly record: MembershipRecord;
  readonly introduction: NodeIntroduction;
  /** Addresses of the founders as configured; only the first metadata leader needs them. */
  readonly initialMembers: readonly FounderAddresses[];
  /** Undefined where addresses of peers never change. */
  readonly discovery: PeerDiscovery | undefined;
  /** Where this node founds the cluster: nodes that join it have to show a token. */
  readonly joinTokenRequired: boolean;
  readonly replicas: ReplicaManager;
  readonly transport: Transport;
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  readonly troubles: () => readonly string[];
  readonly vitals: () => NodeVitals;
}

/** How the process and its disk are. */
export interface NodeVitals {
  readonly diskTotalBytes: number;
  readonly diskFreeBytes: number;
  readonly rssBytes: number;
  readonly version: string;
  readonly features: { readonly min: number; readonly max: number };
  /** Why this node should not lead: its disk is full or slow. */
  readonly unwell: string | undefined;
}

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
  private readonly options: ClusterControlOptions;
  private readonly reconciler: Reconciler;
  readonly finder: PeerFinder | undefined;
  private readonly book: PeerBook;
  private readonly lifetime = new AbortController();
  private readonly startedMs: number;
  private record: MembershipRecord;
  private initialising: Promise<void> | undefined;

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
      peers: () => this.record.peers.map((peer) => peer.node),
      limits: {
        proposeTimeoutMs: limits.METADATA_PROPOSE_TIMEOUT_MS,
        attemptTimeoutMs: limits.METADATA_ATTEMPT_TIMEOUT_MS,
        retryMs: limits.METADATA_RETRY_MS,
        proposalsMax: limits.METADATA_PROPOSALS_MAX,
      },
    });
    this.table = new LeaderTable({
      self,
      clock,
      connected,
      expiryMs: limits.HEALTH_EXPIRY_MS,
      grpcAddressOf: (node) => this.catalog.machine.node(node)?.addresses.grpc,
    });
    this.nodes = new NodeReports({ self, clock, connected, own: () => this.ownReport() });
    this.gossip = this.createGossip(self);
    this.reconciler = this.createReconciler(self);
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
    this.gossip.start();
    this.reconciler.start();
    this.book.start();
    this.book.follow(this.catalog.machine);
    this.finder?.start();
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
    this.gossip.stop();
    await this.initialising;
    await this.reconciler.stop();
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
    if (replica.group === METADATA_GROUP) this.book.follow(this.catalog.machine);
  }

  onServing(replica: Replica): void {
    if (replica.group !== METADATA_GROUP) return;
    this.initialising ??= this.initialise().finally(() => {
      this.initialising = undefined;
    });
  }

  /** The first metadata leader writes down who founded the cluster. Repeating it changes nothing. */
  private async initialise(): Promise<void> {
    const { record, initialMembers, log, clock } = this.options;
    if (this.catalog.machine.clusterId !== undefined || record.founders.length === 0) return;
    const nodes = record.founders.map((founder) => {
      const configured = initialMembers.find((member) => member.id === founder.node);
      const { services } = founder;
      const grpc = configured?.grpcAddress ?? services?.grpc ?? founder.address;
      const http = configured?.httpAddress ?? services?.http ?? '';
      const addresses = { peer: founder.address, grpc, http };
      return { id: founder.node, uuid: founder.uuid, addresses, rack: '' };
    });
    const { clusterId } = record;
    try {
      const requestId = `init-${clusterId}`.slice(0, 64);
      const reply = await this.propose({
        kind: 'init-cluster',
        requestId,
        timeMs: clock.wallMs(),
        clusterId,
        nodes,
        featureLevel: FEATURES.max,
        config: { 'join.token.required': String(this.options.joinTokenRequired) },
      });
      if (reply.ok) log.info({ cluster: clusterId, nodes: nodes.map((node) => node.id) }, 'cluster founded');
      else log.error({ err: reply.error }, 'cluster could not be founded');
    } catch (error) {
      if (!isFlowError(error)) throw error;
      log.warn({ err: error }, 'cluster not founded yet: the next metadata leader tries again');
    }
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
      clock,
      scheduler,
      log,
      intervalMs: discovery.intervalMs,
      pauseMs: limits.PEER_FINDER_PAUSE_MS,
      concurrency: limits.PEER_FINDER_CONCURRENCY,
    });
  }

  private createGossip(self: NodeId): HealthGossip {
    const { replicas, transport, scheduler, log, troubles } = this.options;
    return new HealthGossip({
      self,
      replicas,
      table: this.table,
      nodes: this.nodes,
      broadcast: (payload) => transport.broadcastHealth(payload),
      scheduler,
      summarise,
      troubles,
      scanIntervalMs: limits.HEALTH_SCAN_INTERVAL_MS,
      scansPerRefresh: Math.ceil(limits.HEALTH_REFRESH_INTERVAL_MS / limits.HEALTH_SCAN_INTERVAL_MS),
      onMalformed: (from, error) => log.warn({ from, err: error }, 'health message refused'),
    });
  }

  private createReconciler(self: NodeId): Reconciler {
    const { replicas, introduction, scheduler, clock, log } = this.options;
    const propose = (command: CatalogCommand) => this.propose(command);
    const driver = new MemberDriver({
      replicas,
      partitionOf: (group) => this.catalog.machine.partitionOfGroup(group),
      propose,
      wallMs: () => clock.wallMs(),
      log,
      changesMax: limits.MEMBER_CHANGES_MAX,
      caughtUpEntriesMax: limits.CAUGHT_UP_ENTRIES_MAX,
    });
    return new Reconciler({
      self,
      introduction,
      catalog: () => this.catalog.machine,
      replicas,
      propose,
      driver,
      scheduler,
      wallMs: () => clock.wallMs(),
      log,
      intervalMs: limits.RECONCILE_INTERVAL_MS,
      concurrency: limits.RECONCILE_CONCURRENCY,
      onRemoved: (group: GroupId) => this.table.forget(group),
    });
  }
}
