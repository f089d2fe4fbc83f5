/**
 * A small group on fake storage and a fake network, driven by hand. Messages wait in a queue until they are delivered; writes are
 * durable, and committed entries applied, as soon as a member is run (or when asked for, with `holdWrites`).
 */
import { type MemberId, memberId, nodeId, replicaId, SeededRandom } from '@flowmesh/base';
import {
  type ConfState,
  type Entry,
  type Message,
  type PeerMessage,
  RaftNode,
  type RaftConfig,
  type RaftTrace,
  type ReadState,
  type StorageAppend,
} from '@flowmesh/raft';
import { EMPTY_CONF, MemoryLog } from './memory-log.ts';

export function id(node: number): MemberId {
  return memberId({ node: nodeId(node), replica: replicaId(1) });
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function conf(voters: readonly number[], learners: readonly number[] = []): ConfState {
  return { ...EMPTY_CONF, voters: voters.map(id), learners: learners.map(id) };
}

export interface Member {
  readonly id: MemberId;
  node: RaftNode;
  readonly log: MemoryLog;
  readonly applied: Entry[];
  readonly reads: ReadState[];
  readonly traces: RaftTrace[];
  /** Writes that are not durable yet. */
  held: StorageAppend[];
  holdWrites: boolean;
  holdApply: boolean;
  readonly config: Partial<RaftConfig>;
}

export const DEFAULTS = {
  applied: 0,
  electionTicks: 10,
  heartbeatTicks: 1,
  preVote: true,
  checkQuorum: true,
  readOnly: 'quorum',
  appendBytesMax: 1 << 20,
  inflightMessagesMax: 256,
  inflightBytesMax: 1 << 30,
  applyBytesMax: 1 << 20,
  uncommittedBytesMax: 1 << 30,
  proposalForwarding: false,
  restarted: false,
} as const satisfies Partial<RaftConfig>;

export class Cluster {
  readonly members = new Map<number, Member>();
  queue: PeerMessage[] = [];
  /** Decides what arrives. */
  passes: (message: PeerMessage) => boolean = () => true;

  constructor(nodes: readonly number[], config: Partial<RaftConfig> = {}, initial: ConfState = conf(nodes)) {
    for (const node of nodes) this.add(node, initial, config);
  }

  add(node: number, initial: ConfState, config: Partial<RaftConfig> = {}): Member {
    const log = new MemoryLog();
    log.conf = initial;
    // As storage founds a group: its log starts behind a base, so that whoever joins later gets the configuration first.
    if (initial.voters.length > 0 && config.applied !== undefined)
      log.base = { index: config.applied, term: 1 };
    const traces: RaftTrace[] = [];
    const member: Member = {
      id: id(node),
      log,
      node: this.build(node, log, traces, config),
      applied: [],
      reads: [],
      traces,
      held: [],
      holdWrites: false,
      holdApply: false,
      config,
    };
    log.latestSnapshot = () => {
      const { index, term } = member.applied[member.applied.length - 1] ?? log.base;
      return { index, term, conf: log.conf, data: new Uint8Array(0) };
    };
    this.members.set(node, member);
    return member;
  }

  private build(node: number, log: MemoryLog, traces: RaftTrace[], config: Partial<RaftConfig>): RaftNode {
    return new RaftNode({
      ...DEFAULTS,
      ...config,
      id: id(node),
      log,
      random: new SeededRandom(node),
      trace: (event) => traces.push(event),
    });
  }

  /** Kills a member and starts it again from what is durable; what it had sent may still arrive. */
  restart(node: number, config: Partial<RaftConfig> = {}): void {
    const member = this.get(node);
    const last = member.applied[member.applied.length - 1];
    member.held = [];
    const applied = Math.max(last?.index ?? 0, member.log.base.index);
    const merged = { ...member.config, applied, restarted: true, ...config };
    member.node = this.build(node, member.log, member.traces, merged);
  }

  get(node: number): Member {
    const member = this.members.get(node);
    if (member === undefined) throw new Error(`no node ${node}`);
    return member;
  }

  node(node: number): RaftNode {
    return this.get(node).node;
  }

  /** Takes what one member hands out, until it has nothing more. */
  run(node: number): void {
    const member = this.get(node);
    for (let turn = 0; member.node.hasReady(); turn++) {
      if (turn > 1000) throw new Error(`node ${node} never comes to rest`);
      const { append, apply, messages, readStates } = member.node.ready();
      this.queue.push(...messages);
      member.reads.push(...readStates);
      if (append !== undefined) {
        if (member.holdWrites) member.held.push(append);
        else this.write(member, append);
      }
      if (apply !== undefined && !member.holdApply) this.apply(member, apply.entries);
    }
  }

  private write(member: Member, { hardState, snapshot, entries, responses }: StorageAppend): void {
    if (hardState !== undefined) member.log.hardState = hardState;
    if (snapshot !== undefined) member.log.applySnapshot(snapshot);
    member.log.append(entries);
    this.respond(member, responses);
  }

  private respond(member: Member, responses: readonly Message[]): void {
    for (const message of responses) {
      if (message.to === member.id) member.node.step(message);
      else this.queue.push(message as PeerMessage);
    }
  }

  /** The oldest waiting write of a member becomes durable and is reported. */
  release(node: number): void {
    const member = this.get(node);
    const append = member.held.shift();
    if (append !== undefined) this.write(member, append);
  }

  apply(member: Member, entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'conf-change') member.log.conf = member.node.applyConfChange(entry.data);
      member.applied.push(entry);
    }
    const last = entries[entries.length - 1] as Entry;
    member.node.step({ kind: 'storage-applied', to: member.id, index: last.index, bytes: 0 });
  }

  /** Delivers what waits at the moment. */
  deliver(): void {
    const messages = this.queue;
    this.queue = [];
    for (const message of messages) {
      const member = [...this.members.values()].find((candidate) => candidate.id === message.to);
      if (member !== undefined && this.passes(message)) member.node.step(message);
    }
  }

  /** Runs and delivers until nothing is left to do. */
  settle(): void {
    for (let turn = 0; turn < 1000; turn++) {
      for (const node of this.members.keys()) this.run(node);
      if (this.queue.length === 0) return;
      this.deliver();
    }
    throw new Error('the group never comes to rest');
  }

  tick(node: number, count = 1): void {
    for (let i = 0; i < count; i++) this.node(node).tick();
  }

  /** A tick for everyone, then delivery until rest. */
  tickAll(count = 1): void {
    for (let i = 0; i < count; i++) {
      for (const node of this.members.keys()) this.tick(node);
      this.settle();
    }
  }

  elect(node: number): void {
    this.node(node).campaign();
    this.settle();
    if (this.node(node).role !== 'leader') throw new Error(`node ${node} was not elected`);
  }

  propose(node: number, text: string): void {
    const result = this.node(node).propose([bytes(text)]);
    if (result.kind !== 'accepted') throw new Error(`dropped: ${result.reason}`);
  }

  /** Texts of the normal entries a member has applied, without no-ops. */
  texts(node: number): string[] {
    return this.get(node)
      .applied.filter((entry) => entry.kind === 'normal' && entry.data.length > 0)
      .map((entry) => new TextDecoder().decode(entry.data));
  }

  traced(node: number, kind: string): boolean {
    return this.get(node).traces.some((event) => event.kind === kind);
  }
}
