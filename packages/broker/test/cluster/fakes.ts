/** Fakes shared by the tests of cluster control: time that is moved by hand, replicas that do as told. */
import {
  type Clock,
  defaultMachineKind,
  type FlowError,
  type GroupId,
  type MachineKind,
  memberId,
  type MemberId,
  NO_MEMBER,
  type NodeId,
  nodeId,
  replicaId,
  type Scheduler,
} from '@flowmesh/base';
import type { CatalogMachine, Machine, StateWriter } from '@flowmesh/engines';
import type { ConfChangeSingle, ConfState, ProgressStatus, RaftStatus } from '@flowmesh/raft';
import type { GroupBootstrap, GroupStore } from '@flowmesh/storage';
import type { ReplicaTuning } from '../../src/replica/replica-env.ts';
import type { Proposal, Replica, ReplicaListener, ReplicaManager } from '../../src/replica/replica-api.ts';

export const member = (node: number, replica = 1): MemberId =>
  memberId({ node: nodeId(node), replica: replicaId(replica) });

/** Runs what is due when told; microtasks are drained between tasks. */
export class ManualTime implements Clock, Scheduler {
  private nowMs = 1_000;
  private tasks: { atMs: number; task: () => void }[] = [];
  private turn: (() => void)[] = [];

  wallMs(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  after(delayMs: number, task: () => void) {
    const entry = { atMs: this.nowMs + delayMs, task };
    this.tasks.push(entry);
    return {
      cancel: () => {
        this.tasks = this.tasks.filter((one) => one !== entry);
      },
    };
  }

  endOfTurn(task: () => void): void {
    this.turn.push(task);
  }

  /** Ends turns until nothing is left to do without time going on. */
  async settle(): Promise<void> {
    for (let idle = 0; idle < 5; idle++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const turn = this.turn;
      this.turn = [];
      if (turn.length > 0) idle = -1;
      for (const task of turn) task();
    }
  }

  async advance(ms: number): Promise<void> {
    const until = this.nowMs + ms;
    await this.settle();
    for (;;) {
      const due = this.tasks.filter((one) => one.atMs <= until).sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.tasks = this.tasks.filter((one) => one !== due);
      this.nowMs = Math.max(this.nowMs, due.atMs);
      due.task();
      await this.settle();
    }
    this.nowMs = until;
    await this.settle();
  }
}

export const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const NO_WRITER: StateWriter = {
  put: () => undefined,
  putLate: () => undefined,
  del: () => undefined,
};

export class FakeReplica implements Replica {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly machine: Machine<unknown>;
  readonly store = { sizeBytes: () => 0 } as unknown as GroupStore;
  readonly state = { get: async () => undefined, scan: async () => [] };
  serving = false;
  term = 1;
  leader: MemberId = NO_MEMBER;
  applied = 0;
  failure: FlowError | undefined;
  conf: ConfState = { voters: [], votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false };
  progress: ProgressStatus[] = [];
  lastIndex = 0;
  inSyncNodes: NodeId[] = [];
  readonly changes: (readonly ConfChangeSingle[])[] = [];
  readonly transfers: NodeId[] = [];
  /** What `propose` answers instead of applying. */
  refuse: FlowError | undefined;

  constructor(group: GroupId, own: MemberId, machine: Machine<unknown>) {
    this.group = group;
    this.member = own;
    this.machine = machine;
  }

  status(): RaftStatus {
    return {
      id: this.member,
      role: this.serving ? 'leader' : 'follower',
      term: this.term,
      vote: NO_MEMBER,
      commit: this.lastIndex,
      applied: this.applied,
      lastIndex: this.lastIndex,
      leader: this.leader,
      transferee: NO_MEMBER,
      conf: this.conf,
      progress: this.progress,
    };
  }

  inSync(): readonly NodeId[] {
    return this.inSyncNodes;
  }

  propose(proposals: readonly Proposal[]): FlowError | undefined {
    if (this.refuse !== undefined) return this.refuse;
    for (const proposal of proposals) {
      this.applied++;
      this.lastIndex = this.applied;
      const { reply } = this.machine.apply(
        { index: this.applied, term: this.term },
        proposal.command,
        NO_WRITER,
      );
      proposal.done({ ok: true, index: this.applied, term: this.term, reply });
    }
    return undefined;
  }

  async readBarrier(): Promise<void> {}

  changeMembers(changes: readonly ConfChangeSingle[]): FlowError | undefined {
    this.changes.push(changes);
    return undefined;
  }

  transferLeadership(to: NodeId): FlowError | undefined {
    this.transfers.push(to);
    return undefined;
  }

  reportDamage(error: FlowError): void {
    this.failure = error;
  }
}

export class FakeReplicas implements ReplicaManager {
  readonly replicas = new Map<GroupId, FakeReplica>();
  readonly created: { bootstrap: GroupBootstrap; preferred: MemberId | undefined }[] = [];
  readonly removed: { group: GroupId; member: MemberId }[] = [];
  readonly listeners: ReplicaListener[] = [];
  readonly tunings: ReplicaTuning[] = [];
  private readonly machineFor: (group: GroupId, kind: MachineKind) => Machine<unknown>;

  constructor(machineFor: (group: GroupId, kind: MachineKind) => Machine<unknown>) {
    this.machineFor = machineFor;
  }

  add(group: GroupId, own: MemberId, kind = defaultMachineKind(group)): FakeReplica {
    const replica = new FakeReplica(group, own, this.machineFor(group, kind));
    this.replicas.set(group, replica);
    return replica;
  }

  get(group: GroupId): FakeReplica | undefined {
    return this.replicas.get(group);
  }

  all(): Iterable<FakeReplica> {
    return [...this.replicas.values()].sort((a, b) => a.group - b.group);
  }

  async create(bootstrap: GroupBootstrap, preferred?: MemberId): Promise<FakeReplica> {
    this.created.push({ bootstrap, preferred });
    return this.add(bootstrap.group, bootstrap.member, bootstrap.machine);
  }

  async remove(group: GroupId, own: MemberId): Promise<void> {
    this.removed.push({ group, member: own });
    if (this.replicas.get(group)?.member === own) this.replicas.delete(group);
  }

  async becomeSoleMember(group: GroupId, own: MemberId): Promise<void> {
    const replica = this.replicas.get(group);
    if (replica?.member === own) replica.conf = { ...replica.conf, voters: [own], votersOutgoing: [] };
  }

  addListener(listener: ReplicaListener): void {
    this.listeners.push(listener);
  }

  tune(tuning: ReplicaTuning): void {
    this.tunings.push(tuning);
  }
}

/** Runs commands on a catalog machine as its group would. */
export class CatalogRunner {
  readonly machine: CatalogMachine;
  private index = 1;

  constructor(machine: CatalogMachine) {
    this.machine = machine;
  }

  run(command: Uint8Array) {
    this.index++;
    return this.machine.apply({ index: this.index, term: 1 }, command, NO_WRITER).reply;
  }
}
