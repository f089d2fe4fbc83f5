/**
 * Replicas of one node in memory, over real machines: proposals become entries, applied at once or when a test commits them.
 * `cachedFrom` says which entries count as being in memory; older ones are read through `read`, which a test may hold up.
 */
import { FlowError, groupId, memberId, nodeId, replicaId } from '@flowmesh/base';
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { StreamMachine } from '@flowmesh/engines';
import type { Machine, StateRange, StateReader, StateWriter } from '@flowmesh/engines';
import type { Entry, RaftStatus } from '@flowmesh/raft';
import type { GroupStore } from '@flowmesh/storage';
import { ApplyLoop } from '../../src/replica/apply-loop.ts';
import type { Proposal, Replica, ReplicaListener, ReplicaManager } from '../../src/replica/replica-api.ts';

const SELF = nodeId(1);

class MemoryState implements StateReader, StateWriter {
  private readonly values = new Map<string, readonly [Uint8Array, Uint8Array]>();

  put(key: Uint8Array, value: Uint8Array, _name?: string, fresh = false): void {
    if (fresh && this.values.has(Buffer.from(key).toString('hex')))
      throw new Error('a fresh key is there already');
    this.values.set(Buffer.from(key).toString('hex'), [key, value]);
  }

  putLate(key: Uint8Array, value: () => Uint8Array): void {
    this.put(key, value());
  }

  del(key: Uint8Array): void {
    this.values.delete(Buffer.from(key).toString('hex'));
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.values.get(Buffer.from(key).toString('hex'))?.[1];
  }

  async scan(range: StateRange): Promise<ReadonlyArray<readonly [Uint8Array, Uint8Array]>> {
    const pairs = [...this.values.values()]
      .filter(([key]) => Buffer.compare(key, range.from) >= 0 && Buffer.compare(key, range.to) < 0)
      .sort(([a], [b]) => Buffer.compare(a, b));
    if (range.reverse === true) pairs.reverse();
    return pairs.slice(0, range.limit ?? pairs.length);
  }
}

export class FakeReplica<M extends Machine<unknown> = StreamMachine> implements Replica {
  readonly group: GroupId;
  readonly member: MemberId = memberId({ node: SELF, replica: replicaId(1) });
  readonly machine: M;
  readonly state = new MemoryState();
  readonly store: GroupStore;
  readonly entries: Entry[] = [];
  serving = true;
  term = 1;
  applied = 0;
  failure: FlowError | undefined;
  inSyncNodes: NodeId[] = [SELF];
  /** False: entries wait for `commit`. */
  autoCommit = true;
  /** The next proposals are refused with this. */
  refusal: FlowError | undefined;
  cachedFrom = 1;
  /** Called before every read of the disk. */
  beforeRead: () => Promise<void> = async () => undefined;
  diskReads = 0;
  readBarriers = 0;
  barrierError: FlowError | undefined;
  damage: FlowError[] = [];
  proposeCalls = 0;
  private waiting: { readonly index: number; readonly proposal: Proposal }[] = [];
  private readonly listeners: ReplicaListener[];
  private readonly loop: ApplyLoop;
  private handedOut = 0;

  constructor(group: GroupId, listeners: ReplicaListener[], machine: M) {
    this.group = group;
    this.machine = machine;
    this.loop = new ApplyLoop({
      machine: () => this.machine,
      state: () => this.state,
      apply: (entries) => this.apply(entries),
      failed: (cause) => {
        throw cause;
      },
      settled: () => undefined,
      room: () => true,
      turns: { over: false, spend: (work) => work(), later: (resume) => resume() },
    });
    this.listeners = listeners;
    this.store = {
      readCached: (low: number, high: number, bytesMax: number) =>
        low < this.cachedFrom ? undefined : this.slice(low, high, bytesMax),
      read: async (low: number, high: number, bytesMax: number) => {
        this.diskReads++;
        await this.beforeRead();
        return this.slice(low, high, bytesMax);
      },
      sizeBytes: () => 0,
    } as unknown as GroupStore;
    this.append(new Uint8Array(0));
    this.commit();
  }

  get leader(): MemberId {
    return this.member;
  }

  status(): RaftStatus {
    throw new Error('not asked for by services');
  }

  inSync(): readonly NodeId[] {
    return this.inSyncNodes;
  }

