/**
 * One replica: one loop, one owner of its state. Inputs (messages, ticks, proposals, durable writes) step the core and wake
 * the replica; once a turn `process` takes what the core hands out: writes to the log, messages, committed entries.
 *
 *   running ─ snapshot arrives ─► installing ─► running (machine and core loaded anew from the store)
 *      └─ damaged data ─► failed          └─ stop ─► stopped
 *
 * Invariants: entries are applied once and in order; a proposal is answered once; nothing that promises durability
 * leaves before the write it waits for is done; while installing nothing is stepped, written or applied.
 */
import {
  assert,
  FlowError,
  isFlowError,
  NO_MEMBER,
  type GroupId,
  type MemberId,
  type NodeId,
  nodeOf,
} from '@flowmesh/base';
import type { Machine, StateReader } from '@flowmesh/engines';
import {
  type ConfChangeSingle,
  type ConfState,
  type Entry,
  type LocalMessage,
  type Message,
  type PeerMessage,
  RaftNode,
  type RaftStatus,
  type Ready,
  type Role,
  type StorageAppend,
} from '@flowmesh/raft';
import type { GroupStore } from '@flowmesh/storage';
import { ApplyLoop } from './apply-loop.ts';
import { InSyncTracker } from './in-sync-tracker.ts';
import { copiesToCommit, outcomeUnknown, ProposalTable } from './proposal-table.ts';
import { ReadBarriers } from './read-barriers.ts';
import type { Proposal, Replica } from './replica-api.ts';
import { entriesGone, machineBroke, noRoom, notLeading, noVoter, overloaded } from './refusals.ts';
import { coreConfig, type ReplicaEnv } from './replica-env.ts';
import { SnapshotOffers } from './snapshot-offers.ts';
import { makeSoleMember } from './sole-member.ts';
import { StateBuffer } from './state-buffer.ts';
import { StateFlush } from './state-flush.ts';

type Phase = 'running' | 'installing' | 'failed' | 'stopped';

const EMPTY = new Uint8Array(0);

export class GroupReplica implements Replica {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly store: GroupStore;
  private readonly env: ReplicaEnv;
  private core: RaftNode;
  private currentMachine: Machine<unknown>;
  private buffer: StateBuffer;
  private conf: ConfState;
  private readonly proposals = new ProposalTable();
  private readonly barriers = new ReadBarriers();
  private readonly isr: InSyncTracker;
  private readonly offers: SnapshotOffers;
  private readonly applies: ApplyLoop;
  private phase: Phase = 'running';
  private why: FlowError | undefined;
  private appliedIndex: number;
  private flush: StateFlush;
  private appendsInFlight = 0;
  private role: Role = 'follower';
  private knownLeader: MemberId = NO_MEMBER;
  private knownTerm = 0;
  private servingTerm = 0;
  /** The leader vouches for entries that this replica had acknowledged and does not have. */
  private lostEntries = false;
  private idleWaiters: Array<() => void> = [];

  private constructor(
    env: ReplicaEnv,
    store: GroupStore,
    machine: Machine<unknown>,
    state: StateBuffer,
    restarted: boolean,
  ) {
    this.env = env;
    this.store = store;
    this.group = store.group;
    this.member = store.member;
    this.currentMachine = machine;
    this.buffer = state;
    this.isr = new InSyncTracker(env.limits.electionTicks);
    this.offers = new SnapshotOffers(env.limits.snapshotQuietMs);
    this.applies = new ApplyLoop({
      machine: () => this.currentMachine,
      state: () => this.buffer,
      apply: (entries) => this.apply(entries),
      failed: (cause) => this.unprepared(cause),
      settled: () => this.loaded(),
      room: () => !this.buffer.full || !this.buffer.flushing,
      turns: env.applyTurns,
    });
    const { index, conf } = store.applied();
    this.appliedIndex = index;
    this.flush = this.newFlush();
    this.conf = conf;
    this.core = this.newCore(restarted);
    this.knownTerm = this.core.term;
  }

  /** `restarted`: the replica existed before this process; it then waits before voting. */
  static async open(env: ReplicaEnv, store: GroupStore, restarted: boolean): Promise<GroupReplica> {
    const machine = env.machineFor(store.group, store.machine);
    const state = new StateBuffer(store);
    await machine.load(state);
    return new GroupReplica(env, store, machine, state, restarted);
  }

