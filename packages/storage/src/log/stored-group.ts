/**
 * One group's replica on this node: its head (hard state, trim point), its log, its machine state and snapshots.
 * Owner of all state in memory; nothing here changes it across an await. A received snapshot replaces the log as a whole.
 */
import { assert, FlowError, type GroupId, type MachineKind, type MemberId } from '@flowmesh/base';
import type { ConfState, Entry, HardState, Missing, SnapshotMeta } from '@flowmesh/raft';
import type { GroupStore, LogWrite, SnapshotSink, SnapshotSource, StateWrite } from '../group-store.ts';
import type { KeyValue, WriteOp } from '../kv-engine.ts';
import { asGroupError, type StoreContext } from './context.ts';
import { GroupLog } from './group-log.ts';
import { appliedKey, garbageKey, type GroupSpace, headKey, machineKey, stateKey, stateKeys } from './keys.ts';
import { type AppliedState, encodeApplied, encodeHead, type GroupHead } from './records.ts';
import { seal } from './sealed.ts';
import type { SnapshotHeader } from './snapshot-frame.ts';
import { StoredSnapshotSink } from './snapshot-sink.ts';
import { StoredSnapshotSource } from './snapshot-source.ts';

type Purpose = MemberId | 'apply';
type Done = (error: FlowError | undefined) => void;

/** What the core asked for and was read from the disk, waiting to be asked for again. */
interface Window {
  readonly low: number;
  readonly entries: readonly Entry[];
}

export interface GroupHooks {
  fetched: ((purpose: Purpose) => void) | undefined;
  failed: ((error: FlowError) => void) | undefined;
}

export interface GroupState {
  readonly head: GroupHead;
  readonly applied: AppliedState;
  readonly log: GroupLog;
}

export class StoredGroup implements GroupStore {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly machine: MachineKind;
  private readonly context: StoreContext;
  private readonly hooks: GroupHooks;
  private head: GroupHead;
  private appliedOnDisk: AppliedState;
  private log: GroupLog;
  private readonly windows = new Map<Purpose, Window>();
  private readonly fetching = new Set<Purpose>();
  private openSources = 0;
  private trimWanted = 0;
  private removed = false;

  constructor(context: StoreContext, group: GroupId, state: GroupState, hooks: GroupHooks) {
    this.context = context;
    this.group = group;
    this.member = state.head.member;
    this.machine = state.head.machine;
    this.head = state.head;
    this.appliedOnDisk = state.applied;
    this.log = state.log;
    this.hooks = hooks;
  }

  get space(): GroupSpace {
    return this.log.space;
  }

  initialState(): { readonly hardState: HardState; readonly conf: ConfState } {
    return { hardState: this.head.hardState, conf: this.appliedOnDisk.conf };
  }

  firstIndex(): number {
    return this.log.firstIndex();
  }

  lastIndex(): number {
    return this.log.durableIndex();
  }

  term(index: number): number | 'compacted' | undefined {
    return this.log.term(index);
  }

  entries(low: number, high: number, bytesMax: number, purpose: Purpose): readonly Entry[] | Missing {
    if (low < this.log.firstIndex()) return 'compacted';
    const cached = this.log.readTail(low, high, bytesMax);
    if (cached !== undefined) return cached;
    const window = this.windows.get(purpose);
    if (window !== undefined) {
      this.windows.delete(purpose);
      const ready = window.low === low ? window.entries.filter((entry) => entry.index < high) : [];
      if (ready.length > 0) return ready;
    }
    this.fetch(low, high, bytesMax, purpose);
    return 'pending';
  }

  private fetch(low: number, high: number, bytesMax: number, purpose: Purpose): void {
    if (this.fetching.has(purpose)) return;
    this.fetching.add(purpose);
    const { log } = this;
    this.context.fetches.run(async () => {
      try {
        const { epoch } = log;
        const entries = await log.read(low, high, bytesMax);
        // A truncation meanwhile may have taken what was read; a later one clears the window.
        if (log === this.log && epoch === log.epoch) this.windows.set(purpose, { low, entries });
      } catch (error) {
        this.fetchFailed(error);
      }
      this.fetching.delete(purpose);
      if (!this.removed) this.hooks.fetched?.(purpose);
    });
  }