  propose(proposals: readonly Proposal[]): FlowError | undefined {
    this.proposeCalls++;
    if (!this.serving) return new FlowError('NOT_LEADER', 'not the leader');
    const { refusal } = this;
    if (refusal !== undefined) return refusal;
    for (const proposal of proposals) this.waiting.push({ index: this.append(proposal.command), proposal });
    for (const { index, proposal } of this.waiting) {
      if (proposal.ack === 'leader-durable')
        proposal.done({ ok: true, index, term: this.term, reply: undefined });
    }
    this.waiting = this.waiting.filter(({ proposal }) => proposal.ack !== 'leader-durable');
    if (this.autoCommit) this.commit();
    return undefined;
  }

  /** Applies everything appended, then answers: at once, unless the machine has to load something first. */
  commit(): void {
    const entries = this.entries.slice(this.handedOut);
    this.handedOut = this.entries.length;
    if (entries.length > 0) this.loop.push(entries);
  }

  private apply(entries: readonly Entry[]): boolean {
    for (const entry of entries) {
      this.applied = entry.index;
      if (entry.data.length === 0 || entry.kind !== 'normal') continue;
      const { reply, effects } = this.machine.apply(
        { index: entry.index, term: entry.term },
        entry.data,
        this.state,
      );
      if (this.serving && effects.length > 0) {
        for (const listener of this.listeners) listener.onEffects?.(this, effects);
      }
      const first = this.waiting[0];
      if (first?.index !== entry.index) continue;
      this.waiting.shift();
      first.proposal.done({ ok: true, index: entry.index, term: entry.term, reply });
    }
    for (const listener of this.listeners) listener.onApplied?.(this, this.applied);
    return true;
  }

  /** Gives up the leadership; entries that wait are lost. */
  depose(): void {
    this.serving = false;
    for (const listener of this.listeners) listener.onStopServing?.(this, 0);
    const lost = this.waiting;
    this.waiting = [];
    this.loop.clear();
    this.entries.length = this.applied;
    this.handedOut = this.applied;
    const error = new FlowError('UNAVAILABLE', 'leadership was lost', { details: { outcome: 'unknown' } });
    for (const { proposal } of lost) proposal.done({ ok: false, error });
  }

  lead(): void {
    this.term++;
    this.append(new Uint8Array(0));
    this.serving = true;
    this.commit();
    for (const listener of this.listeners) listener.onServing?.(this, this.term);
  }

  async readBarrier(): Promise<void> {
    this.readBarriers++;
    if (this.barrierError !== undefined) throw this.barrierError;
  }

  changeMembers(): FlowError | undefined {
    return undefined;
  }

  transferLeadership(): FlowError | undefined {
    return undefined;
  }

  reportDamage(error: FlowError): void {
    this.damage.push(error);
  }

  /** Writes an entry of any kind straight into the log. */
  append(data: Uint8Array, kind: Entry['kind'] = 'normal'): number {
    const index = this.entries.length + 1;
    this.entries.push({ term: this.term, index, kind, data });
    return index;
  }

  private slice(low: number, high: number, bytesMax: number): Entry[] {
    const out: Entry[] = [];
    let bytes = 0;
    for (const entry of this.entries.slice(low - 1, high - 1)) {
      if (out.length > 0 && bytes + entry.data.length > bytesMax) break;
      out.push(entry);
      bytes += entry.data.length;
    }
    return out;
  }
}

export class FakeReplicas implements ReplicaManager {
  readonly listeners: ReplicaListener[] = [];
  private readonly replicas = new Map<GroupId, Replica>();

  place(group: number): FakeReplica {
    return this.placeWith(group, new StreamMachine());
  }

  placeWith<M extends Machine<unknown>>(group: number, machine: M): FakeReplica<M> {
    const replica = new FakeReplica(groupId(group), this.listeners, machine);
    this.replicas.set(replica.group, replica);
    return replica;
  }

  get(group: GroupId): Replica | undefined {
    return this.replicas.get(group);
  }

  all(): Iterable<Replica> {
    return this.replicas.values();
  }

  async create(): Promise<Replica> {
    throw new Error('not asked for by services');
  }

  async remove(): Promise<void> {
    throw new Error('not asked for by services');
  }

  addListener(listener: ReplicaListener): void {
    this.listeners.push(listener);
  }

  async becomeSoleMember(): Promise<void> {
    throw new Error('not asked for by services');
  }

  tune(): void {}
}
