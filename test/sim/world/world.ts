/**
 * One seed's world: nodes, network, clients, operator and faults around the real stack, with the observer at its doors. Whatever goes wrong
 * first ends the run.
 */
import {
  type GroupId,
  groupId,
  type NodeId,
  nodeId,
  nodeOf,
  type Random,
  SeededRandom,
} from '@flowmesh/base';
import type { StreamMachine } from '@flowmesh/engines';
import { allCheckers } from '../check/checkers.ts';
import type { SeenState } from '../check/checker.ts';
import { StreamHistory } from '../check/history.ts';
import { compareDigest } from '../check/machine-checks.ts';
import { type GroupModel, Model } from '../check/model.ts';
import { Observer, reporting } from '../check/observer.ts';
import { SimNetwork } from '../network/sim-network.ts';
import { MachineClock } from '../time/node-clock.ts';
import type { SimEvent } from '../time/event-queue.ts';
import { type EventOwner, VirtualTime } from '../time/virtual-time.ts';
import type { Trace } from '../trace.ts';
import { type ClientWorld, Producer, Reader } from './client.ts';
import { Faults, type FaultWorld } from './faults.ts';
import { NodeProcess, type ProcessHooks } from './node-process.ts';
import { Operator, type OperatorWorld } from './operator.ts';
import { drawProfile, type Profile, type ProfileName } from './profile.ts';
import { type NodeWorld, SimNode } from './sim-node.ts';

/** Every so many events the costlier checks look at the node whose turn it was. */
const SAMPLE_EVERY = 64;
const READ_EVERY_MS = 180;

export class World implements ClientWorld, OperatorWorld, FaultWorld, NodeWorld {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly profile: Profile;
  readonly network: SimNetwork;
  readonly model = new Model();
  readonly observer: Observer;
  readonly operator: Operator;
  readonly faults: Faults;
  readonly producers: Producer[] = [];
  readonly histories = new Map<GroupId, StreamHistory>();
  /** The first thing that went wrong. */
  failure: unknown;
  private readonly trace: Trace;
  private readonly seed: number;
  private readonly members: SimNode[] = [];
  private nextNode = 1;

  constructor(seed: number, profile: ProfileName, trace: Trace) {
    this.seed = seed;
    this.trace = trace;
    this.random = this.generator(0);
    this.profile = drawProfile(profile, this.generator(1));
    this.time = new VirtualTime(this.generator(2));
    this.network = new SimNetwork(this.time, this.generator(3));
    const checkers = allCheckers((group) => this.history(group));
    this.observer = reporting(new Observer(this.model, checkers), (error) => this.failed(error));
    this.time.afterEvent = (owner, event) => this.afterEvent(owner, event);
    for (let i = 0; i < this.profile.nodes; i++) this.addNode();
    this.operator = new Operator(this);
    for (let group = 1; group <= this.profile.groups; group++) this.found(groupId(group));
    this.faults = new Faults(this);
  }

  // ---- nodes

  nodes(): readonly SimNode[] {
    return this.members;
  }

  process(node: NodeId): NodeProcess | undefined {
    return this.members.find((member) => member.id === node)?.process;
  }

  processes(): readonly NodeProcess[] {
    const processes: NodeProcess[] = [];
    for (const member of this.members) if (member.process !== undefined) processes.push(member.process);
    return processes;
  }

  newProcess(node: SimNode, hooks: ProcessHooks): NodeProcess {
    return new NodeProcess({
      node: node.id,
      name: node.name,
      time: this.time,
      random: this.generator(100 + node.id * 1_000 + this.random.below(1_000)),
      disk: node.disk,
      clock: node.clock,
      network: this.network,
      directory: {
        transportOf: (peer) => this.process(peer)?.transport,
        pullBreakShare: () => (this.faults.ended ? 0 : this.profile.pullBreakShare),
      },
      observer: this.observer,
      profile: this.profile,
      hooks,
    });
  }

  processEnded(node: SimNode, process: NodeProcess): void {
    this.network.detach(node.id);
    this.observer.processEnded(node.id);
    for (const other of this.processes()) other.run('bulk-close', () => other.transport.release(process));
  }

  replaceNode(lost: SimNode): SimNode {
    lost.abandon();
    this.members.splice(this.members.indexOf(lost), 1);
    this.observer.retire(lost.id);
    const fresh = this.addNode();
    this.operator.replaceNode(lost.id, fresh.id);
    return fresh;
  }

  givenUp(node: SimNode): void {
    if (this.members.includes(node)) this.replaceNode(node);
  }

  damaged(node: SimNode, group: GroupId): void {
    const member = this.operator.wanted.get(group)?.find((wanted) => nodeOf(wanted) === node.id);
    if (member === undefined) return;
    this.operator.replace(group, member, node.id);
  }

  // ---- streams

  trim(group: GroupId): void {
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

  history(group: GroupModel): StreamHistory {
    let history = this.histories.get(group.id);
    if (history === undefined) {
      history = new StreamHistory(group.id);
      this.histories.set(group.id, history);
    }
    return history;
  }

  private found(group: GroupId): void {
    const nodes = this.members.map((node) => node.id);
    const first = this.random.below(nodes.length);
    const chosen = nodes
      .map((_, i) => nodes[(first + i) % nodes.length] as NodeId)
      .slice(0, this.profile.replicas);
    this.operator.found(group, chosen);
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

  run(untilMs: number, stop: () => boolean = () => false): void {
    try {
      this.time.run(untilMs, () => this.failure !== undefined || stop());
    } catch (error) {
      this.failed(error);
    }
  }

  private afterEvent(owner: EventOwner | undefined, event: SimEvent): void {
    this.trace.mix(Math.round(event.at * 1_000));
    if (!(owner instanceof NodeProcess) || !owner.alive || owner.replicas === undefined) return;
    this.trace.mix(owner.node);
    // In the middle of a turn the core is ahead of what it has handed out.
    if (owner.turnEndPlanned || owner.turnTasks.length > 0) return;
    const sample = this.time.events % SAMPLE_EVERY === 0;
    for (const replica of owner.replicas.all()) {
      const before = this.model.replica(replica.group, replica.member);
      if (before.removing) continue;
      const { term, commit, applied, serving, leader } = replica;
      const role = leader === replica.member ? 'leader' : 'follower';
      if (
        !before.running ||
        before.term !== term ||
        before.commit !== commit ||
        before.applied !== applied ||
        before.serving !== serving ||
        before.role !== role
      ) {
        const machine = replica.machine as StreamMachine;
        const { endOffset, logStartOffset } = machine;
        const state: SeenState = {
          term,
          commit,
          applied,
          serving,
          role,
          endOffset,
          logStartOffset,
          conf: replica.configuration,
        };
        if (before.role !== role || before.serving !== serving) {
          this.note(owner.name, `group ${replica.group}: ${serving ? 'serving' : role} in term ${term}`);
        }
        this.observer.saw(replica, state);
        if (applied % 32 === 0) compareDigest(before.group, before.name, applied, machine.digest());
      }
      if (sample) this.observer.sampled(replica);
    }
  }

  private addNode(): SimNode {
    const id = nodeId(this.nextNode++);
    const drift = (this.random.unit() * 2 - 1) * this.profile.clockDrift;
    const node = new SimNode(this, id, new MachineClock(1 + drift));
    this.members.push(node);
    node.restartAfter(this.random.unit() * 100);
    return node;
  }

  private generator(stream: number): Random {
    return new SeededRandom(this.seed * 4_096 * 1_024 + stream);
  }
}