  private fetchFailed(error: unknown): void {
    const failure = asGroupError(this.group, error);
    // The log moved on meanwhile: the core asks again and hears where it begins now.
    if (failure.code === 'OFFSET_OUT_OF_RANGE' || failure.code === 'UNAVAILABLE' || this.removed) return;
    this.hooks.failed?.(failure);
  }

  snapshot(): SnapshotMeta | 'pending' {
    const { index, conf } = this.appliedOnDisk;
    const term = this.log.term(index);
    assert(typeof term === 'number', 'the applied index lies in the log');
    return { index, term, conf, data: new Uint8Array(0) };
  }

  applied(): AppliedState {
    return this.appliedOnDisk;
  }

  append(write: LogWrite, done: Done): void {
    assert(!this.removed, 'no write to a removed replica');
    const ops: WriteOp[] = [];
    const before = this.head.hardState;
    const wanted = write.hardState ?? before;
    assert(wanted.term >= before.term, 'a term never falls');
    assert(wanted.commit >= before.commit, 'a commit index never falls');
    const { log } = this;
    const epoch = log.epoch;
    // Truncation is checked against what was committed before this write: its own commit index covers its own entries.
    const flight = write.entries.length > 0 ? log.append(write.entries, before.commit, ops) : undefined;
    if (log.epoch !== epoch) this.windows.clear();
    // A commit index may run ahead of the log while a snapshot is being installed; on disk it never does.
    const commit = Math.max(Math.min(wanted.commit, log.lastIndex()), before.commit);
    const hardState = { ...wanted, commit };
    if (write.hardState !== undefined) this.putHead({ ...this.head, hardState }, ops);
    const vote = hardState.term !== before.term || hardState.vote !== before.vote;
    this.context.engine.write(ops, write.mustSync, (error) => {
      if (flight !== undefined && error === undefined) log.settle(flight);
      this.context.gate.written(error, vote, done);
    });
  }

  private putHead(head: GroupHead, ops: WriteOp[]): void {
    this.head = head;
    const key = headKey(this.group);
    const value = seal(this.context.crc32c, key, encodeHead(this.group, head));
    ops.push({ kind: 'put', family: 'idx', key, value });
  }

  writeState(write: StateWrite, done: Done): void {
    assert(!this.removed, 'no write to a removed replica');
    assert(write.applied >= this.appliedOnDisk.index, 'an applied index never falls');
    const { log } = this;
    const ops: WriteOp[] = [];
    const keyOf = stateKeys(log.space);
    for (const key of write.dels) ops.push({ kind: 'del', family: 'sm', key: keyOf(key) });
    for (const [key, value] of write.puts) {
      ops.push({ kind: 'put', family: 'sm', key: keyOf(key), value });
    }
    const applied = { index: write.applied, conf: write.conf };
    const key = appliedKey(log.space);
    ops.push({
      kind: 'put',
      family: 'sm',
      key,
      value: seal(this.context.crc32c, key, encodeApplied(applied)),
    });
    this.context.engine.write(ops, false, (error) => {
      if (error === undefined && log === this.log) this.appliedOnDisk = applied;
      this.context.gate.written(error, false, done);
    });
  }

