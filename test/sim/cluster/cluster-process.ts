/**
 * One process of a node with cluster control: founds or joins the cluster over the simulated network, then runs the real catalog,
 * reconciler and gossip beside its replicas. The order of its life is that of the composition root.
 *
 *   directory open ─► (new: founded or admitted ─► settled) ─► replicas recovered ─► cluster control ─► knows its peers ─► running
 */
import { FlowError, isFlowError, METADATA_GROUP, type NodeId, type Random } from '@flowmesh/base';
import { type FeatureRange, makeMachine, type NodeIntroduction } from '@flowmesh/engines';
import { type LogStore, openLogStore } from '@flowmesh/storage';
import { ClusterControl } from '../../../packages/broker/src/cluster/cluster-control.ts';
import type { NodeVitals } from '../../../packages/broker/src/cluster/control-options.ts';
import type { ClusterLog } from '../../../packages/broker/src/cluster/cluster-log.ts';
import type { PeerDesk } from '../../../packages/broker/src/cluster/discovery/peer-desk.ts';
import type { PeerDiscovery } from '../../../packages/broker/src/cluster/discovery/peer-finder.ts';
import { PeerLivesRecord } from '../../../packages/broker/src/cluster/lives-record.ts';
import { letGo } from '../../../packages/broker/src/cluster/let-go.ts';
import type { MembershipRecord } from '../../../packages/broker/src/cluster/membership-record.ts';
import type { NodeDirectory } from '../../../packages/broker/src/cluster/node-directory.ts';
import { isFirstFounder, metadataBootstrap } from '../../../packages/broker/src/cluster/settle.ts';
import { NodeReplicas } from '../../../packages/broker/src/replica/replica-manager.ts';
import { PeerLives } from '../../../packages/broker/src/transport/peer-lives.ts';
import { observeLogStore } from '../check/observed-store.ts';
import type { Observer } from '../check/observer.ts';
import { SimEngine } from '../disk/sim-engine.ts';
import type { SimDisk } from '../disk/sim-disk.ts';
import { SimWatermark } from '../disk/sim-watermark.ts';
import { PeerCalls } from '../network/peer-calls.ts';
import { addressOf, ListedPeers } from '../network/peer-view.ts';
import { SimCalls } from '../network/sim-calls.ts';
import type { Place, SimNetwork } from '../network/sim-network.ts';
import { SimTransport, type TransportDirectory } from '../network/sim-transport.ts';
import type { SimEvent } from '../time/event-queue.ts';
import { type MachineClock, NodeClock } from '../time/node-clock.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import { limitsOf } from '../world/node-process.ts';
import type { Profile } from '../world/profile.ts';
import type { ProcessHooks, SimProcess } from '../world/sim-process.ts';
import { StreamFront } from '../world/stream-front.ts';
import { openSimDirectory } from './sim-directory.ts';
import { randomUuid } from './random-uuid.ts';
import { type ClusterSettings, SimPlace } from './sim-place.ts';

const DISK_BYTES = 1 << 30;

export interface ClusterProcessParts {
  readonly place: Place;
  readonly name: string;
  readonly rack: string;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly clock: MachineClock;
  readonly network: SimNetwork;
  readonly directory: TransportDirectory;
  readonly observer: Observer;
  readonly profile: Profile;
  readonly hooks: ProcessHooks;
  readonly settings: ClusterSettings;
  /** What the build on its machine knows. */
  readonly features: FeatureRange;
  /** The disk that is in the machine. */
  disk(): SimDisk;
  setAside(lost: SimDisk, reason: FlowError): void;
  readonly quarantinedBefore: boolean;
  /** Whether its disk is a copy that nobody is to hear. */
  shadow(): boolean;
  /** A process heard a shadow of `node`. */
  heardShadow(process: ClusterProcess, node: NodeId): void;
  /** The process that runs on another machine. */
  processAt(place: Place): ClusterProcess | undefined;
  /** It has its place in the cluster. */
  settled(process: ClusterProcess, node: NodeId, uuid: string): void;
}

/** A node with its place in the cluster. */
interface Placed {
  readonly record: MembershipRecord;
  readonly desk: PeerDesk;
  readonly discovery: PeerDiscovery;
}

const UNSEEN = { sending: () => undefined };

