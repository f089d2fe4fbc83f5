/**
 * What the checkers know about each group: every replica's log as it is in memory and as it was promised to be on disk, every entry
 * ever written, what is committed, who led when. Kept by `Observer`, read by the checkers; nothing of it goes back into the product.
 */
import type { GroupId, MemberId, NodeId } from '@flowmesh/base';
import { crc32c, nodeOf } from '@flowmesh/base';
import type { ConfState, Entry, HardState, Role } from '@flowmesh/raft';
import { TermLog } from './term-log.ts';
import { violated } from './violation.ts';

/** A write handed to the store whose `done` has not come yet. */
export interface PendingWrite {
  readonly from: number;
  readonly terms: readonly number[];
  readonly hardState: HardState | undefined;
}

const NO_HARD_STATE: HardState = { term: 0, vote: 0 as MemberId, commit: 0 };
const NO_CONF: ConfState = {
  voters: [],
  votersOutgoing: [],
  learners: [],
  learnersNext: [],
  autoLeave: false,
};

/** One member of a group. Survives its process: a restarted replica is the same member. */
export class ReplicaModel {
  readonly group: GroupModel;
  readonly member: MemberId;
  readonly node: NodeId;
  /** Written, possibly not durable. */
  live = new TermLog();
  /** Durable for certain: the store said so. */
  durable = new TermLog();
  hardState: HardState = NO_HARD_STATE;
  durableHardState: HardState = NO_HARD_STATE;
  pending: PendingWrite[] = [];
  /** Writes that were answered with an error: they may be on the disk or not. */
  uncertain: PendingWrite[] = [];
  /** A snapshot is being committed: after a crash the log may be the old or the new one. */
  installing = false;
  /** How often its store was created, opened, or replaced by a snapshot. */
  opened = 0;
  /** Applied index that the state on disk covered when the store was last opened or had a snapshot installed. */
  loadedIndex = 0;
  // As last seen after a turn; reset when the process ends.
  running = false;
  term = 0;
  role: Role = 'follower';
  commit = 0;
  applied = 0;
  endOffset = 0;
  logStartOffset = 0;
  serving = false;
  conf: ConfState = NO_CONF;
  /** A store has been created or opened for it: what is said of it below is true. */
  known = false;
  /** Its removal has begun: after a crash it may be there or not. */
  removing = false;
  /** The identity is given up: its data are lost, or it was removed. */
  retired = false;

  constructor(group: GroupModel, member: MemberId) {
    this.group = group;
    this.member = member;
    this.node = nodeOf(member);
  }

  get name(): string {
    return `g${this.group.id}/n${this.node}.${Math.floor(this.member / 65_536)}`;
  }
}

interface KnownEntry {
  readonly hash: number;
  readonly previousTerm: number;
}

/** Terms stay far below this in any run. */
const TERM_SPAN = 65_536;

export class GroupModel {
  readonly id: GroupId;
  readonly replicas = new Map<MemberId, ReplicaModel>();
  readonly leaders = new Map<number, MemberId>();
  /** Terms of committed entries by index; position 0 is unused. */
  readonly committed: number[] = [0];
  /** Term of the leader that committed them, by index: only leaders of later terms must have them. */
  readonly committedIn: number[] = [0];
  /** Digests of the machine by applied index. */
  readonly digests = new Map<number, { readonly digest: string; readonly by: string }>();
  /** Highest commit index at the time when the leader of a term was first seen. */
  readonly committedAtElection = new Map<number, number>();
  /** Highest high watermark that a serving leader has shown. */
  shownOffset = 0;
  private readonly entries = new Map<number, KnownEntry>();

  constructor(id: GroupId) {
    this.id = id;
  }

  replica(member: MemberId): ReplicaModel {
    let replica = this.replicas.get(member);
    if (replica === undefined) {
      replica = new ReplicaModel(this, member);
      this.replicas.set(member, replica);
    }
    return replica;
  }

  commit(entryTerm: number, leaderTerm: number): void {
    this.committed.push(entryTerm);
    this.committedIn.push(leaderTerm);
  }

  get lastCommitted(): number {
    return this.committed.length - 1;
  }

  /** Two entries of one index and term are the same and follow the same entry: with that, all logs match. */
  know(by: string, entry: Entry, previousTerm: number | undefined): void {
    const key = entry.index * TERM_SPAN + entry.term;
    const hash = entryHash(entry);
    const known = this.entries.get(key);
    if (known === undefined) {
      this.entries.set(key, { hash, previousTerm: previousTerm ?? -1 });
      return;
    }
    if (known.hash !== hash)
      violated(
        'log-matching',
        `${by}: entry ${entry.index} of term ${entry.term} differs from another log's`,
      );
    if (previousTerm !== undefined && known.previousTerm !== -1 && known.previousTerm !== previousTerm) {
      violated(
        'log-matching',
        `${by}: entry ${entry.index} of term ${entry.term} follows another entry than elsewhere`,
      );
    }
  }

  /** Undefined where no log ever had that entry. */
  hashOf(index: number, term: number): number | undefined {
    return this.entries.get(index * TERM_SPAN + term)?.hash;
  }
}

export function entryHash(entry: Entry): number {
  return crc32c(entry.data, entry.kind === 'conf-change' ? 1 : 0);
}

export class Model {
  readonly groups = new Map<GroupId, GroupModel>();

  group(id: GroupId): GroupModel {
    let group = this.groups.get(id);
    if (group === undefined) {
      group = new GroupModel(id);
      this.groups.set(id, group);
    }
    return group;
  }

  replica(group: GroupId, member: MemberId): ReplicaModel {
    return this.group(group).replica(member);
  }
}