  async stateGet(key: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await this.context.engine.get('sm', stateKey(this.log.space, key));
    } catch (error) {
      throw asGroupError(this.group, error);
    }
  }

  async stateScan(range: {
    readonly from: Uint8Array;
    readonly to: Uint8Array;
    readonly reverse?: boolean;
    readonly limit: number;
  }): Promise<readonly KeyValue[]> {
    const { space } = this.log;
    const cursor = this.context.engine.cursor('sm', {
      from: stateKey(space, range.from),
      to: stateKey(space, range.to),
      reverse: range.reverse ?? false,
    });
    try {
      const pairs = await cursor.next(range.limit);
      return pairs.map(([key, value]): KeyValue => [machineKey(key), value]);
    } catch (error) {
      throw asGroupError(this.group, error);
    } finally {
      cursor.close();
    }
  }

  async read(low: number, high: number, bytesMax: number): Promise<readonly Entry[]> {
    for (;;) {
      const { log } = this;
      try {
        return await log.read(low, high, bytesMax);
      } catch (error) {
        // A snapshot has taken the log's place: what was asked for may be in the new one.
        if (log === this.log || this.removed) throw asGroupError(this.group, error);
      }
    }
  }

  readCached(low: number, high: number, bytesMax: number): readonly Entry[] | undefined {
    return this.log.readTail(low, high, bytesMax);
  }

  trim(index: number): void {
    if (this.removed) return;
    // Only what the state on disk covers may go: after a crash the rest is replayed from the log.
    const target = Math.min(index, this.appliedOnDisk.index, this.log.durableIndex());
    if (target <= this.log.trim().index) return;
    if (this.openSources > 0) {
      this.trimWanted = Math.max(this.trimWanted, target);
      return;
    }
    const { log } = this;
    const ops: WriteOp[] = [];
    const trim = log.trimTo(target, ops);
    this.putHead({ ...this.head, trim }, ops);
    this.context.engine.write(ops, false, () => undefined);
  }

  sizeBytes(): number {
    return this.log.sizeBytes();
  }

  async openSnapshot(): Promise<SnapshotSource> {
    const { log } = this;
    this.openSources++;
    try {
      return await StoredSnapshotSource.open({
        context: this.context,
        log,
        stale: () => this.removed || log !== this.log,
        released: () => this.sourceReleased(),
      });
    } catch (error) {
      this.sourceReleased();
      throw asGroupError(this.group, error);
    }
  }

  private sourceReleased(): void {
    this.openSources--;
    if (this.openSources === 0 && this.trimWanted > 0) {
      const wanted = this.trimWanted;
      this.trimWanted = 0;
      this.trim(wanted);
    }
  }

  async receiveSnapshot(meta: SnapshotMeta): Promise<SnapshotSink> {
    assert(!this.removed, 'no snapshot for a removed replica');
    const space = { group: this.group, incarnation: this.context.nextIncarnation(this.group) };
    const sink = new StoredSnapshotSink({
      context: this.context,
      space,
      offered: meta,
      install: (header, received) => this.install(header, received),
    });
    await sink.begin();
    return sink;
  }

  private async install(header: SnapshotHeader, space: GroupSpace): Promise<void> {
    const log = new GroupLog(this.context, space, header.trim);
    // What the sink wrote is only on disk: load it before the switch, which then is one synchronous step.
    await log.load(header.index);
    if (this.removed || header.index <= this.appliedOnDisk.index) {
      this.context.sweepIncarnation(space);
      throw new FlowError(
        'PRECONDITION_FAILED',
        `group ${this.group}: the snapshot is older than what is here`,
      );
    }
    const old = this.log;
    const ops: WriteOp[] = [
      { kind: 'del', family: 'idx', key: garbageKey(space) },
      { kind: 'put', family: 'idx', key: garbageKey(old.space), value: new Uint8Array(0) },
    ];
    const { hardState } = this.head;
    const commit = Math.max(hardState.commit, header.index);
    this.log = log;
    this.appliedOnDisk = { index: header.index, conf: header.conf };
    this.windows.clear();
    this.putHead(
      {
        ...this.head,
        incarnation: space.incarnation,
        hardState: { ...hardState, commit },
        trim: header.trim,
      },
      ops,
    );
    old.close();
    await new Promise<void>((resolve, reject) => {
      this.context.engine.write(ops, true, (error) => {
        if (error === undefined) this.context.sweepIncarnation(old.space);
        this.context.gate.written(error, false, (failure) => {
          if (failure === undefined) resolve();
          else reject(failure);
        });
      });
      this.context.engine.flush();
    });
  }

  /** Operations that take the replica out of sight; nothing may be written to it afterwards. */
  detach(ops: WriteOp[]): void {
    this.removed = true;
    ops.push({ kind: 'del', family: 'idx', key: headKey(this.group) });
    ops.push({ kind: 'put', family: 'idx', key: garbageKey(this.space), value: new Uint8Array(0) });
    this.windows.clear();
    this.log.close();
  }
}