  private newCore(restarted: boolean): RaftNode {
    return new RaftNode({
      ...coreConfig(this.env),
      id: this.member,
      log: this.store,
      applied: this.appliedIndex,
      restarted,
      trace: (event) => {
        if (event.kind === 'lost-entries') this.lostEntries = true;
      },
    });
  }

  get machine(): Machine<unknown> {
    return this.currentMachine;
  }

  get state(): StateReader {
    return this.buffer;
  }

  /** While it is false, what the core still holds is never handed out: nothing of it is stored, promised or applied. */
  get running(): boolean {
    return this.phase === 'running';
  }

  get serving(): boolean {
    return this.servingTerm !== 0 && this.phase === 'running';
  }

  get term(): number {
    return this.core.term;
  }

  get leader(): MemberId {
    return this.phase === 'running' ? this.knownLeader : NO_MEMBER;
  }

  get applied(): number {
    return this.appliedIndex;
  }

  get failure(): FlowError | undefined {
    return this.why;
  }

  /** The configuration in force here. */
  get configuration(): ConfState {
    return this.conf;
  }

  get commit(): number {
    return this.core.commit;
  }

  status(): RaftStatus {
    return this.core.status();
  }

  inSync(): readonly NodeId[] {
    if (this.role !== 'leader' || this.phase !== 'running') return [];
    const { lagTimeMaxMs, draining } = this.env.tuning();
    return this.isr.inSync(this.core.status(), {
      nowMs: this.env.clock.monotonicMs(),
      lagTimeMaxMs,
      connected: (node) => this.env.connected(node),
      draining: (node) => draining.has(node),
    });
  }

  // ---- inputs

  step(message: PeerMessage): void {
    if (this.phase !== 'running') return;
    if (message.kind === 'append' && this.env.diskFull() && this.needRoom(message.entries)) return;
    if (this.role === 'leader') this.isr.heard(message.from);
    this.core.step(message);
    this.env.wake(this);
  }

  private needRoom(entries: readonly Entry[]): boolean {
    return entries.some(
      ({ kind, data }) => kind === 'normal' && data.length > 0 && this.commandNeedsRoom(data),
    );
  }

  private commandNeedsRoom(command: Uint8Array): boolean {
    return this.currentMachine.needsRoom?.(command) ?? true;
  }

  tick(): void {
    if (this.phase !== 'running') return;
    this.isr.tick();
    this.core.tick();
    if (this.core.hasReady()) this.env.wake(this);
  }

  /** Time that passed while nothing could be heard: no campaign comes of it. */
  tickQuiet(count: number): void {
    if (this.phase !== 'running') return;
    this.core.tickQuiet(count);
    if (this.core.hasReady()) this.env.wake(this);
  }

  /** About twice a second: deadlines of reads, in-sync bookkeeping, state that waited long enough. */
  housekeep(flushState: boolean): void {
    if (this.phase !== 'running') return;
    const nowMs = this.env.clock.monotonicMs();
    if (this.barriers.waiting) this.barriers.sweep(nowMs);
    if (this.role === 'leader') this.watchFollowers(nowMs);
    if (flushState) this.flushState();
  }

  private watchFollowers(nowMs: number): void {
    const status = this.core.status();
    this.isr.check(status, nowMs);
    for (const member of this.offers.check(status, nowMs)) {
      this.core.reportSnapshot(member, false);
      this.env.wake(this);
    }
  }

  /** `member` is fetching the snapshot that it was offered. */
  snapshotFetched(member: MemberId): void {
    this.offers.sign(member, this.env.clock.monotonicMs());
  }

  /** The connection to `node` closed. `rank`: how many ticks this replica lets others go first if its leader was there. */
  peerLost(node: NodeId, rank: number): void {
    if (this.phase !== 'running') return;
    for (const member of [...this.conf.voters, ...this.conf.votersOutgoing]) {
      if (nodeOf(member) !== node) continue;
      this.core.peerLost(member, rank);
      if (this.role === 'leader') this.core.reportUnreachable(member);
    }
    this.env.wake(this);
  }