export class ClusterProcess implements SimProcess {
  readonly name: string;
  readonly place: Place;
  readonly clock: NodeClock;
  readonly front: StreamFront;
  alive = true;
  /** Nothing that it does counts. */
  shadow = false;
  pausedUntil = 0;
  backlog: SimEvent[] = [];
  turnTasks: (() => void)[] = [];
  turnEndPlanned = false;
  /** Undefined while it belongs to no cluster. */
  node: NodeId | undefined;
  transport: SimTransport | undefined;
  replicas: NodeReplicas | undefined;
  control: ClusterControl | undefined;
  /** Undefined until its directory is open. */
  desk: PeerDesk | undefined;
  private readonly parts: ClusterProcessParts;
  private readonly calls: PeerCalls;

  constructor(parts: ClusterProcessParts) {
    this.parts = parts;
    this.name = parts.name;
    this.place = parts.place;
    this.clock = new NodeClock(parts.time, parts.clock, this);
    this.front = new StreamFront(this.clock);
    this.calls = new PeerCalls({
      place: parts.place,
      calls: new SimCalls({ ...parts, client: { place: parts.place, owner: this } }),
      scheduler: this.clock,
      processAt: (place) => parts.processAt(place),
      reachable: (a, b) => parts.directory.reachable(a, b),
    });
  }

  get features(): FeatureRange {
    return this.parts.features;
  }

  get owner(): this {
    return this;
  }

  start(): void {
    this.run('start', () => {
      this.boot().catch((error: unknown) => {
        const { hooks } = this.parts;
        if (!isFlowError(error)) hooks.broken(error);
        else if (error.code === 'STORAGE_IO' || error.code === 'DISK_FULL') hooks.fatal(error);
        else hooks.broken(error);
      });
    });
  }

  run(label: string, task: () => void, delayMs = 0): void {
    this.parts.time.after(delayMs, this, label, task);
  }

  // ---- life

  private async boot(): Promise<void> {
    const { parts } = this;
    const directory = await openSimDirectory({
      disk: () => parts.disk(),
      openStore: (disk) => this.openStore(disk),
      setAside: (lost, reason) => parts.setAside(lost, reason),
      quarantinedBefore: parts.quarantinedBefore,
      newUuid: () => randomUuid(parts.random),
    });
    const introduction: NodeIntroduction = {
      uuid: directory.uuid,
      addresses: { peer: addressOf(parts.place), grpc: `m${parts.place}:9`, http: '' },
      rack: parts.rack,
      version: 'sim',
      features: parts.features,
    };
    const place = new SimPlace({
      place: parts.place,
      settings: parts.settings,
      directory,
      introduction,
      calls: this.calls,
      clock: this.clock,
      scheduler: this.clock,
      random: parts.random,
      log: this.log(),
    });
    this.desk = place.desk;
    await this.runNode(directory, introduction, {
      record: await place.take(),
      desk: place.desk,
      discovery: place.discovery,
    });
  }

  private async openStore(disk: SimDisk): Promise<LogStore> {
    const { time, random, hooks, profile, observer } = this.parts;
    // Recovery of the engine ends with everything that it found being durable.
    disk.sync();
    const onBroken = (): void => hooks.fatal(new FlowError('STORAGE_IO', 'the simulated disk failed'));
    const engine = new SimEngine({ time, random, disk, owner: this, hooks: { onBroken } });
    const watermark = new SimWatermark({ time, random, disk, owner: this });
    const store = await openLogStore(engine, watermark, { tailBytesMax: profile.tailBytesMax });
    this.shadow = this.parts.shadow();
    return this.shadow ? store : observeLogStore(store, observer);
  }

