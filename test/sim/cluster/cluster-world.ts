/**
 * One seed's cluster: machines on which nodes found or join a cluster, with the real metadata group, placement and membership over the
 * simulated disk, network and clock; an operator that asks for changes, clients, and the faults of the other world.
 */
import {
  type FlowError,
  type GroupId,
  METADATA_GROUP,
  type NodeId,
  nodeOf,
  type Random,
  SeededRandom,
} from '@flowmesh/base';
import { CatalogHistory, catalogChecks } from '../check/catalog-checks.ts';
import { allCheckers } from '../check/checkers.ts';
import { StreamHistory } from '../check/history.ts';
import { type GroupModel, Model } from '../check/model.ts';
import { Observer, reporting } from '../check/observer.ts';
import { watchTurn } from '../check/turn-watch.ts';
import { Violation, violated } from '../check/violation.ts';
import type { DiskCopy, SimDisk } from '../disk/sim-disk.ts';
import { type Place, SimNetwork } from '../network/sim-network.ts';
import type { SimEvent } from '../time/event-queue.ts';
import { MachineClock } from '../time/node-clock.ts';
import { type EventOwner, VirtualTime } from '../time/virtual-time.ts';
import type { Trace } from '../trace.ts';
import { type ClientWorld, Producer, Reader } from '../world/client.ts';
import { Faults, type FaultWorld } from '../world/faults.ts';
import type { Profile, ProfileName } from '../world/profile.ts';
import { type NodeWorld, SimNode } from '../world/sim-node.ts';
import type { ProcessHooks } from '../world/sim-process.ts';
import { ClusterFaults, type TroubledWorld } from './cluster-faults.ts';
import { ClusterOperator, type OperatedWorld } from './cluster-operator.ts';
import { ClusterProcess } from './cluster-process.ts';
import { type ClusterProfile, drawCluster } from './cluster-profile.ts';
import { JOIN_TOKEN } from './operations.ts';
import type { ClusterSettings } from './sim-place.ts';
import { Upgrades, type UpgradedWorld } from './upgrades.ts';
import { leadingCatalog, servingLeader, troubleOf } from './wholeness.ts';

type Machine = SimNode<ClusterProcess>;

/** Machines that all others know where nobody is listed. */
const SEEDS = 2;
const READ_EVERY_MS = 180;
/** Streams of randomness from here on are those of processes, one each: none draws the same uuid as another. */
const FIRST_PROCESS = 100;
/** Machines of clones stand beyond. */
const CLONE_PLACE = 1_000;

