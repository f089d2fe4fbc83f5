/**
 * The durable side of one Raft group as replicas use it: its log, hard state, machine state and snapshots.
 * Reads the consensus core needs are synchronous and served from memory (see `RaftLogReader`); everything else is
 * asynchronous and does not hold the event loop.
 */
import type { FlowError, GroupId, MachineKind, MemberId } from '@flowmesh/base';
import type { ConfState, Entry, HardState, RaftLogReader, SnapshotMeta } from '@flowmesh/raft';
import type { KeyValue } from './kv-engine.ts';

export interface LogWrite {
  /** Contiguous; the first may overwrite a suffix of the log, which is then gone. */
  readonly entries: readonly Entry[];
  readonly hardState: HardState | undefined;
  readonly mustSync: boolean;
}

/** Machine state that became due: written behind, not synced, atomically with the applied index and configuration. */
export interface StateWrite {
  readonly puts: readonly KeyValue[];
  readonly dels: readonly Uint8Array[];
  readonly applied: number;
  readonly conf: ConfState;
}

/** What is needed to create a group's replica on this node. */
export interface GroupBootstrap {
  readonly group: GroupId;
  /** This replica's identity. */
  readonly member: MemberId;
  /** The initial configuration; empty voters for a replica that joins as a learner and gets all from the leader. */
  readonly conf: ConfState;
  /** What applies the group's log, for as long as the replica lives. */
  readonly machine: MachineKind;
}

/** A consistent cut of a group for a follower that the log alone cannot bring up to date. */
export interface SnapshotSource {
  readonly meta: SnapshotMeta;
  /** Opaque chunks of at most about `bytesMax` bytes, undefined at the end. */
  next(bytesMax: number): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Receives a snapshot under a new incarnation; nothing of it is visible before `commit`. */
export interface SnapshotSink {
  /**
   * What the contents really are, known after the first chunk: the source cuts when it is opened, so index and
   * configuration may be later than what was offered. The consensus core must be told this one, never the offered one.
   */
  meta(): SnapshotMeta | undefined;
  write(chunk: Uint8Array): Promise<void>;
  /**
   * One atomic, synced batch flips the incarnation, resets the log behind the snapshot and keeps the hard state's term
   * and vote. Rejects with CORRUPTION where chunks are missing or damaged.
   */
  commit(): Promise<void>;
  abort(): Promise<void>;
}

export interface GroupStore extends RaftLogReader {
  readonly group: GroupId;
  readonly member: MemberId;
  /** As it was created with; snapshots do not change it. */
  readonly machine: MachineKind;
  /** Applied index and configuration that the machine state on disk covers. */
  applied(): { readonly index: number; readonly conf: ConfState };
  /** Queues a log write for this turn's batch; `done` as in `KvEngine.write`. Entries are readable at once. */
  append(write: LogWrite, done: (error: FlowError | undefined) => void): void;
  /** Queues machine state. Never ahead of what is committed. */
  writeState(write: StateWrite, done: (error: FlowError | undefined) => void): void;
  stateGet(key: Uint8Array): Promise<Uint8Array | undefined>;
  /** Pairs in [from, to) of the machine state on disk, at most `limit`. */
  stateScan(range: {
    readonly from: Uint8Array;
    readonly to: Uint8Array;
    readonly reverse?: boolean;
    readonly limit: number;
  }): Promise<readonly KeyValue[]>;
  /** Entries in [low, high) that fit `bytesMax`, at least one; from memory where possible. OFFSET_OUT_OF_RANGE below the first index. */
  read(low: number, high: number, bytesMax: number): Promise<readonly Entry[]>;
  /** As `read`, if all wanted entries are in memory; undefined otherwise. Entries alias the tail: do not retain. */
  readCached(low: number, high: number, bytesMax: number): readonly Entry[] | undefined;
  /** Drops entries up to and including `index` (already applied and no longer wanted). Space comes back later. */
  trim(index: number): void;
  /** Bytes of entries kept, for retention and metrics; approximate. */
  sizeBytes(): number;
  /** Cuts a snapshot at the applied index on disk. */
  openSnapshot(): Promise<SnapshotSource>;
  receiveSnapshot(meta: SnapshotMeta): Promise<SnapshotSink>;
}

/** All groups of a node over one engine. */
export interface LogStore {
  /** Groups found at open, ascending. */
  groups(): readonly GroupId[];
  open(group: GroupId): Promise<GroupStore>;
  /** Durable before it resolves. ALREADY_EXISTS if the group has a replica here, also under another identity. */
  create(bootstrap: GroupBootstrap): Promise<GroupStore>;
  /** Removes a replica and all its data; only for a committed tombstone of exactly this member. */
  remove(group: GroupId, member: MemberId): Promise<void>;
  /** Small node-wide records (identity, caches), durable before they resolve. */
  getMeta(key: string): Promise<Uint8Array | undefined>;
  putMeta(key: string, value: Uint8Array): Promise<void>;
  flush(): void;
  /** Operations of the engine that it was opened with, and those that are durable now: numbers that a copy of the directory falls behind. */
  readonly recovered: number;
  durable(): number;
  /** Writes the durability watermark up to what is synced: about every 200 ms, and before a clean stop. */
  saveWatermark(): void;
  /** `failed` hears of damage found in a group while entries were fetched for its core (CORRUPTION) or of STORAGE_IO. */
  onFailed(group: GroupId, failed: (error: FlowError) => void): void;
  /** `entriesReady` hooks a replica to fetches that the core's `entries` answered with `pending`. */
  onFetched(group: GroupId, fetched: (purpose: MemberId | 'apply') => void): void;
  close(): Promise<void>;
}
