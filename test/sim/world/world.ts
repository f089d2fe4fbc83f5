/**
 * One seed's world: nodes, network, clients, operator and faults around the real stack, with the observer at its doors. Whatever goes wrong
 * first ends the run.
 */
import {
  type FlowError,
  type GroupId,
  groupId,
  type MachineKind,
  type MemberId,
  type NodeId,
  nodeId,
  nodeOf,
  type Random,
  SeededRandom,
} from '@flowmesh/base';
import { makeMachine } from '@flowmesh/engines';
import { allCheckers } from '../check/checkers.ts';
import { StreamHistory } from '../check/history.ts';
import type { CommandHistory } from '../check/machine-checks.ts';
import { type GroupModel, Model } from '../check/model.ts';
import { Observer, reporting } from '../check/observer.ts';
import { readBack } from '../check/read-back.ts';
import { watchTurn } from '../check/turn-watch.ts';
import { SimNetwork } from '../network/sim-network.ts';
import { MachineClock } from '../time/node-clock.ts';
import type { SimEvent } from '../time/event-queue.ts';
import { type EventOwner, VirtualTime } from '../time/virtual-time.ts';
import type { Trace } from '../trace.ts';
import { type ClientWorld, Producer, Reader } from './client.ts';
import { Faults, type FaultWorld } from './faults.ts';
import { NodeProcess } from './node-process.ts';
import { Operator, type OperatorWorld } from './operator.ts';
import { drawProfile, type Profile, type ProfileName } from './profile.ts';
import { type NodeWorld, SimNode } from './sim-node.ts';
import type { ProcessHooks } from './sim-process.ts';
import type { EndingClient, Traffic } from './traffic.ts';

const READ_EVERY_MS = 180;
/** Traffic is more work than streams: a shorter time of it, so that there are more seeds. */
const TRAFFIC_CHAOS = 0.6;
/** Of groups that are no streams: their own checkers take down what matters. */
const NO_HISTORY: CommandHistory = { applied: () => undefined };

type Node = SimNode<NodeProcess>;

export class World implements ClientWorld, OperatorWorld, FaultWorld, NodeWorld<NodeProcess> {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly profile: Profile;
  readonly network: SimNetwork;
  readonly model = new Model();
  readonly observer: Observer;
  readonly operator: Operator;
  readonly faults: Faults;
  readonly producers: EndingClient[] = [];
  readonly histories = new Map<GroupId, StreamHistory>();
  /** The first thing that went wrong. */
  failure: unknown;
  readonly withoutMetadata = 0;
  private readonly trace: Trace;
  private readonly seed: number;
  private readonly machines: Node[] = [];
  private readonly traffic: Traffic | undefined;
  private nextNode = 1;

  /** Without `traffic`: streams, with producers and readers. */
  constructor(seed: number, profile: ProfileName, trace: Trace, traffic?: (world: World) => Traffic) {
    this.seed = seed;
    this.trace = trace;
    this.random = this.generator(0);
    const drawn = drawProfile(profile, this.generator(1));
    this.profile = traffic === undefined ? drawn : { ...drawn, chaosMs: drawn.chaosMs * TRAFFIC_CHAOS };
    this.time = new VirtualTime(this.generator(2));
    this.network = new SimNetwork(this.time, this.generator(3));
    this.traffic = traffic?.(this);
    const checkers = [
      ...allCheckers((group) => (this.traffic?.has(group.id) === true ? NO_HISTORY : this.history(group))),
      ...(this.traffic?.checkers ?? []),
    ];
    this.observer = reporting(new Observer(this.model, checkers), (error) => this.failed(error));
    this.time.afterEvent = (owner, event) => this.afterEvent(owner, event);
    for (let i = 0; i < this.profile.nodes; i++) this.addNode();
    this.operator = new Operator(this);
    if (this.traffic === undefined) this.foundStreams();
    else {
      this.traffic.begin();
      this.producers.push(...this.traffic.clients);
    }
    this.faults = new Faults(this);
  }

  // ---- nodes

  nodes(): readonly Node[] {
    return this.machines;
  }

  process(node: NodeId): NodeProcess | undefined {
    return this.machines.find((member) => member.place === node)?.process;
  }

  processes(): readonly NodeProcess[] {
    const processes: NodeProcess[] = [];
    for (const member of this.machines) if (member.process !== undefined) processes.push(member.process);
    return processes;
  }

  newProcess(node: Node, hooks: ProcessHooks): NodeProcess {
    return new NodeProcess({
      node: nodeId(node.place),
      name: node.name,
      time: this.time,
      random: this.generator(100 + node.place * 1_000 + this.random.below(1_000)),
      disk: node.disk,
      clock: node.clock,
      network: this.network,
      directory: {
        transportAt: (place) => this.process(nodeId(place))?.transport,
        reachable: () => true,
        pullBreakShare: () => (this.faults.ended ? 0 : this.profile.pullBreakShare),
      },
      observer: this.observer,
      profile: this.profile,
      hooks,
      machine: (kind) => this.traffic?.machine(kind) ?? makeMachine(kind),
      opening: (process, replicas) => this.traffic?.opening(process, replicas),
    });
  }

  processEnded(node: Node, process: NodeProcess): void {
    this.network.detach(node.place);
    this.observer.processEnded(nodeId(node.place));
    for (const other of this.processes()) other.run('bulk-close', () => other.transport.release(process));
  }