export class ClusterWorld
  implements ClientWorld, FaultWorld, NodeWorld<ClusterProcess>, OperatedWorld, TroubledWorld, UpgradedWorld
{
  readonly time: VirtualTime;
  readonly random: Random;
  readonly profile: Profile;
  readonly cluster: ClusterProfile;
  readonly network: SimNetwork;
  readonly model = new Model();
  readonly observer: Observer;
  readonly faults: Faults;
  readonly clusterFaults: ClusterFaults;
  readonly operator: ClusterOperator;
  readonly upgrades: Upgrades;
  readonly commands: CatalogHistory;
  readonly histories = new Map<GroupId, StreamHistory>();
  failure: unknown;
  private readonly clients = new Map<GroupId, { readonly producer: Producer; readonly reader: Reader }>();
  /** Groups whose deletion was asked for. */
  private readonly deserted = new Set<GroupId>();
  private processesStarted = 0;
  private clonesMade = 0;
  private readonly clones = new Set<Machine>();
  private readonly trace: Trace;
  private readonly seed: number;
  private readonly machines: Machine[] = [];
  private readonly quarantined = new Set<Place>();
  /** Machines that have another disk than at first. */
  private readonly emptied = new Set<Place>();
  /** Nodes that came back after they had been let go. */
  private readonly returned = new Set<NodeId>();
  /** Latest metadata revision that each process has shown. */
  private readonly revisions = new WeakMap<ClusterProcess, number>();

  constructor(seed: number, profile: ProfileName, trace: Trace) {
    this.seed = seed;
    this.trace = trace;
    this.random = this.generator(0);
    ({ profile: this.profile, cluster: this.cluster } = drawCluster(profile, this.generator(1)));
    this.time = new VirtualTime(this.generator(2));
    this.network = new SimNetwork(this.time, this.generator(3));
    this.commands = new CatalogHistory(this.model);
    const checkers = [
      ...allCheckers((group) => (group.id === METADATA_GROUP ? NO_RECORDS : this.history(group))),
      catalogChecks(this.commands),
    ];
    this.observer = reporting(new Observer(this.model, checkers), (error) => this.failed(error));
    this.time.afterEvent = (owner, event) => this.afterEvent(owner, event);
    this.upgrades = new Upgrades(this, this.generator(5));
    for (let i = 0; i < this.cluster.founders + this.cluster.early; i++) this.addMachine();
    this.faults = new Faults(this);
    this.operator = new ClusterOperator(this);
    this.clusterFaults = new ClusterFaults(this, this.generator(4));
    const { upgradeEveryMs } = this.cluster;
    if (upgradeEveryMs !== undefined) this.upgrades.start(upgradeEveryMs);
  }

  // ---- machines

  nodes(): readonly Machine[] {
    return this.machines;
  }

  processes(): readonly ClusterProcess[] {
    const processes: ClusterProcess[] = [];
    for (const { process } of this.machines) if (process !== undefined) processes.push(process);
    return processes;
  }

  processAt(place: Place): ClusterProcess | undefined {
    const all = place > CLONE_PLACE ? [...this.clones] : this.machines;
    return all.find((machine) => machine.place === place)?.process;
  }

  addMachine(): void {
    const at = this.machines.length + 1;
    const drift = (this.random.unit() * 2 - 1) * this.profile.clockDrift;
    const machine: Machine = new SimNode(this, { at, name: `m${at}` }, new MachineClock(1 + drift));
    this.machines.push(machine);
    if (this.cluster.upgradeEveryMs !== undefined && at <= this.cluster.founders + this.cluster.early)
      this.upgrades.begin(at);
    machine.restartAfter(this.random.unit() * 100);
  }

  founded(): boolean {
    return leadingCatalog(this) !== undefined;
  }

  addClone(original: Machine, copy: DiskCopy): Machine {
    const clone: Machine = new SimNode(
      this,
      { at: CLONE_PLACE + ++this.clonesMade, name: `${original.name}-clone` },
      new MachineClock(1),
    );
    clone.putBack(copy);
    this.clones.add(clone);
    this.note(clone.name, 'a copy is started beside its original');
    return clone;
  }

  removeClone(clone: Machine): void {
    clone.abandon();
    this.clones.delete(clone);
  }

  disown(machine: Machine): void {
    if (machine.up) machine.crash('kill');
    this.forget(machine.disk);
  }

  mayLose(): boolean {
    return this.faults.mayLose;
  }

  repairing(): void {
    this.faults.repair();
  }

  newProcess(machine: Machine, told: ProcessHooks): ClusterProcess {
    const { place } = machine;
    // A clone that is told to end does.
    const over = (error: FlowError): void => this.note(machine.name, `told ${error.code}`);
    const hooks = this.clones.has(machine) ? { ...told, fatal: over, refused: over } : told;
    return new ClusterProcess({
      place,
      name: machine.name,
      rack: `r${place % this.cluster.racks}`,
      time: this.time,
      random: this.generator(FIRST_PROCESS + this.processesStarted++),
      clock: machine.clock,
      network: this.network,
      directory: {
        transportAt: (at) => this.processAt(at)?.transport,
        reachable: (a, b) => this.clusterFaults.copies.reachable(a, b),
        pullBreakShare: () => (this.faults.ended ? 0 : this.profile.pullBreakShare),
      },
      observer: this.observer,
      profile: this.profile,
      hooks,
      settings: this.settingsOf(place),
      features: this.upgrades.buildOf(place),
      disk: () => machine.disk,
      setAside: (lost, reason) => this.setAside(machine, lost, reason),
      quarantinedBefore: this.quarantined.has(place),
      shadow: () => machine.shadow,
      heardShadow: (by, node) =>
        this.failed(new Violation('identity', `${by.name} hears a copy of node ${node} that it should know`)),
      processAt: (at) => this.processAt(at),
      settled: (_process, node, uuid) => this.note(machine.name, `directory ${uuid} is node ${node}`),
    });
  }

  private settingsOf(place: Place): ClusterSettings {
    const { founders, byNumber, early, spares, tokens } = this.cluster;
    const token = tokens ? JOIN_TOKEN : undefined;
    const all = numbered(founders + early + spares);
    // Whoever comes later only joins: a list of one, or enough new machines among themselves, would found the cluster again.
    const later = place > founders + early || this.emptied.has(place);
    if (byNumber && !later) return { founders: [], expects: founders, seeds: numbered(SEEDS), token };
    const listed = !byNumber && !(founders === 1 && later);
    return { founders: listed ? numbered(founders) : [], expects: undefined, seeds: all, token };
  }

  processEnded(machine: Machine, process: ClusterProcess): void {
    this.network.detach(machine.place);
    if (process.node !== undefined && !process.shadow) this.observer.processEnded(process.node);
    for (const other of this.processes()) {
      other.run('bulk-close', () => other.transport?.release(process));
    }
  }

  givenUp(machine: Machine): void {
    this.failed(new Error(`${machine.name} refused its disk, which should have been set aside`));
  }

  /** Once in a while it is started again as it is; in the end it joins with an empty disk, as a new node. */
  letGo(machine: Machine, error: FlowError): void {
    const node = machine.process?.node;
    if (node === undefined || !this.commands.isGone(node)) {
      this.failed(error);
      return;
    }
    this.time.after(0, undefined, 'exit', () => {
      if (machine.up) machine.crash('kill');
      if (!this.returned.has(node) && this.random.unit() < 0.5) this.returned.add(node);
      else {
        this.empty(machine);
      }
      machine.restartAfter(300 + this.random.unit() * 2_000);
    });
  }

  /** The product finds its own way: the replica asks the metadata group for a successor. */
  damaged(machine: Machine, group: GroupId): void {
    this.note(machine.name, `group ${group} is damaged`);
  }

  private setAside(machine: Machine, lost: SimDisk, reason: FlowError): void {
    this.note(machine.name, `disk set aside: ${reason.code}`);
    if (machine.sound) this.failed(reason);
    this.quarantined.add(machine.place);
    this.forget(lost);
    machine.newDisk();
  }

  private empty(machine: Machine): void {
    this.emptied.add(machine.place);
    this.forget(machine.disk);
    machine.newDisk();
  }

  /** What was on this disk never comes back. */
  private forget(lost: SimDisk): void {
    const node = lost.identity?.node;
    if (node !== undefined) this.observer.retire(node);
  }

  // ---- what the faults ask for

  trouble(): string | undefined {
    return troubleOf(this);
  }

  unsettled(): string | undefined {
    const { busy } = this.operator;
    const trouble = this.trouble() ?? busy;
    if (trouble === undefined) this.leaveDeleted();
    return trouble;
  }

  aLeader(): Machine | undefined {
    const leader = servingLeader(this, this.aGroup());
    return leader === undefined ? undefined : this.machineOf(nodeOf(leader.member));
  }

  holdFaults(forMs: number): void {
    this.faults.hold(forMs);
  }

  producerOf(group: GroupId): Producer | undefined {
    return this.clients.get(group)?.producer;
  }

  wipe(machine: Machine): void {
    this.empty(machine);
    machine.restartAfter(this.random.unit() * 500);
  }

  transfer(): void {
    const leader = servingLeader(this, this.aGroup());
    const to = this.pick(this.machines)?.process?.node;
    if (leader === undefined || to === undefined) return;
    const process = this.machineOf(nodeOf(leader.member))?.process;
    process?.run('transfer', () => leader.transferLeadership(to));
    this.note('operator', `group ${leader.group}: leadership to node ${to}`);
  }

  move(allowed: () => boolean): 'moving' | 'rebuilding' | 'none' {
    if (!allowed()) return 'none';
    this.operator.operate('move');
    return 'moving';
  }

  trim(): void {
    const group = this.aGroup();
    const history = this.histories.get(group);
    const leader = servingLeader(this, group);
    const process = leader === undefined ? undefined : this.machineOf(nodeOf(leader.member))?.process;
    if (history === undefined || process === undefined || history.endOffset === 0) return;
    const offset = this.random.unit() < 0.5 ? history.endOffset : this.random.below(history.endOffset + 1);
    process.run('trim', () => {
      const error = process.front.trim(group, process.replicas, offset);
      this.note(process.name, `group ${group}: trim to ${offset}: ${error?.code ?? 'proposed'}`);
    });
  }

  private aGroup(): GroupId {
    return this.pick([METADATA_GROUP, ...this.clients.keys()]) as GroupId;
  }

  private machineOf(node: NodeId): Machine | undefined {
    return this.machines.find((machine) => machine.process?.node === node);
  }

  pick<T>(choices: readonly T[]): T | undefined {
    return choices.length === 0 ? undefined : choices[this.random.below(choices.length)];
  }

  // ---- streams

  get withoutMetadata(): number {
    return this.clusterFaults.counts.writtenMeanwhile;
  }

  get producers(): readonly Producer[] {
    return [...this.clients.values()].map((client) => client.producer);
  }

  /** A partition was created: clients begin to use it. */
  opened(group: GroupId): void {
    if (this.clients.has(group) || this.deserted.has(group)) return;
    const history = this.history(this.model.group(group));
    const producer = new Producer(this, history, group * 1_000);
    this.clients.set(group, { producer, reader: new Reader(this, history, READ_EVERY_MS) });
  }

  /** A stream may be deleted before its clients hear that it was created. */
  private leaveDeleted(): void {
    const catalog = leadingCatalog(this);
    for (const group of this.clients.keys()) {
      if (catalog?.partitionOfGroup(group) === undefined) this.left(group);
    }
  }

  /** Its deletion was asked for: clients leave. */
  left(group: GroupId): void {
    const client = this.clients.get(group);
    client?.producer.abandon();
    client?.reader.stop();
    this.deserted.add(group);
    this.clients.delete(group);
  }

  private history(group: GroupModel): StreamHistory {
    let history = this.histories.get(group.id);
    if (history === undefined) this.histories.set(group.id, (history = new StreamHistory(group.id)));
    return history;
  }

  // ---- the end

  windDown(): void {
    this.operator.stop();
    this.upgrades.finish();
    this.clusterFaults.stop();
  }

  /** Every copy of the metadata knows what clients were told. */
  finalChecks(): void {
    const catalog = leadingCatalog(this);
    if (catalog === undefined) violated('liveness', 'the metadata group has no leader');
    for (const process of this.processes()) {
      if (process.control !== undefined)
        this.commands.checkTold(process.control.catalog.machine, process.name);
    }
  }

  /** Members of every group, as the metadata want them. */
  members(): ReadonlyMap<GroupId, readonly number[]> {
    const members = new Map<GroupId, readonly number[]>();
    for (const { group, replicas, learners } of leadingCatalog(this)?.partitions() ?? [])
      members.set(group, [...replicas, ...learners]);
    return members;
  }

  // ---- what happens

  note(who: string, what: string): void {
    this.trace.note(this.time.now, who, what);
  }

  failed(error: unknown): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.note('world', `FAILED: ${String(error)}`);
  }

  run(untilMs: number): void {
    try {
      this.time.run(untilMs, () => this.failure !== undefined);
    } catch (error) {
      this.failed(error);
    }
  }

  private afterEvent(owner: EventOwner | undefined, event: SimEvent): void {
    this.trace.mix(Math.round(event.at * 1_000));
    if (!(owner instanceof ClusterProcess) || !owner.alive || owner.replicas === undefined) return;
    this.trace.mix(owner.place);
    if (owner.shadow) return;
    const note = (who: string, what: string): void => this.note(who, what);
    watchTurn(owner, { observer: this.observer, events: this.time.events, note });
    this.checkRevision(owner);
  }

  private checkRevision(process: ClusterProcess): void {
    if (process.control === undefined) return;
    const { revision } = process.control.catalog.machine;
    const before = this.revisions.get(process) ?? 0;
    if (revision < before)
      this.failed(
        new Violation('monotonic', `${process.name}: metadata revision fell from ${before} to ${revision}`),
      );
    this.revisions.set(process, revision);
    const { featureLevel } = process.control.catalog.machine;
    if (featureLevel > process.features.max)
      this.failed(
        new Violation(
          'knows-its-level',
          `${process.name}: level ${featureLevel} is beyond what its build knows`,
        ),
      );
  }

  generator(stream: number): Random {
    return new SeededRandom((this.seed * 4_096 + 2_048) * 1_024 + stream);
  }
}

function numbered(count: number): Place[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

const NO_RECORDS = { applied: () => undefined };