  unreachable(member: MemberId): void {
    if (this.phase !== 'running') return;
    this.core.reportUnreachable(member);
  }

  entriesFetched(purpose: MemberId | 'apply'): void {
    if (this.phase !== 'running') return;
    this.core.entriesFetched(purpose);
    this.env.wake(this);
  }

  /** Stands for election now; for the preferred leader of a new group. */
  campaign(): void {
    if (this.phase !== 'running' || this.knownLeader !== NO_MEMBER) return;
    this.core.campaign();
    this.env.wake(this);
  }

  propose(proposals: readonly Proposal[]): FlowError | undefined {
    if (!this.serving) return this.notLeader();
    if (this.env.diskFull() && proposals.some(({ command }) => this.commandNeedsRoom(command)))
      return noRoom();
    if (this.proposals.size + proposals.length > this.env.limits.pendingProposalsMax)
      return overloaded('too many unanswered writes');
    const result = this.core.propose(proposals.map((proposal) => proposal.command));
    if (result.kind === 'accepted') {
      this.proposals.add(result, proposals);
      this.env.wake(this);
      return undefined;
    }
    switch (result.reason) {
      case 'uncommitted-limit':
        return overloaded('too many bytes wait to be committed');
      case 'transferring':
        return new FlowError('UNAVAILABLE', 'leadership is being handed over', { hint: 'retry' });
      case 'no-leader':
      case 'not-leader':
      case 'removed':
        return this.notLeader();
    }
  }

  async readBarrier(timeoutMs: number): Promise<void> {
    if (!this.serving) throw this.notLeader();
    if (this.barriers.size >= this.env.limits.pendingReadsMax)
      throw overloaded('too many reads wait for confirmation');
    const wait = this.barriers.wait(this.env.clock.monotonicMs() + timeoutMs);
    this.env.wake(this);
    await wait;
  }

  changeMembers(changes: readonly ConfChangeSingle[]): FlowError | undefined {
    if (!this.serving) return this.notLeader();
    const result = this.core.proposeConfChange({ transition: 'auto', changes, context: EMPTY });
    this.env.wake(this);
    if (result.kind === 'accepted') return undefined;
    return new FlowError('PRECONDITION_FAILED', 'another membership change is under way', {
      hint: 'retry when it has ended',
    });
  }

  transferLeadership(to: NodeId): FlowError | undefined {
    if (this.role !== 'leader' || this.phase !== 'running') return this.notLeader();
    const target = this.conf.voters.find((member) => nodeOf(member) === to);
    if (target === undefined) return noVoter(to);
    this.core.transferLeadership(target);
    this.env.wake(this);
    return undefined;
  }

  private notLeader(): FlowError {
    return this.why ?? notLeading(this.member, this.knownLeader);
  }

  // ---- the turn

  /** Takes everything the core hands out. Called by the manager at the end of a turn. */
  process(): void {
    if (this.phase !== 'running') return;
    if (this.lostEntries) {
      this.reportDamage(entriesGone());
      return;
    }
    if (this.serving) this.barriers.begin((context) => this.core.readIndex(context));
    if (!this.core.hasReady()) return;
    const ready = this.core.ready();
    this.followLeadership(ready);
    for (const message of ready.messages) this.env.send(this.group, message);
    if (ready.append !== undefined) this.write(ready.append);
    if (ready.apply !== undefined) this.applies.push(ready.apply.entries);
    if (ready.readStates.length > 0) this.barriers.confirmed(ready.readStates, this.appliedIndex);
    if (this.proposals.awaitsCopies) this.answerCopies();
    if (this.phase === 'running' && this.core.hasReady()) this.env.wake(this);
  }

  private followLeadership(ready: Ready): void {
    const { term } = this.core;
    const role = ready.softState?.role ?? this.role;
    const leader = ready.softState?.leader ?? this.knownLeader;
    if (this.servingTerm !== 0 && (role !== 'leader' || term !== this.servingTerm))
      this.stopServing('leadership was lost');
    if (role === 'leader' && (this.role !== 'leader' || term !== this.knownTerm)) {
      this.isr.start(this.core.status(), this.env.clock.monotonicMs());
      this.offers.clear();
    }
    this.role = role;
    if (leader === this.knownLeader && term === this.knownTerm) return;
    this.knownLeader = leader;
    this.knownTerm = term;
    for (const listener of this.env.listeners) listener.onLeader?.(this, leader, term);
  }