  private async runNode(
    directory: NodeDirectory,
    introduction: NodeIntroduction,
    { record, desk, discovery }: Placed,
  ): Promise<void> {
    const { parts } = this;
    const { node } = record;
    this.node = node;
    parts.settled(this, node, directory.uuid);
    const session = randomUuid(parts.random);
    const identity = {
      clusterId: record.clusterId,
      node,
      uuid: directory.uuid,
      session,
      starts: directory.starts,
      recovered: directory.store.recovered,
    };
    const starts = await PeerLivesRecord.open(directory.store, this.log());
    const lives = new PeerLives({ remembered: starts.remembered, remember: (seen) => starts.save(seen) });
    const view = new ListedPeers(parts.place, identity, {
      features: parts.features,
      level: () => this.control?.catalog.machine.featureLevel ?? 0,
      lives,
      letGo: (other) => letGo(this.control?.catalog.machine, other),
      shadow: this.shadow,
      onShadow: (heard) => parts.heardShadow(this, heard),
    });
    const witness = this.shadow ? UNSEEN : parts.observer;
    const transport = new SimTransport({ ...parts, node, owner: this, witness, view });
    const replicas = this.manager(node, directory.store, transport);
    await replicas.start();
    if (!this.shadow) parts.observer.openedAll(node, directory.store.groups());
    this.replicas = replicas;
    const control = new ClusterControl({
      record,
      introduction,
      discovery,
      joinTokenRequired: parts.settings.token !== undefined,
      initialMembers: parts.settings.founders.map((place) => founderAddresses(place)),
      replicas,
      transport,
      store: directory.store,
      clock: this.clock,
      scheduler: this.clock,
      log: this.log(),
      troubles: () => [],
      vitals: () => this.vitals(directory.store.durable()),
      told: (uuid, durable) => lives.told(uuid, durable),
      replicaLagTimeMaxMs: limitsOf(parts.profile).lagTimeMaxMs,
      fatal: (error) => parts.hooks.fatal(error),
    });
    this.transport = transport;
    const disowned = (error: FlowError): void => {
      if (error.code === 'AMNESIA') directory.condemn(error.message);
      parts.hooks.fatal(error);
    };
    transport.start(handlerOf(replicas, control, disowned));
    if (replicas.get(METADATA_GROUP) === undefined) {
      const bootstrap = metadataBootstrap(record);
      await replicas.create(bootstrap, isFirstFounder(record, node) ? bootstrap.member : undefined);
    }
    if (!record.created) await control.metadataCreated();
    control.start();
    this.control = control;
    desk.joins = (ask) => control.joins.handle(ask);
    desk.heard = (ask) => control.finder?.heard(ask);
    desk.knows = (ask) => control.knows(ask);
    desk.know(() => control.peerAddresses());
    parts.hooks.note(`node ${node} runs with ${directory.store.groups().length} groups`);
  }

  private manager(node: NodeId, store: LogStore, transport: SimTransport): NodeReplicas {
    const { parts } = this;
    const { hooks, observer, profile } = parts;
    const replicas = new NodeReplicas({
      node,
      store,
      transport,
      clock: this.clock,
      scheduler: this.clock,
      random: parts.random,
      limits: limitsOf(profile),
      tickMs: profile.tickMs,
      snapshotFetchesMax: 2,
      log: this.log(),
      machineFor: (group, kind) => {
        const machine = makeMachine(kind);
        if (!this.shadow) observer.watch(node, group, machine);
        return machine;
      },
      diskFull: () => parts.disk().full,
      fatal: (error) => hooks.fatal(error),
    });
    replicas.addListener({
      onServing: (replica, term) => {
        if (replica.group !== METADATA_GROUP) this.front.serving(replica, term);
      },
      onStopServing: (replica) => this.front.stopped(replica),
      onApplied: (replica) => this.front.applied(replica),
      onFailed: (replica, error) => hooks.replicaFailed(replica.group, error),
    });
    return replicas;
  }

  private vitals(durable: number): NodeVitals {
    const { profile, features } = this.parts;
    const { full } = this.parts.disk();
    return {
      diskTotalBytes: DISK_BYTES,
      diskFreeBytes: full ? 0 : DISK_BYTES / 2,
      rssBytes: profile.recordBytesMax,
      durable,
      version: 'sim',
      features,
      unwell: full ? 'disk full' : undefined,
    };
  }

  private log(): ClusterLog {
    const { hooks } = this.parts;
    const line = (fields: object, message: string): void => hooks.note(`${message}: ${words(fields)}`);
    return { debug: () => undefined, info: line, warn: line, error: line };
  }
}

function handlerOf(
  replicas: NodeReplicas,
  control: ClusterControl,
  onDisowned: (error: FlowError) => void,
): Parameters<SimTransport['start']>[0] {
  return {
    onMessages: (from, messages) => replicas.onMessages(from, messages),
    onHealth: (from, payload) => control.gossip.onHealth(from, payload),
    onPeerUp: (peer) => control.peerUp(peer),
    onPeerDown: (peer) => {
      replicas.onPeerDown(peer);
      control.peerDown(peer);
    },
    onDisowned,
    onUnreachable: (group, to) => replicas.onUnreachable(group, to),
    openSnapshot: (pull) => replicas.openSnapshot(pull),
    onForward: (command) => control.catalog.onForward(command),
  };
}

function founderAddresses(place: Place) {
  return { id: place, peerAddress: addressOf(place), grpcAddress: `m${place}:9`, httpAddress: '' };
}

function words(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) => (isFlowError(value) ? value.message : value));
}
