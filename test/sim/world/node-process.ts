/**
 * One process of a node: the real log store, replica manager and machines over the simulated engine, network and clock. It ends by
 * being killed; nothing of it outlives that but its disk.
 *
 *   starting ─► running ─► ended
 *      └─ AMNESIA, CORRUPTION ─► refused (the disk must not be used under this identity again)
 */
import { FlowError, isFlowError, type MachineKind, type NodeId, type Random } from '@flowmesh/base';
import type { Machine } from '@flowmesh/engines';
import type { LogStore } from '@flowmesh/storage';
import { openLogStore } from '@flowmesh/storage';
import {
  DEFAULT_REPLICA_LIMITS,
  type ReplicaLimits,
} from '../../../packages/broker/src/replica/replica-env.ts';
import { NodeReplicas } from '../../../packages/broker/src/replica/replica-manager.ts';
import { observeLogStore } from '../check/observed-store.ts';
import type { Observer } from '../check/observer.ts';
import type { SimDisk } from '../disk/sim-disk.ts';
import { SimEngine } from '../disk/sim-engine.ts';
import { SimWatermark } from '../disk/sim-watermark.ts';
import type { SimNetwork } from '../network/sim-network.ts';
import { EVERYBODY, SimTransport, type TransportDirectory } from '../network/sim-transport.ts';
import { type MachineClock, NodeClock } from '../time/node-clock.ts';
import type { SimEvent } from '../time/event-queue.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import type { Profile } from './profile.ts';
import type { ProcessHooks, SimProcess } from './sim-process.ts';
import { StreamFront } from './stream-front.ts';

export interface ProcessParts {
  readonly node: NodeId;
  readonly name: string;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly disk: SimDisk;
  readonly clock: MachineClock;
  readonly network: SimNetwork;
  readonly directory: TransportDirectory;
  readonly observer: Observer;
  readonly profile: Profile;
  readonly hooks: ProcessHooks;
  readonly machine: (kind: MachineKind) => Machine<unknown>;
  /** Its replicas are about to be opened: services listen from the first one on. */
  readonly opening: (process: NodeProcess, replicas: NodeReplicas) => void;
}

export class NodeProcess implements SimProcess {
  readonly node: NodeId;
  readonly name: string;
  readonly clock: NodeClock;
  readonly transport: SimTransport;
  readonly front: StreamFront;
  alive = true;
  pausedUntil = 0;
  backlog: SimEvent[] = [];
  turnTasks: (() => void)[] = [];
  turnEndPlanned = false;
  replicas: NodeReplicas | undefined;
  /** Answers what other nodes ask. */
  onForward: (message: Uint8Array) => Promise<Uint8Array> = () =>
    Promise.reject(new FlowError('UNSUPPORTED', 'no metadata group here'));
  private readonly parts: ProcessParts;

  constructor(parts: ProcessParts) {
    this.parts = parts;
    this.node = parts.node;
    this.name = parts.name;
    this.clock = new NodeClock(parts.time, parts.clock, this);
    this.transport = new SimTransport({
      ...parts,
      place: parts.node,
      owner: this,
      witness: parts.observer,
      view: EVERYBODY,
    });
    this.front = new StreamFront(this.clock);
  }

  start(): void {
    this.run('start', () => {
      this.boot().catch((error: unknown) => {
        const code = isFlowError(error) ? error.code : undefined;
        if (isFlowError(error) && (code === 'AMNESIA' || code === 'CORRUPTION'))
          this.parts.hooks.refused(error);
        else if (isFlowError(error) && (code === 'STORAGE_IO' || code === 'DISK_FULL'))
          this.parts.hooks.fatal(error);
        else this.parts.hooks.broken(error);
      });
    });
  }

  /** Of this machine's disk. */
  get diskFull(): boolean {
    return this.parts.disk.full;
  }

  run(label: string, task: () => void, delayMs = 0): void {
    this.parts.time.after(delayMs, this, label, task);
  }

  private async boot(): Promise<void> {
    const { time, random, disk, hooks, profile } = this.parts;
    // Recovery of the engine ends with everything that it found being durable.
    disk.sync();
    const engine = new SimEngine({
      time,
      random,
      disk,
      owner: this,
      hooks: { onBroken: () => hooks.fatal(new FlowError('STORAGE_IO', 'the simulated disk failed')) },
    });
    const watermark = new SimWatermark({ time, random, disk, owner: this });
    const inner: LogStore = await openLogStore(engine, watermark, { tailBytesMax: profile.tailBytesMax });
    const store = observeLogStore(inner, this.parts.observer);
    const replicas = this.manager(store);
    replicas.addListener({
      onServing: (replica, term) => this.front.serving(replica, term),
      onStopServing: (replica) => this.front.stopped(replica),
      onApplied: (replica) => this.front.applied(replica),
      onFailed: (replica, error) => hooks.replicaFailed(replica.group, error),
    });
    this.parts.opening(this, replicas);
    await replicas.start();
    this.parts.observer.openedAll(this.node, store.groups());
    this.replicas = replicas;
    this.transport.start({
      onMessages: (from, messages) => replicas.onMessages(from, messages),
      onHealth: () => undefined,
      onPeerUp: () => undefined,
      onPeerDown: (node) => replicas.onPeerDown(node),
      onUnreachable: (group, to) => replicas.onUnreachable(group, to),
      openSnapshot: (pull) => replicas.openSnapshot(pull),
      onForward: (message) => this.onForward(message),
    });
    hooks.note(`started with ${store.groups().length} groups`);
  }

  private manager(store: LogStore): NodeReplicas {
    const { random, disk, hooks, profile } = this.parts;
    const log = (fields: Readonly<Record<string, unknown>>, message: string): void => {
      const { group, error } = fields;
      const where = typeof group === 'number' ? `group ${group}: ` : '';
      hooks.note(`${where}${message}${typeof error === 'string' ? `: ${error}` : ''}`);
    };
    return new NodeReplicas({
      node: this.node,
      store,
      transport: this.transport,
      clock: this.clock,
      scheduler: this.clock,
      random,
      limits: limitsOf(profile),
      tickMs: profile.tickMs,
      snapshotFetchesMax: 2,
      log: { info: log, warn: log, error: log },
      machineFor: (group, kind) => {
        const machine = this.parts.machine(kind);
        this.parts.observer.watch(this.node, group, machine);
        return machine;
      },
      diskFull: () => disk.full,
      fatal: (error) => hooks.fatal(error),
    });
  }
}

/** The product's limits, with those that the seed drew. */
export function limitsOf(profile: Profile): ReplicaLimits {
  return {
    ...DEFAULT_REPLICA_LIMITS,
    electionTicks: profile.electionTicks,
    heartbeatTicks: profile.heartbeatTicks,
    appendBytesMax: profile.appendBytesMax,
    inflightMessagesMax: profile.inflightMessagesMax,
    applyBytesMax: profile.applyBytesMax,
    uncommittedBytesMax: profile.uncommittedBytesMax,
    stateFlushEntries: profile.stateFlushEntries,
    logKeepEntries: profile.logKeepEntries,
    trimStepEntries: profile.trimStepEntries,
  };
}