  private startServing(): void {
    this.servingTerm = this.core.term;
    for (const listener of this.env.listeners) listener.onServing?.(this, this.servingTerm);
  }

  private stopServing(reason: string): void {
    if (this.servingTerm === 0) return;
    this.servingTerm = 0;
    for (const listener of this.env.listeners) listener.onStopServing?.(this, this.proposals.size);
    this.proposals.failAll(outcomeUnknown(reason));
    this.barriers.failAll(new FlowError('NOT_LEADER', reason, { hint: 'ask the new leader' }));
  }

  private write(append: StorageAppend): void {
    assert(append.snapshot === undefined, 'snapshots are installed before the core hears of them');
    const { entries, responses } = append;
    const last = entries[entries.length - 1];
    this.appendsInFlight++;
    this.store.append({ entries, hardState: append.hardState, mustSync: append.mustSync }, (error) => {
      this.appendsInFlight--;
      if (error !== undefined) this.env.fatal(error);
      else this.written(last, responses);
      this.becomeIdle();
    });
  }

  private written(last: Entry | undefined, responses: readonly Message[]): void {
    if (this.phase === 'stopped' || this.phase === 'failed') return;
    if (last !== undefined && this.servingTerm !== 0) this.proposals.durable(last.index, last.term);
    for (const message of responses) {
      if (isLocal(message) || message.to === this.member) this.core.step(message);
      else this.env.send(this.group, message);
    }
    this.env.wake(this);
  }

  private apply(entries: readonly Entry[]): boolean {
    const effects: unknown[] = [];
    let bytes = 0;
    for (const entry of entries) {
      assert(entry.index === this.appliedIndex + 1, 'entries are applied in order');
      bytes += entry.data.length;
      if (entry.kind === 'conf-change') this.conf = this.core.applyConfChange(entry.data);
      else if (entry.data.length > 0 && !this.applyCommand(entry, effects)) return false;
      this.appliedIndex = entry.index;
      if (this.role === 'leader' && this.servingTerm === 0 && entry.term === this.core.term)
        this.startServing();
    }
    const last = entries[entries.length - 1];
    if (last === undefined) return true;
    this.core.step({ kind: 'storage-applied', to: this.member, index: last.index, bytes });
    this.barriers.applied(this.appliedIndex);
    for (const listener of this.env.listeners) listener.onApplied?.(this, this.appliedIndex);
    if (effects.length > 0 && this.serving) {
      for (const listener of this.env.listeners) listener.onEffects?.(this, effects);
    }
    if (this.flush.applied(this.appliedIndex, bytes)) this.flushState();
    return this.phase === 'running';
  }

  private loaded(): void {
    this.becomeIdle();
    if (this.phase === 'running' && this.core.hasReady()) this.env.wake(this);
  }

  /** The machine could not read what it needs to go on. */
  private unprepared(cause: unknown): void {
    if (isFlowError(cause) && cause.code === 'CORRUPTION') this.reportDamage(cause);
    else this.broken(this.appliedIndex + 1, cause);
  }

  private broken(index: number, cause: unknown): void {
    this.env.fatal(machineBroke(this.currentMachine.name, this.group, index, cause));
    this.fail(new FlowError('INTERNAL', 'the machine failed', { cause }));
  }

  private applyCommand(entry: Entry, effects: unknown[]): boolean {
    try {
      const result = this.currentMachine.apply(
        { index: entry.index, term: entry.term },
        entry.data,
        this.buffer,
      );
      if (result.effects.length > 0) effects.push(...result.effects);
      this.proposals.applied(entry.index, entry.term, result.reply, copiesToCommit(this.conf));
      return true;
    } catch (cause) {
      this.broken(entry.index, cause);
      return false;
    }
  }

  private answerCopies(): void {
    const { progress } = this.core.status();
    this.proposals.copies((index) => {
      let copies = 0;
      for (const member of progress) if (!member.learner && member.match >= index) copies++;
      return copies;
    });
  }

  // ---- state on disk