  /** A machine with an empty disk in the place of `lost`. */
  wipe(lost: Node): void {
    lost.abandon();
    this.machines.splice(this.machines.indexOf(lost), 1);
    this.observer.retire(nodeId(lost.place));
    const fresh = this.addNode();
    this.operator.replaceNode(nodeId(lost.place), nodeId(fresh.place));
  }

  givenUp(node: Node): void {
    if (this.machines.includes(node)) this.wipe(node);
  }

  letGo(_node: Node, error: FlowError): void {
    this.failed(error);
  }

  damaged(node: Node, group: GroupId): void {
    const member = this.operator.wanted.get(group)?.find((wanted) => nodeOf(wanted) === node.place);
    if (member === undefined) return;
    this.operator.replace(group, member, nodeId(node.place));
  }

  // ---- streams

  trim(): void {
    const group = this.aGroup();
    const history = this.histories.get(group);
    const leader = this.operator.leader(group);
    const process = leader === undefined ? undefined : this.process(nodeOf(leader.member));
    if (history === undefined || process === undefined || history.endOffset === 0) return;
    const offset = this.random.unit() < 0.5 ? history.endOffset : this.random.below(history.endOffset + 1);
    process.run('trim', () => {
      const error = process.front.trim(group, process.replicas, offset);
      this.note(process.name, `group ${group}: trim to ${offset}: ${error?.code ?? 'proposed'}`);
    });
  }

  // ---- what the faults ask for

  trouble(): string | undefined {
    return this.operator.trouble();
  }

  unsettled(): string | undefined {
    return this.trouble() ?? this.traffic?.unsettled();
  }

  /** Members of every group, as they should be. */
  members(): ReadonlyMap<GroupId, readonly MemberId[]> {
    return this.operator.wanted;
  }

  windDown(): void {
    // The operator goes on: it is what makes the cluster whole.
    this.traffic?.windDown();
  }

  proofs(): { readonly left: number } {
    return this.traffic?.proofs() ?? readBack(this);
  }

  finalChecks(): void {
    // Beside what the traffic has to say, the checkers have seen it all.
    this.traffic?.finalChecks();
  }

  aLeader(): Node | undefined {
    const leader = this.operator.leader(this.aGroup());
    if (leader === undefined) return undefined;
    return this.machines.find((node) => node.place === nodeOf(leader.member));
  }

  transfer(): void {
    const group = this.aGroup();
    const leader = this.operator.leader(group);
    const to = this.pick(this.machines);
    if (leader === undefined || to === undefined) return;
    for (const node of this.machines) {
      node.process?.run('transfer', () => {
        if (node.process?.replicas?.get(group) === leader) leader.transferLeadership(nodeId(to.place));
      });
    }
    this.note('operator', `group ${group}: leadership to ${to.name}`);
  }

  /** To a node that has no replica of the group, or to the same node under a new identity. */
  move(allowed: () => boolean): 'moving' | 'rebuilding' | 'none' {
    const group = this.aGroup();
    const members = this.operator.wanted.get(group) ?? [];
    const from = this.pick<MemberId>(members);
    if (from === undefined || !allowed()) return 'none';
    const taken = new Set<number>(members.map((member) => nodeOf(member)));
    const target = this.pick(this.machines.filter((node) => !taken.has(node.place)));
    if (target !== undefined) {
      this.operator.replace(group, from, nodeId(target.place));
      return 'moving';
    }
    if (members.length <= 2) return 'none';
    this.operator.replace(group, from, nodeOf(from));
    return 'rebuilding';
  }

  private aGroup(): GroupId {
    return this.pick([...this.operator.wanted.keys()]) as GroupId;
  }

  private pick<T>(choices: readonly T[]): T | undefined {
    return choices.length === 0 ? undefined : choices[this.random.below(choices.length)];
  }

  history(group: GroupModel): StreamHistory {
    let history = this.histories.get(group.id);
    if (history === undefined) {
      history = new StreamHistory(group.id);
      this.histories.set(group.id, history);
    }
    return history;
  }

  /** A new group on some of the nodes. */
  found(group: GroupId, machine: MachineKind): void {
    const nodes = this.machines.map((node) => nodeId(node.place));
    const first = this.random.below(nodes.length);
    const chosen = nodes
      .map((_, i) => nodes[(first + i) % nodes.length] as NodeId)
      .slice(0, this.profile.replicas);
    this.operator.found(group, chosen, machine);
  }

  private foundStreams(): void {
    for (let group = 1; group <= this.profile.groups; group++) this.foundStream(groupId(group));
  }

  private foundStream(group: GroupId): void {
    this.found(group, 'stream');
    const history = this.history(this.model.group(group));
    for (let i = 0; i < this.profile.producersPerGroup; i++) {
      this.producers.push(new Producer(this, history, group * 1_000 + i));
    }
    for (let i = 0; i < this.profile.readersPerGroup; i++) new Reader(this, history, READ_EVERY_MS);
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
    if (!(owner instanceof NodeProcess) || !owner.alive || owner.replicas === undefined) return;
    this.trace.mix(owner.node);
    const note = (who: string, what: string): void => this.note(who, what);
    watchTurn(owner, { observer: this.observer, events: this.time.events, note });
  }

  private addNode(): Node {
    const at = this.nextNode++;
    const drift = (this.random.unit() * 2 - 1) * this.profile.clockDrift;
    const node = new SimNode(this, { at, name: `n${at}` }, new MachineClock(1 + drift));
    this.machines.push(node);
    node.restartAfter(this.random.unit() * 100);
    return node;
  }

  private generator(stream: number): Random {
    return new SeededRandom(this.seed * 4_096 * 1_024 + stream);
  }
}