  /** Writes machine state out, unsynced, and drops the part of the log that nobody needs any more. */
  flushState(): void {
    this.flush.write(this.appliedIndex, this.conf);
  }

  private newFlush(): StateFlush {
    return new StateFlush({
      env: this.env,
      store: this.store,
      machine: this.currentMachine,
      buffer: this.buffer,
      applied: () => this.appliedIndex,
      status: () => this.core.status(),
      running: () => this.phase === 'running',
      settled: () => {
        this.applies.resume();
        this.becomeIdle();
      },
      wake: () => this.env.wake(this),
    });
  }

  // ---- snapshots

  /** Whether an offered snapshot would bring this replica anything; what it already has is answered by the core. */
  wantsSnapshot(meta: { readonly index: number; readonly term: number }): boolean {
    return this.phase === 'running' && this.lacks(meta);
  }

  /** The same, asked while installing. */
  stillWantsSnapshot(meta: { readonly index: number; readonly term: number }): boolean {
    return this.phase === 'installing' && this.lacks(meta);
  }

  private lacks(meta: { readonly index: number; readonly term: number }): boolean {
    return meta.index > this.core.commit && this.store.term(meta.index) !== meta.term;
  }

  /** Stops all activity, once nothing is on its way to the store any more. */
  async beginInstall(): Promise<void> {
    assert(this.phase === 'running', 'installs a snapshot while running');
    this.stopServing('the replica is being loaded anew');
    this.phase = 'installing';
    this.applies.clear();
    await this.idle();
  }

  /** Goes on from what the store holds now: after a committed snapshot its state, otherwise the former one. */
  async endInstall(): Promise<void> {
    if (this.phase !== 'installing') return;
    const machine = this.env.machineFor(this.group, this.store.machine);
    const state = new StateBuffer(this.store);
    await machine.load(state);
    if ((this.phase as Phase) !== 'installing') return;
    const { index, conf } = this.store.applied();
    assert(index >= this.flush.flushed, 'a snapshot never takes a replica back');
    this.currentMachine = machine;
    this.buffer = state;
    this.conf = conf;
    this.appliedIndex = index;
    this.flush = this.newFlush();
    this.role = 'follower';
    this.knownLeader = NO_MEMBER;
    this.core = this.newCore(true);
    this.phase = 'running';
    for (const listener of this.env.listeners) listener.onApplied?.(this, index);
    this.env.wake(this);
  }

  /** Unsafe: an operator declared this member to be the whole group. It goes on as after a snapshot. */
  async becomeSoleMember(): Promise<void> {
    if (this.phase !== 'running') return;
    await this.beginInstall();
    try {
      const state = { ...this.buffer.take(), applied: this.appliedIndex };
      await makeSoleMember(this.store, state, () => this.env.wake(this));
    } finally {
      await this.endInstall();
    }
  }

  private becomeIdle(): void {
    const waiters = this.idleWaiters;
    this.idleWaiters = [];
    for (const resolve of waiters) resolve();
  }

  // ---- the end

  reportDamage(error: FlowError): void {
    this.env.log.error(
      { group: this.group, member: this.member, code: error.code, cause: error.message },
      'replica data damaged',
    );
    this.fail(error);
  }

  /** Damaged data: this replica takes part in nothing any more. */
  fail(error: FlowError): void {
    if (this.phase === 'failed' || this.phase === 'stopped') return;
    this.why = error;
    this.stopServing('the replica failed');
    this.phase = 'failed';
    this.applies.clear();
    this.knownLeader = NO_MEMBER;
    for (const listener of this.env.listeners) listener.onFailed?.(this, error);
  }

  stop(): void {
    if (this.phase === 'stopped') return;
    this.stopServing('the node is stopping');
    this.phase = 'stopped';
    this.applies.clear();
    this.knownLeader = NO_MEMBER;
  }

  /** Resolves when nothing of this replica is on its way to the store, or being read for its machine. */
  async idle(): Promise<void> {
    while (this.appendsInFlight > 0 || this.flush.busy || this.applies.busy) {
      await new Promise<void>((resolve) => this.idleWaiters.push(resolve));
    }
  }
}

function isLocal(message: Message): message is LocalMessage {
  return message.kind === 'storage-appended' || message.kind === 'storage-applied';
}
